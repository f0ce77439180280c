package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// writeConn runs statements on a connection that one goroutine at a time uses. Queries
// go through database/sql. Statements that write go to the driver itself:
// database/sql takes a thirtieth of the time of a sign-up to copy and convert its
// hundred values.
type writeConn struct {
	*prepared
	conn   *sql.Conn
	stmts  map[string]driver.Stmt // those that change something
	values []driver.NamedValue    // of the statement that runs
}

func newWriteConn(conn *sql.Conn) *writeConn {
	return &writeConn{prepared: &prepared{on: conn}, conn: conn, stmts: make(map[string]driver.Stmt)}
}

// ExecContext implements [sqldb.Querier].
func (w *writeConn) ExecContext(ctx context.Context, query string, args ...any) (r sql.Result, err error) {
	if len(w.stmts) == mostPrepared && w.stmts[query] == nil {
		return w.prepared.ExecContext(ctx, query, args...)
	}
	raw := w.conn.Raw(func(c any) error {
		r, err = w.exec(ctx, c.(driver.ConnPrepareContext), query, args)
		return nil
	})
	if raw != nil {
		return nil, raw
	}
	return r, err
}

func (w *writeConn) exec(ctx context.Context, c driver.ConnPrepareContext, query string, args []any) (driver.Result, error) {
	stmt := w.stmts[query]
	if stmt == nil {
		made, err := c.PrepareContext(ctx, unnamed(query))
		if err != nil {
			return nil, err
		}
		w.stmts[query], stmt = made, made
	}
	defer func() {
		clear(w.values)
		w.values = w.values[:0]
	}()
	for i, arg := range args {
		v, err := value(arg)
		if err != nil {
			return nil, err
		}
		w.values = append(w.values, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return stmt.(driver.StmtExecContext).ExecContext(ctx, w.values)
}

// value converts an argument to what the driver takes, as database/sql would.
func value(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case string, int64, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case sql.NullString:
		if !v.Valid {
			return nil, nil
		}
		return v.String, nil
	case sql.NullInt64:
		if !v.Valid {
			return nil, nil
		}
		return v.Int64, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

// discard closes the connection, and so ends a transaction that is open on it. It
// closes the statements too: SQLite keeps a connection, and its lock on the file,
// until the last of them is gone.
func (w *writeConn) discard() {
	w.prepared.close()
	w.conn.Raw(func(any) error {
		for _, stmt := range w.stmts {
			stmt.Close()
		}
		return driver.ErrBadConn // tells the pool to drop it
	})
}
