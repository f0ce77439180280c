package sqlite

import (
	"context"
	"database/sql"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// mostPrepared is how many statements are kept prepared. The store has some two
// hundred, most of them INSERTs of up to two dozen rows; none has a value in its
// text. The statements of lists depend on the filter, and most filters come again.
const mostPrepared = 256

// prepared runs statements on a pool or a connection and keeps the first
// [mostPrepared] of them prepared. Preparing one takes as long as running it on
// a small meeting.
type prepared struct {
	on interface {
		sqldb.Querier
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

// stmt returns a statement, or nil if as many are kept already. It is prepared
// without the lock, for it may have to wait for a connection.
func (p *prepared) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	s, full := p.stmts[query], len(p.stmts) >= mostPrepared
	p.mu.Unlock()
	if s != nil || full {
		return s, nil
	}
	made, err := p.on.PrepareContext(ctx, unnamed(query))
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch s := p.stmts[query]; {
	case s != nil || len(p.stmts) >= mostPrepared: // somebody else was as quick
		made.Close()
		return s, nil
	case p.stmts == nil:
		p.stmts = make(map[string]*sql.Stmt)
	}
	p.stmts[query] = made
	return made, nil
}

var parameter = regexp.MustCompile(`\$[0-9]+`)

// unnamed returns query with ? for $1, $2 and so on, if these first occur in
// ascending order, as in an INSERT of several rows. A repeated one becomes ?1 and
// so on. To SQLite $1 is a name, and the driver searches all names of a statement
// for each parameter: with the hundreds of parameters of two dozen sign-ups, that
// took a tenth of the time of a sign-up.
func unnamed(query string) string {
	if strings.ContainsAny(query, "'\"?") {
		return query // what looks like a parameter may be none
	}
	met, ordered := 0, true
	text := parameter.ReplaceAllStringFunc(query, func(p string) string {
		n, err := strconv.Atoi(p[1:])
		switch {
		case err != nil || n < 1 || n > met+1:
			ordered = false
		case n == met+1:
			met = n
			return "?"
		}
		return "?" + p[1:]
	})
	if !ordered {
		return query
	}
	return text
}

// close closes the statements and forgets them.
func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stmts {
		s.Close()
	}
	p.stmts = nil
}

// ExecContext implements [sqldb.Querier].
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.stmt(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return p.on.ExecContext(ctx, query, args...)
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements [sqldb.Querier].
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return p.on.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements [sqldb.Querier].
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.stmt(ctx, query)
	if err != nil || s == nil {
		// Only database/sql can make a Row that holds an error: let it fail
		// the same way.
		return p.on.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}
