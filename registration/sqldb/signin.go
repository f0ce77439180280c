package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// SignIn implements [registration.Organisers].
func (s *Store) SignIn(ctx context.Context, id registration.ID) (registration.SignIn, error) {
	i, err := signIn(ctx, s.engine.Read(), id)
	return i, s.wrap("sign-in", err)
}

func signIn(ctx context.Context, q Querier, id registration.ID) (i registration.SignIn, err error) {
	var created, expires sql.NullInt64
	err = q.QueryRowContext(ctx, `
		SELECT id, organiser, created_at, expires_at, reusable = 1, next
		FROM signin WHERE id = $1 AND used_at IS NULL`, id.String()).
		Scan(&i.ID, &i.Organiser, &created, &expires, &i.Reusable, &i.Next)
	i.CreatedAt, i.ExpiresAt = instant(created), instant(expires)
	return i, err
}

// AskSignIn implements [team.Store]. For an address that nobody has, the same
// statements insert nothing.
func (s *Store) AskSignIn(ctx context.Context, a team.Ask) (allowed bool, err error) {
	err = s.write(ctx, "ask sign-in", func(ctx context.Context, q Querier) error {
		counts := make([]int, len(a.Counters))
		for i, id := range a.Counters {
			if counts[i], err = count(ctx, q, id, a.Window); err != nil {
				return err
			}
		}
		if allowed = a.Allow(counts); !allowed {
			return nil
		}
		i, m := a.SignIn, a.Mail
		_, err := q.ExecContext(ctx, `
			INSERT INTO signin (id, organiser, created_at, expires_at, reusable, next)
			SELECT CAST($1 AS TEXT), organiser.id, CAST($3 AS BIGINT), CAST($4 AS BIGINT), 0, CAST($5 AS TEXT)
			FROM organiser WHERE address_key = $2`,
			i.ID.String(), a.AddressKey, i.CreatedAt.UnixMicro(), i.ExpiresAt.UnixMicro(), i.Next)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `
			INSERT INTO mail (id, kind, signin, created_at, due_at, attempts, reply)
			SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), signin.id, signin.created_at, signin.created_at, 0, ''
			FROM signin WHERE id = $3`, m.ID.String(), string(m.Kind), i.ID.String())
		return err
	})
	return allowed && err == nil, err
}

// UseSignIn implements [team.Store].
func (s *Store) UseSignIn(ctx context.Context, id registration.ID, now time.Time) (i registration.SignIn, err error) {
	err = s.write(ctx, "use sign-in", func(ctx context.Context, q Querier) error {
		if i, err = signIn(ctx, q, id); err != nil {
			return err
		}
		// This statement locks the row that it writes, so of two at the same time
		// one finds it used.
		var created int64
		err := q.QueryRowContext(ctx, `
			UPDATE signin SET used_at = CASE WHEN reusable = 1 THEN NULL ELSE CAST($2 AS BIGINT) END
			WHERE id = $1 AND used_at IS NULL AND expires_at > $2
			RETURNING created_at`, id.String(), now.UnixMicro()).Scan(&created)
		if errors.Is(err, sql.ErrNoRows) {
			return whyUnusable(ctx, q, id)
		}
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `
			UPDATE signin SET used_at = $3
			WHERE organiser = $1 AND created_at <= $2 AND reusable = 0 AND used_at IS NULL`,
			i.Organiser.String(), created, now.UnixMicro())
		return err
	})
	return i, err
}

// whyUnusable returns [registration.ErrExpired] for a sign-in that expired unused,
// and the error of [signIn] for one that is unknown or used.
func whyUnusable(ctx context.Context, q Querier, id registration.ID) error {
	if _, err := signIn(ctx, q, id); err != nil {
		return err
	}
	return registration.ErrExpired
}
