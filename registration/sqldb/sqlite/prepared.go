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
// hundred, whose texts never hold a value, most of them insertions of up to two dozen
// rows; those of lists follow from their filters, and most people ask the same.
const mostPrepared = 256

// prepared runs statements on a pool or a connection and keeps the first
// [mostPrepared] of them prepared. To prepare one takes as long as to run it among
// few people.
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
	s, full := p.stmts[query], len(p.stmts) == mostPrepared
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
	case s != nil: // somebody else was as quick
		made.Close()
		return s, nil
	case p.stmts == nil:
		p.stmts = make(map[string]*sql.Stmt)
	}
	p.stmts[query] = made
	return made, nil
}

var parameter = regexp.MustCompile(`\$[0-9]+`)

// unnamed returns query with ? for $1, $2 and so on, if they are first met in this
// order, as in rows that are inserted together, and ?1 and so on where they are met
// again. To SQLite $1 is a name, and for each parameter that has one the driver has it
// searched among all of them: of the hundreds that two dozen sign-ups have this took a
// tenth of what a sign-up costs.
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

// close forgets the statements.
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
