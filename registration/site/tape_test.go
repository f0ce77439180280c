package site_test

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// record returns the statements that the last request of do causes.
func (t *bed) record(b *testing.B, do func()) *script {
	b.Helper()
	t.tape.running = true
	do()
	t.tape.running = false
	if len(t.tape.last) == 0 {
		b.Fatal("no statement was recorded")
	}
	return &script{lines: t.tape.last, signup: t.tape.signup.String()}
}

// tape is an engine that remembers the statements of its last transaction.
type tape struct {
	sqldb.Engine
	running bool
	last    []line
	signup  registration.ID // the one inserted last
}

type line struct {
	query string
	args  []any
	exec  bool
}

func (t *tape) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	if !t.running {
		return t.Engine.Write(ctx, work)
	}
	return t.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
		t.last = nil
		return work(ctx, recorded{q, t})
	})
}

type recorded struct {
	sqldb.Querier
	tape *tape
}

func (r recorded) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.tape.last = append(r.tape.last, line{query, args, true})
	if strings.Contains(query, "INSERT INTO signup") {
		r.tape.signup = uuid.MustParse(args[1].(string)) // the first is the meeting
	}
	return r.Querier.ExecContext(ctx, query, args...)
}

func (r recorded) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.tape.last = append(r.tape.last, line{query, args, false})
	return r.Querier.QueryContext(ctx, query, args...)
}

func (r recorded) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.tape.last = append(r.tape.last, line{query, args, false})
	return r.Querier.QueryRowContext(ctx, query, args...)
}

// script is a transaction to be run again, each time for somebody else.
type script struct {
	lines  []line
	signup string
}

// atOnce is how many people share a transaction by hand, as many as a group of
// the store takes.
const atOnce = 60

// play writes for n people, or for the sign-ups given, what the statements that
// are chosen write for one: many in one transaction, one transaction after the
// other. What belongs to the meeting is written once in each.
func (s *script) play(b *testing.B, store *sqldb.Store, n int, ids []registration.ID, chosen *regexp.Regexp) {
	for first := 0; first < n; first += atOnce {
		err := store.Engine().Write(b.Context(), func(ctx context.Context, q sqldb.Querier) error {
			var fresh map[string]string // by what was recorded
			for i := first; i < min(n, first+atOnce); i++ {
				fresh = make(map[string]string)
				if ids != nil {
					fresh[s.signup] = ids[i].String()
				}
				for _, l := range s.lines {
					if chosen.MatchString(l.query) {
						if err := l.play(ctx, q, fresh); err != nil {
							return err
						}
					}
				}
			}
			for _, l := range s.lines {
				if ofMeeting.MatchString(l.query) {
					if err := l.play(ctx, q, fresh); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Error(err)
			return
		}
	}
}

// The statements of the floors.
var (
	everyRow  = regexp.MustCompile(`INSERT (OR IGNORE )?INTO (signup|place|term|event|mail) |UPDATE signup`)
	oneRow    = regexp.MustCompile(`INSERT INTO (signup|mail) |UPDATE signup`)
	ofMeeting = regexp.MustCompile(`UPDATE session`)
)

func (l line) play(ctx context.Context, q sqldb.Querier, fresh map[string]string) error {
	args := make([]any, len(l.args))
	for i, a := range l.args {
		args[i] = a
		switch v := a.(type) {
		case string:
			args[i] = renew(v, fresh)
		case sql.NullString:
			args[i] = sql.NullString{String: renew(v.String, fresh), Valid: v.Valid}
		}
	}
	if l.exec {
		_, err := q.ExecContext(ctx, l.query, args...)
		return err
	}
	rows, err := q.QueryContext(ctx, l.query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// renew returns, for an id, an address or a short code, another one: the same
// for the same within a transaction.
func renew(v string, fresh map[string]string) string {
	if f, ok := fresh[v]; ok {
		return f
	}
	f := v
	if _, err := uuid.Parse(v); err == nil {
		f = registration.NewID().String()
	} else if strings.Contains(v, "@") {
		f = registration.NewID().String() + "@exemple.fr"
	} else if _, ok := registration.ParseCode(v); ok {
		f = registration.MintCode()
	}
	fresh[v] = f
	return f
}
