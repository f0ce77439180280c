package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/team"
)

// ErrEmail is returned for an organiser whose address is not one.
var ErrEmail = errors.New("sqldb: not a mail address")

// selectOrganiser returns a row for each grant, or one row for an organiser without
// grants.
const selectOrganiser = `
	SELECT organiser.id, organiser.email, organiser.digest = 1,
		coalesce(organiser_grant.meeting, ''), coalesce(organiser_grant.role, '')
	FROM organiser LEFT JOIN organiser_grant ON organiser_grant.organiser = organiser.id `

// organisers puts the rows of [selectOrganiser] together.
func organisers(ctx context.Context, q Querier, rest string, args ...any) ([]registration.Organiser, error) {
	rows, err := q.QueryContext(ctx, selectOrganiser+rest+
		` ORDER BY organiser.address_key, coalesce(organiser_grant.meeting, '')`, args...)
	var all []registration.Organiser
	_, err = collect(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var o registration.Organiser
		var g registration.Grant
		if err = r.Scan(&o.ID, &o.Email, &o.Digest, &g.Meeting, &g.Role); err != nil {
			return struct{}{}, err
		}
		if len(all) == 0 || all[len(all)-1].ID != o.ID {
			all = append(all, o)
		}
		if last := &all[len(all)-1]; g.Role != "" {
			last.Grants = append(last.Grants, g)
		}
		return struct{}{}, nil
	})
	return all, err
}

func oneOrganiser(ctx context.Context, q Querier, rest string, args ...any) (registration.Organiser, error) {
	all, err := organisers(ctx, q, rest, args...)
	if err == nil && len(all) == 0 {
		err = registration.ErrNotFound
	}
	if err != nil {
		return registration.Organiser{}, err
	}
	return all[0], nil
}

// Organisers implements [team.Store].
func (s *Store) Organisers(ctx context.Context) ([]registration.Organiser, error) {
	all, err := organisers(ctx, s.engine.Read(), ``)
	return all, s.wrap("organisers", err)
}

// Organiser implements [registration.Organisers].
func (s *Store) Organiser(ctx context.Context, id registration.ID) (registration.Organiser, error) {
	o, err := oneOrganiser(ctx, s.engine.Read(), `WHERE organiser.id = $1`, id.String())
	return o, s.wrap("organiser", err)
}

// SetDigest implements [team.Store].
func (s *Store) SetDigest(ctx context.Context, id registration.ID, on bool) error {
	return s.write(ctx, "set digest", func(ctx context.Context, q Querier) error {
		return affected(q.ExecContext(ctx, `UPDATE organiser SET digest = $2 WHERE id = $1`, id.String(), bit(on)))
	})
}

// PostDigests implements [team.Store].
func (s *Store) PostDigests(ctx context.Context, day string, now time.Time) (posted int, err error) {
	err = s.write(ctx, "post digests", func(ctx context.Context, q Querier) error {
		// This statement locks the rows that it writes, so of two processes at the
		// same time one finds none.
		rows, err := q.QueryContext(ctx, `
			UPDATE organiser SET digest_day = $1 WHERE digest = 1 AND digest_day < $1 RETURNING id`, day)
		ids, err := collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) { return id, r.Scan(&id) })
		for _, id := range ids {
			m := registration.Mail{ID: registration.NewID(), Kind: registration.MailDigest, Organiser: id, CreatedAt: now}
			if err == nil {
				err = insertMails(ctx, q, m)
			}
		}
		posted = len(ids)
		return err
	})
	return posted, err
}

