package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestWriteConnStoresTheSame: a value reaches the file as database/sql would bring it there.
func TestWriteConnStoresTheSame(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	if err := write(e, `CREATE TABLE kept (way TEXT, n INTEGER, v ANY) STRICT`); err != nil {
		t.Fatal(err)
	}
	values := []any{"é", "", 7, int64(-1) << 62, true, false, 1.5, nil, []byte("\x00\xff"), []byte{}, []byte(nil), registration.Seated, uint8(3),
		sql.NullString{String: "a", Valid: true}, sql.NullString{String: "a"}, sql.NullInt64{Int64: 5, Valid: true}, sql.NullInt64{Int64: 5},
		uuid.MustParse("0190163d-8694-739b-aea5-966c26f8ad90")}
	err := e.Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
		for n, v := range values {
			for way, by := range map[string]sqldb.Querier{"writeConn": q, "database/sql": e.writer.q.prepared} {
				if _, err := by.ExecContext(ctx, `INSERT INTO kept (way, n, v) VALUES ($1, $2, $3)`, way, n, v); err != nil {
					return fmt.Errorf("%T %v: %w", v, v, err)
				}
			}
		}
		if _, err := q.ExecContext(ctx, `INSERT INTO kept (v) VALUES ($1)`, struct{}{}); err == nil {
			t.Error("a structure is a value")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same, other := 0, 0
	if err := e.Read().QueryRowContext(t.Context(), `
		SELECT count(*) FILTER (WHERE a.v IS b.v AND typeof(a.v) = typeof(b.v)), count(*)
		FROM kept AS a JOIN kept AS b ON a.n = b.n AND a.way = 'writeConn' AND b.way <> 'writeConn'`).Scan(&same, &other); err != nil {
		t.Fatal(err)
	}
	if same != len(values) || other != len(values) {
		t.Errorf("%d of %d values are the same, want all %d", same, other, len(values))
	}
}

// TestSoleIsBounded: however many texts there are, so many are kept, and those beyond
// run as well.
func TestSoleIsBounded(t *testing.T) {
	t.Parallel()
	e := scratch(t)
	const more = mostPrepared + 5
	err := e.Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
		for i := range more {
			r, err := q.ExecContext(ctx, fmt.Sprintf(`INSERT INTO note (id) VALUES ($1 + %d)`, i), 1)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); n != 1 || err != nil {
				t.Errorf("statement %d: %d rows, %v", i, n, err)
			}
		}
		return nil
	})
	if n := len(e.writer.q.stmts); err != nil || n != mostPrepared || count(t, e) != more {
		t.Errorf("%d rows, %d statements are kept, %v; want %d and %d", count(t, e), n, err, more, mostPrepared)
	}
}
