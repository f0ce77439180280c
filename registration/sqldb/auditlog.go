package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// auditHead is the last line of the audit log, locked for the rest of the
// transaction.
type auditHead struct {
	n    int64
	hash string
}

// lockAudit takes the lock under which lines are added.
func lockAudit(ctx context.Context, q Querier, c Clauses) (*auditHead, error) {
	var h auditHead
	return &h, q.QueryRowContext(ctx, `SELECT n, hash FROM audit_head WHERE id = 1`+c.ForUpdate).Scan(&h.n, &h.hash)
}

// add writes the next line.
func (h *auditHead) add(ctx context.Context, q Querier, e team.Entry) error {
	e.N = h.n + 1
	e.Hash = e.Sum(h.hash)
	_, err := q.ExecContext(ctx, `
		INSERT INTO audit (n, at, actor_kind, actor, act, meeting, subject, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.N, e.At.UnixMicro(), string(e.Actor.Kind), idText(e.Actor.ID), e.Act, e.Meeting, idText(e.Subject), e.Detail, e.Hash)
	if err == nil {
		_, err = q.ExecContext(ctx, `UPDATE audit_head SET n = $1, hash = $2 WHERE id = 1`, e.N, e.Hash)
	}
	h.n, h.hash = e.N, e.Hash
	return err
}

// entry is the line of the audit log for an event.
func entry(slug string, e registration.Event) team.Entry {
	detail := []string{}
	if e.Detail != "" {
		detail = append(detail, e.Detail)
	}
	for _, c := range e.Changes {
		if c.From != "" || c.To != "" {
			detail = append(detail, c.Field+" "+string(c.From)+">"+string(c.To))
		} else {
			detail = append(detail, c.Field)
		}
	}
	return team.Entry{At: e.At, Actor: e.Actor, Act: string(e.Kind), Meeting: slug, Subject: e.Signup, Detail: strings.Join(detail, ", ")}
}

// Audited implements [team.Store].
func (s *Store) Audited(ctx context.Context, after int64, n int) ([]team.Entry, error) {
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT n, at, actor_kind, actor, act, meeting, subject, detail, hash
		FROM audit WHERE n > $1 ORDER BY n LIMIT $2`, after, n)
	list, err := collect(rows, err, func(r *sql.Rows) (e team.Entry, err error) {
		var at sql.NullInt64
		var actor, subject string
		err = r.Scan(&e.N, &at, &e.Actor.Kind, &actor, &e.Act, &e.Meeting, &subject, &e.Detail, &e.Hash)
		e.At, e.Actor.ID, e.Subject = instant(at), parsed(actor), parsed(subject)
		return e, err
	})
	return list, s.wrap("audit", err)
}

// LastSignIns implements [team.Store].
func (s *Store) LastSignIns(ctx context.Context) (map[registration.ID]time.Time, error) {
	last := map[registration.ID]time.Time{}
	rows, err := s.engine.Read().QueryContext(ctx, `
		SELECT actor, max(at) FROM audit WHERE act = $1 AND actor_kind = $2 GROUP BY actor`, team.ActSignedIn, registration.ActorOrganiser)
	_, err = collect(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var actor string
		var at sql.NullInt64
		err = r.Scan(&actor, &at)
		last[parsed(actor)] = instant(at)
		return struct{}{}, err
	})
	return last, s.wrap("last sign-ins", err)
}

// parsed returns the id in text. If text was tampered with and is no id, it returns
// [uuid.Max], so that [team.Team.Verify] finds the line to be wrong.
func parsed(text string) registration.ID {
	if text == "" {
		return registration.ID{}
	}
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return uuid.Max
	}
	return id
}

// AuditHead implements [team.Store].
func (s *Store) AuditHead(ctx context.Context) (n int64, hash string, err error) {
	err = s.engine.Read().QueryRowContext(ctx, `SELECT n, hash FROM audit_head WHERE id = 1`).Scan(&n, &hash)
	return n, hash, s.wrap("audit head", err)
}

// changesText is how the changes of an event are stored.
func changesText(list []registration.Change) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil { // a list of texts
		panic("sqldb: changes: " + err.Error())
	}
	return string(b)
}

// idText is how the audit log names an id; the zero one, which names nothing,
// is empty.
func idText(id registration.ID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