// PostAlerts implements [registration.Store].
func (s *Store) PostAlerts(ctx context.Context, slug string, since, now time.Time) (posted int, err error) {
	err = s.write(ctx, "post alerts", func(ctx context.Context, q Querier) error {
		// If two processes come at the same time, one waits here and then finds
		// what the other has posted.
		var one string
		if err := q.QueryRowContext(ctx, `SELECT slug FROM meeting WHERE slug = $1`+s.engine.Clauses().ForUpdate, slug).Scan(&one); err != nil {
			return err
		}
		rows, err := q.QueryContext(ctx, `
			SELECT id FROM organiser
			WHERE EXISTS (SELECT 1 FROM organiser_grant AS g
					WHERE g.organiser = organiser.id AND g.role IN ('organiser', 'admin') AND (g.meeting IS NULL OR g.meeting = $1))
				AND NOT EXISTS (SELECT 1 FROM mail
					WHERE mail.organiser = organiser.id AND mail.kind = 'alert' AND mail.meeting = $1 AND mail.created_at >= $2)
			ORDER BY id`, slug, since.UnixMicro())
		ids, err := collect(rows, err, func(r *sql.Rows) (id registration.ID, err error) { return id, r.Scan(&id) })
		for _, id := range ids {
			m := registration.Mail{ID: registration.NewID(), Kind: registration.MailAlert, Meeting: slug, Organiser: id, CreatedAt: now}
			if err == nil {
				err = insertMails(ctx, q, m)
			}
		}
		posted = len(ids)
		return err
	})
	return posted, err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ChangeTeam implements [team.Store]: under the lock of the audit log's head,
// which every change of the team takes first.
func (s *Store) ChangeTeam(ctx context.Context, change func(team.Tx) error) error {
	return s.write(ctx, "change the team", func(ctx context.Context, q Querier) error {
		head, err := lockAudit(ctx, q, s.engine.Clauses())
		if err != nil {
			return err
		}
		return change(&teamTx{ctx, q, head})
	})
}

// teamTx is one change of the team.
type teamTx struct {
	ctx  context.Context
	q    Querier
	head *auditHead
}

// Organisers implements [team.Tx].
func (t *teamTx) Organisers() ([]registration.Organiser, error) { return organisers(t.ctx, t.q, ``) }

// HasMeeting implements [team.Tx].
func (t *teamTx) HasMeeting(slug string) (has bool, err error) {
	return has, t.q.QueryRowContext(t.ctx, `SELECT EXISTS (SELECT 1 FROM meeting WHERE slug = $1)`, slug).Scan(&has)
}

// Put implements [team.Tx].
func (t *teamTx) Put(o registration.Organiser) error {
	key, ok := address.Key(o.Email)
	if !ok {
		return ErrEmail
	}
	_, err := t.q.ExecContext(t.ctx, `
		INSERT INTO organiser (id, email, address_key, digest) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO NOTHING`, o.ID.String(), o.Email, key, bit(o.Digest))
	if err == nil {
		_, err = t.q.ExecContext(t.ctx, `DELETE FROM organiser_grant WHERE organiser = $1`, o.ID.String())
	}
	for _, g := range o.Grants {
		if err == nil {
			_, err = t.q.ExecContext(t.ctx, `
				INSERT INTO organiser_grant (organiser, meeting, role) VALUES ($1, $2, $3)`,
				o.ID.String(), name(g.Meeting), g.Role)
		}
	}
	return err
}

// Remove implements [team.Tx]: grants and sessions go with the row.
func (t *teamTx) Remove(id registration.ID) error {
	for _, statement := range []string{
		`UPDATE mail SET organiser = NULL WHERE organiser = $1 AND signin IS NOT NULL`, // invitations of others
		`DELETE FROM mail WHERE organiser = $1`,
		`DELETE FROM mail WHERE signin IN (SELECT id FROM signin WHERE organiser = $1)`,
		`DELETE FROM signin WHERE organiser = $1`,
	} {
		if _, err := t.q.ExecContext(t.ctx, statement, id.String()); err != nil {
			return err
		}
	}
	return affected(t.q.ExecContext(t.ctx, `DELETE FROM organiser WHERE id = $1`, id.String()))
}

// SignOut implements [team.Tx].
func (t *teamTx) SignOut(id registration.ID, now time.Time) error {
	_, err := t.q.ExecContext(t.ctx, `DELETE FROM login WHERE organiser = $1`, id.String())
	if err == nil {
		_, err = t.q.ExecContext(t.ctx, `
			UPDATE signin SET used_at = $2 WHERE organiser = $1 AND used_at IS NULL AND reusable = 0`,
			id.String(), now.UnixMicro())
	}
	return err
}

// OpenSignIn implements [team.Tx].
func (t *teamTx) OpenSignIn(i registration.SignIn, m *registration.Mail) error {
	_, err := t.q.ExecContext(t.ctx, `
		INSERT INTO signin (id, organiser, created_at, expires_at, reusable, next) VALUES ($1, $2, $3, $4, $5, $6)`,
		i.ID.String(), i.Organiser.String(), i.CreatedAt.UnixMicro(), i.ExpiresAt.UnixMicro(), bit(i.Reusable), i.Next)
	if err != nil || m == nil {
		return err
	}
	return insertMails(t.ctx, t.q, *m)
}

// Audit implements [team.Tx].
func (t *teamTx) Audit(e team.Entry) error { return t.head.add(t.ctx, t.q, e) }
