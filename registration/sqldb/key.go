package sqldb

import (
	"context"
	"database/sql"
	"errors"
)

// ErrKey is returned if the key is not the one that signed people's links.
var ErrKey = errors.New("sqldb: another key of links")

// KeyFingerprint returns the fingerprint of the key that signs links, "" if none
// has been recorded.
func (s *Store) KeyFingerprint(ctx context.Context) (string, error) {
	f, err := fingerprint(ctx, s.engine.Read(), "")
	return f, s.wrap("key", err)
}

// BindKey records key, the fingerprint of the key that signs links. If another one
// is recorded already, it replaces that if replace is set, and returns [ErrKey]
// otherwise.
func (s *Store) BindKey(ctx context.Context, key string, replace bool) error {
	return s.write(ctx, "bind key", func(ctx context.Context, q Querier) error {
		// Two programs may start at once: the first to write records its key.
		if _, err := q.ExecContext(ctx, `
			INSERT INTO site_key (id, fingerprint) VALUES (1, $1)
			ON CONFLICT (id) DO NOTHING`, key); err != nil {
			return err
		}
		was, err := fingerprint(ctx, q, s.engine.Clauses().ForUpdate)
		if err != nil || was == key {
			return err
		}
		if !replace {
			return ErrKey
		}
		_, err = q.ExecContext(ctx, `UPDATE site_key SET fingerprint = $1 WHERE id = 1`, key)
		return err
	})
}

func fingerprint(ctx context.Context, q Querier, lock string) (f string, err error) {
	err = q.QueryRowContext(ctx, `SELECT fingerprint FROM site_key WHERE id = 1`+lock).Scan(&f)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return f, err
}
