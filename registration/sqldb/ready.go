package sqldb

import (
	"context"
	"time"
)

// SchemaVersion returns the number of the last migration that was applied to the
// database.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	var v int64
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT max(version_id)
		FROM `+VersionTable+`
		WHERE is_applied`).Scan(&v)
	return v, s.wrap("schema version", err)
}

// Ready returns nil if the database answers, its schema is not newer than this
// program, and its last write succeeded. If nothing was written in the last ten
// seconds, Ready writes a probe. It returns an error that wraps [ErrNewer] if a later
// version of the program has changed the schema, and otherwise one that wraps
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
	// This caller may go away, but others wait for the same probe.
	return s.outcome.ready(time.Now, func() error { return s.probe(context.WithoutCancel(ctx)) })
}
