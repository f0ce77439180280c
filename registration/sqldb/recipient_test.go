package sqldb_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// TestRecipientForgotten: the address of a mail to somebody who has no sign-up
// is kept while the mail waits, and not after it was sent.
func TestRecipientForgotten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rencontre.db")
	s, err := open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.PutMeeting(t.Context(), registration.ShippedExample()); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2019, 5, 16, 9, 0, 0, 0, time.UTC)
	u := registration.Signup{ID: registration.NewID(), Code: "AAAA3333", Language: registration.French, CreatedAt: now,
		Person: registration.Person{GivenName: "Zoé", FamilyName: "Kéré", Email: "zoe@exemple.fr"}}
	u.Party = u.ID
	m := registration.Mail{ID: registration.NewID(), Kind: registration.MailReplacement, Meeting: registration.ShippedSlug,
		Signup: u.ID, To: "paul@exemple.fr", CreatedAt: now}
	err = s.Change(t.Context(), registration.ShippedSlug, func(tx registration.Tx) error {
		if err := tx.Insert(u); err != nil {
			return err
		}
		return tx.Post(m)
	})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, step := range []struct {
		outcome registration.Outcome
		want    string
	}{{registration.Outcome{RetryAt: now}, m.To}, {registration.Outcome{SentAt: now}, ""}} {
		if err := s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: step.outcome}); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := db.QueryRowContext(t.Context(), `SELECT recipient FROM mail`).Scan(&got); err != nil || got != step.want {
			t.Errorf("recipient %q, %v after %+v; want %q", got, err, step.outcome, step.want)
		}
	}
}

// TestRecipientsTexts: however many recipients are asked for, few texts of statements
// are kept, and one reads as many as a courier claims.
func TestRecipientsTexts(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		seen := &statements{all: make(map[string]bool)}
		s := sqldb.Wrap(prepared(t, database), func(e sqldb.Engine) sqldb.Engine { return listener{e, seen} })
		var ids []registration.ID
		for n := range 300 {
			ids = append(ids, registration.NewID())
			seen.list = nil
			if _, err := s.Recipients(t.Context(), ids); err != nil {
				t.Fatal(err)
			}
			if got, want := len(seen.list), 1+n/128; got != want {
				t.Errorf("%d statements for %d recipients, want %d", got, n+1, want)
			}
		}
		if n := len(seen.all); n != 8 {
			t.Errorf("%d texts, want 8", n)
		}
	})
}
