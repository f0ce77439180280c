package sqldb

import (
	"context"
	"time"
)

// SchemaVersion returns the number of the last migration that the database has
// been through.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	var v int64
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT max(version_id)
		FROM `+VersionTable+`
		WHERE is_applied`).Scan(&v)
	return v, s.wrap("schema version", err)
}

// Ready returns nil if the database answers and nobody has brought it beyond
// this program and its last write succeeded, [ErrNewer] if somebody has, or an error that wraps
// [registration.ErrUnavailable].
func (s *Store) Ready(ctx context.Context) error {
	if err := s.engine.Unmoved(); err != nil {
		return err
	}
	has, err := s.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if err := newer(has, s.schema); err != nil {
		return err
	}
	// Who asks may go away; the answer is for all who wait.
	return s.outcome.ready(time.Now, func() error { return s.probe(context.WithoutCancel(ctx)) })
}
