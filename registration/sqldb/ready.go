package sqldb

import "context"

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

// Ready returns nil if the database answers and has its tables.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.SchemaVersion(ctx)
	return err
}
