package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// ErrEmail is returned for an organiser whose address is not one.
var ErrEmail = errors.New("sqldb: not a mail address")

const organiserColumns = `id, email, role, version`

func scanOrganiser(r scanner) (o registration.Organiser, err error) {
	return o, r.Scan(&o.ID, &o.Email, &o.Role, &o.Version)
}

// PutOrganiser implements [registration.Organisers].
func (s *Store) PutOrganiser(ctx context.Context, email string, r registration.Role) (o registration.Organiser, err error) {
	key, ok := registration.AddressKey(email)
	if !ok {
		return o, ErrEmail
	}
	err = s.write(ctx, "put organiser", func(ctx context.Context, q Querier) error {
		o, err = scanOrganiser(q.QueryRowContext(ctx, `
			INSERT INTO organiser (id, email, address_key, role, version)
			VALUES ($1, $2, $3, $4, 1)
			ON CONFLICT (address_key) DO UPDATE SET role = excluded.role
			RETURNING `+organiserColumns, registration.NewID().String(), email, key, r))
		return err
	})
	return o, err
}

// Organiser implements [registration.Organisers].
func (s *Store) Organiser(ctx context.Context, id registration.ID) (registration.Organiser, error) {
	o, err := organiser(ctx, s.engine.Read(), id)
	return o, s.wrap("organiser", err)
}

func organiser(ctx context.Context, q Querier, id registration.ID) (registration.Organiser, error) {
	return scanOrganiser(q.QueryRowContext(ctx, `
		SELECT `+organiserColumns+` FROM organiser WHERE id = $1`, id.String()))
}

// OrganiserByAddress implements [registration.Organisers].
func (s *Store) OrganiserByAddress(ctx context.Context, key string) (registration.Organiser, error) {
	o, err := scanOrganiser(s.engine.Read().QueryRowContext(ctx, `
		SELECT `+organiserColumns+` FROM organiser WHERE address_key = $1`, key))
	return o, s.wrap("organiser by address", err)
}

// OpenSignIn implements [registration.Organisers].
func (s *Store) OpenSignIn(ctx context.Context, i registration.SignIn, m *registration.Mail) error {
	return s.write(ctx, "open sign-in", func(ctx context.Context, q Querier) error {
		reusable := 0
		if i.Reusable {
			reusable = 1
		}
		_, err := q.ExecContext(ctx, `
			INSERT INTO signin (id, organiser, created_at, expires_at, reusable)
			VALUES ($1, $2, $3, $4, $5)`,
			i.ID.String(), i.Organiser.String(), i.CreatedAt.UnixMicro(), i.ExpiresAt.UnixMicro(), reusable)
		if err != nil || m == nil {
			return err
		}
		return insertMail(ctx, q, *m)
	})
}

// SignIn implements [registration.Organisers].
func (s *Store) SignIn(ctx context.Context, id registration.ID) (registration.SignIn, error) {
	i, err := signIn(ctx, s.engine.Read(), id)
	return i, s.wrap("sign-in", err)
}

func signIn(ctx context.Context, q Querier, id registration.ID) (i registration.SignIn, err error) {
	var created, expires sql.NullInt64
	err = q.QueryRowContext(ctx, `
		SELECT id, organiser, created_at, expires_at, reusable = 1
		FROM signin WHERE id = $1 AND used_at IS NULL`, id.String()).
		Scan(&i.ID, &i.Organiser, &created, &expires, &i.Reusable)
	i.CreatedAt, i.ExpiresAt = instant(created), instant(expires)
	return i, err
}

// UseSignIn implements [registration.Organisers].
func (s *Store) UseSignIn(ctx context.Context, id registration.ID, now time.Time) (o registration.Organiser, err error) {
	err = s.write(ctx, "use sign-in", func(ctx context.Context, q Querier) error {
		// The row that this statement writes is locked, so of two who come at
		// the same time one finds it used.
		var owner registration.ID
		err := q.QueryRowContext(ctx, `
			UPDATE signin SET used_at = CASE WHEN reusable = 1 THEN NULL ELSE CAST($2 AS BIGINT) END
			WHERE id = $1 AND used_at IS NULL AND expires_at > $2
			RETURNING organiser`, id.String(), now.UnixMicro()).Scan(&owner)
		if errors.Is(err, sql.ErrNoRows) {
			return whyUnusable(ctx, q, id)
		}
		if err == nil {
			o, err = organiser(ctx, q, owner)
		}
		return err
	})
	return o, err
}

// whyUnusable tells a sign-in that ended from one that is unknown or used.
func whyUnusable(ctx context.Context, q Querier, id registration.ID) error {
	if _, err := signIn(ctx, q, id); err != nil {
		return err
	}
	return registration.ErrExpired
}

// OpenedSince implements [registration.Organisers].
func (s *Store) OpenedSince(ctx context.Context, organiser registration.ID, t time.Time) (n int, err error) {
	err = s.engine.Read().QueryRowContext(ctx, `
		SELECT count(*) FROM signin WHERE organiser = $1 AND created_at >= $2`,
		organiser.String(), t.UnixMicro()).Scan(&n)
	return n, s.wrap("count sign-ins", err)
}
