package sqldb

import (
	"context"
	"time"
)

// Count implements [registration.Tx].
func (t *tx) Count(key string, window time.Time) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	n, err = count(t.ctx, t.q, key, window)
	return n, t.spoil("count", err)
}

func count(ctx context.Context, q Querier, key string, window time.Time) (n int, err error) {
	return n, q.QueryRowContext(ctx, `
		INSERT INTO counter (id, since, n)
		VALUES ($1, $2, 1)
		ON CONFLICT (id, since) DO UPDATE SET n = counter.n + 1
		RETURNING n`, key, window.UnixMicro()).Scan(&n)
}
