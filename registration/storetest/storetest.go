// Package storetest is the contract of [registration.Store],
// [registration.Outbox] and [team.Store] as tests. Run them on a
// store of your own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Store { return open(t) })
//	}
package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/territoires"
)

// Store is a database under test: all three contracts in one value.
type Store interface {
	registration.Store
	registration.Outbox
	team.Store
}

// Maker returns an empty store. The tests close it. What the store stands on, such
// as a temporary database, Maker releases with t.Cleanup.
type Maker func(t *testing.T) Store

// Run runs every test of the contract as a parallel subtest, each on a store of its
// own.
func Run(t *testing.T, open Maker) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"Meeting", meetingCases},
		{"Signup", signupCases},
		{"Seats", seatCases},
		{"Queue", queueCases},
		{"Count", countCases},
		{"List", listCases},
		{"Tally", tallyCases},
		{"Change", changeCases},
		{"Together", togetherCases},
		{"Try", trialCases},
		{"Outbox", outboxCases},
		{"Mailing", mailingCases},
		{"Roll", rollCases},
		{"Pending", pendingCases},
		{"Retention", retentionCases},
		{"Clock", clockCases},
		{"Spent", spentCases},
		{"Limits", limitCases},
		{"Organiser", organiserCases},
		{"SignIn", signInCases},
		{"Session", sessionCases},
		{"History", historyCases},
	} {
		for _, c := range group.cases {
			t.Run(group.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				s := open(t)
				t.Cleanup(func() { wantError(t, "Close", s.Close(), nil) })
				c.run(t, s)
			})
		}
	}
}

type testCase struct {
	name string
	run  func(t *testing.T, s Store)
}

// noon is the time at which most tests take place.
var noon = time.Date(2019, time.May, 16, 12, 0, 0, 0, time.UTC)

const slug = "2019-06-12-paris"

// meeting returns a meeting with so many seats. Its two sessions, tables-rondes and
// ateliers, have tables and visits seats.
func meeting(seats, tables, visits registration.Seats) registration.Meeting {
	return registration.Meeting{
		Slug: slug, Title: registration.Localized{FR: "Rencontre nationale"}, Published: true, Seats: seats,
		Day: territoires.Date{Year: 2019, Month: time.June, Day: 12},
		Sessions: []registration.Session{
			{ID: "tables-rondes", Title: registration.Localized{FR: "Tables rondes"}, Seats: tables},
			{ID: "ateliers", Title: registration.Localized{FR: "Ateliers"}, Seats: visits},
		},
		OpensAt: noon.Add(-time.Hour), ClosesAt: noon.AddDate(0, 0, 26), Hold: 48 * time.Hour,
	}
}

// signup returns the n-th person's sign-up, with a seat in the meeting and in
// each of the sessions.
func signup(n int, sessions ...registration.SessionID) registration.Signup {
	id := registration.NewID()
	s := registration.Signup{
		ID: id, Party: id, Meeting: slug, Code: fmt.Sprintf("CODE%04d", n), Version: 1,
		Person: registration.Person{
			GivenName: "Zoé", FamilyName: fmt.Sprintf("L’Hôte %d", n), Email: fmt.Sprintf("Zoe.%d@exemple.fr", n),
			Organisation: "Communauté de communes", Function: "Cheffe de projet",
			Category: registration.Elected, Territory: "ti-0101",
		},
		AddressKey: fmt.Sprintf("zoe.%d@exemple.fr", n), Language: registration.French, NoticeVersion: "1",
		CreatedAt: noon, HeldUntil: noon.Add(48 * time.Hour),
	}
	for _, id := range append(sessions, registration.MeetingSession) {
		s.Places = append(s.Places, registration.Place{Session: id, State: registration.Seated, Since: noon})
	}
	slices.SortFunc(s.Places, func(a, b registration.Place) int { return cmp.Compare(a.Session, b.Session) })
	return s
}

// mail returns a mail about s, made at t and due at once.
func mail(s registration.Signup, t time.Time) registration.Mail {
	return registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirm, Meeting: slug, Signup: s.ID,
		CreatedAt: t, DueAt: t}
}

// put stores m, or ends the test.
func put(t *testing.T, s Store, m registration.Meeting) {
	t.Helper()
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatalf("PutMeeting = %v", err)
	}
}

// try runs f as a change of the meeting, and returns its error.
func try(t *testing.T, s Store, f func(tx registration.Tx) error) error {
	return s.Change(t.Context(), slug, f)
}

// change runs f as a change of the meeting, or ends the test.
func change(t *testing.T, s Store, f func(tx registration.Tx) error) {
	t.Helper()
	if err := try(t, s, f); err != nil {
		t.Fatalf("Change = %v", err)
	}
}

// insert stores sign-ups in one change, or ends the test.
func insert(t *testing.T, s Store, people ...registration.Signup) {
	t.Helper()
	change(t, s, func(tx registration.Tx) error {
		for _, u := range people {
			if err := tx.Insert(u); err != nil {
				return err
			}
		}
		return nil
	})
}

// all returns the sign-ups of the meeting that q selects, or ends the test.
func all(t *testing.T, s Store, q registration.Query) []registration.Signup {
	t.Helper()
	q.Meeting = slug
	var list []registration.Signup
	for u, err := range s.Signups(t.Context(), q) {
		if err != nil {
			t.Fatalf("Signups = %v", err)
		}
		list = append(list, u)
	}
	return list
}

// taken are the seats taken in the sessions of [meeting].
type taken struct{ Whole, Tables, Visits int }

func wantTaken(t *testing.T, s Store, want taken) {
	t.Helper()
	list, err := s.Occupancy(t.Context(), slug)
	if err != nil {
		t.Fatalf("Occupancy = %v", err)
	}
	var got taken
	for _, o := range list {
		switch o.Session {
		case registration.MeetingSession:
			got.Whole = o.Taken
		case "tables-rondes":
			got.Tables = o.Taken
		case "ateliers":
			got.Visits = o.Taken
		}
	}
	wantSame(t, "seats taken", got, want)
}

// wantError fails unless errors.Is(got, want).
func wantError(t *testing.T, call string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s = %v; want %v", call, got, want)
	}
}

// wantSame compares whole values, where an empty list equals a nil one. It ignores
// the revision of a sign-up, which moves with each change and has a test of its
// own.
func wantSame(t *testing.T, call string, got, want any) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registration.Signup{}, "Revision")); diff != "" {
		t.Errorf("%s: mismatch (-want +got):\n%s", call, diff)
	}
}
