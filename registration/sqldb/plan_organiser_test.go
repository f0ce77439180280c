package sqldb_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// everywhere is a listener that hears what lists ask too.
type everywhere struct{ listener }

func (l everywhere) Lists() sqldb.Querier { return listening{l.Engine.Lists(), l.seen} }

// askOfFew asks what organisers and monitoring ask, of a meeting of [fillQueue].
func askOfFew(t *testing.T, heard *sqldb.Store) {
	t.Helper()
	err := heard.Change(t.Context(), slug, func(tx registration.Tx) error {
		_, err := tx.Unconfirmed("network", 10)
		return errors.Join(err, tx.Configure(tx.Meeting()))
	})
	_, oldest := heard.OldestHold(t.Context(), slug)
	_, unsent := heard.Unsent(t.Context(), slug)
	_, delayed := heard.Delayed(t.Context(), slug, 10)
	tried := heard.Try(t.Context(), slug, func(tx registration.Tx) error {
		party, err := tx.Next(registration.MeetingSession, 2)
		waits, bad := tx.Waits(registration.MeetingSession, 2, opening, registration.ID{})
		if len(party) == 0 || !waits {
			t.Errorf("%d are next, and somebody waits: %v", len(party), waits)
		}
		return errors.Join(err, bad)
	})
	if err := errors.Join(err, oldest, unsent, delayed, tried); err != nil {
		t.Fatal(err)
	}
}

// TestPlansOfOrganisers: what organisers and monitoring ask of few is not looked for
// among all: the holds of a network, the oldest hold, the mails of mailings that have
// not left, those that were put off, and who is next, in a change that is only tried.
func TestPlansOfOrganisers(t *testing.T) {
	t.Parallel()
	database := anew(t, "sqlite:")
	s := prepared(t, database)
	fillQueue(t, s, 2*oneByOne)
	seen := &statements{all: make(map[string]bool)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return everywhere{listener{e, seen}} })
	askOfFew(t, heard)
	for _, wanted := range []string{"own.network", "created_at", "mailing, count(*)", "mail.reply <> ''", "FROM waiting", "FROM place WHERE"} {
		if !slices.ContainsFunc(seen.list, func(s string) bool { return strings.Contains(s, wanted) }) {
			t.Errorf("no statement with %q was seen", wanted)
		}
	}
	// The index of holds has only those who wait to confirm.
	few := regexp.MustCompile(`INDEX signup_held\b`)
	many := regexp.MustCompile(`INDEX mail_once \(mailing>|SCAN mail USING INDEX mail_due|TEMP B-TREE FOR ORDER BY$`)
	a := audit(t, database)
	for statement := range seen.all {
		for _, step := range plan(t, a.db, statement) {
			sorts := many.MatchString(step) && (strings.Contains(step, "mail_") || strings.Contains(statement, "FROM waiting"))
			if sorts || reading.MatchString(step) && !few.MatchString(step) {
				t.Errorf("%s\n\treads more than it must: %s", strings.Join(strings.Fields(statement), " "), step)
			}
		}
	}
}

// explainsLists is an explainer of what lists ask too.
type explainsLists struct{ explainer }

func (e explainsLists) Lists() sqldb.Querier {
	return explaining{e.Engine.Lists(), e.touched, false}
}

// TestPlansOfOrganisersPostgres is [TestPlansOfOrganisers] on PostgreSQL.
func TestPlansOfOrganisersPostgres(t *testing.T) {
	t.Parallel()
	const people, few = 5 * oneByOne, 100
	database := anew(t, "postgres:")
	s := prepared(t, database)
	fillQueue(t, s, people)
	if _, err := audit(t, database).db.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	seen := &touched{all: make(map[string]float64)}
	heard := sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return explainsLists{explainer{e, seen}} })
	for range 8 { // PostgreSQL makes a plan for all values after the fifth
		askOfFew(t, heard)
	}
	if len(seen.all) < 10 {
		t.Errorf("only %d statements seen", len(seen.all))
	}
	for query, n := range seen.all {
		if n > few {
			t.Errorf("%v rows of %d touched by: %s", n, people, strings.Join(strings.Fields(query), " "))
		}
	}
}
