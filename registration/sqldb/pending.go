package sqldb

import (
	"context"
	"database/sql"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// PendingImport implements [registration.Store].
func (s *Store) PendingImport(ctx context.Context, slug string, id registration.ID) (registration.PendingImport, error) {
	p := registration.PendingImport{ID: id, Meeting: slug}
	var at sql.NullInt64
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT at, content FROM pending_import WHERE id = $1 AND meeting = $2`, id.String(), slug).Scan(&at, &p.Content)
	p.At = instant(at)
	return p, s.wrap("pending import of "+slug, err)
}

// PutPendingImport implements [registration.Store].
func (s *Store) PutPendingImport(ctx context.Context, p registration.PendingImport) error {
	return s.write(ctx, "put pending import", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `
			INSERT INTO pending_import (id, meeting, at, content) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at, content = excluded.content`, p.ID.String(), p.Meeting, p.At.UnixMicro(), p.Content)
		return err
	})
}

// DeletePendingImports implements [registration.Store]. It looks first whether
// there are any, since a write takes a turn.
func (s *Store) DeletePendingImports(ctx context.Context, before time.Time) error {
	var any bool
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM pending_import WHERE at < $1)`, before.UnixMicro()).Scan(&any)
	if err != nil || !any {
		return s.wrap("pending imports", err)
	}
	return s.write(ctx, "delete pending imports", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM pending_import WHERE at < $1`, before.UnixMicro())
		return err
	})
}

// EndPendingImport implements [registration.Tx].
func (t *tx) EndPendingImport(id registration.ID) error {
	if t.err != nil {
		return t.err
	}
	r, err := t.q.ExecContext(t.ctx, `DELETE FROM pending_import WHERE id = $1 AND meeting = $2`, id.String(), t.meeting.Slug)
	if err != nil {
		return t.spoil("end pending import", err)
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return registration.ErrNotFound
	}
	return t.spoil("end pending import", err)
}
