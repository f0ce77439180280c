package storetest

import (
	"bytes"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

var retentionCases = []testCase{
	{"answers, then people, and nothing else", func(t *testing.T, s Store) {
		m := meeting(10, 5, 5)
		m.Questions = []registration.Question{
			{ID: "menu", Kind: registration.TextQuestion, RetentionDays: 7}, {ID: "train", Kind: registration.TextQuestion},
		}
		m.Notice.RetentionDays = 30
		put(t, s, m)
		a, b, ended := signup(1, "ateliers"), signup(2), signup(3)
		a.Answers = registration.Answers{"menu": {"poisson", `"train":`}, "train": {"oui", "«\u202fà 9\u00a0h\u202f»"}}
		a.Interests, a.AddressConfirmedAt, a.Arrivals = []string{"innover"}, noon, []registration.Arrival{{At: noon, Half: registration.Morning, Session: registration.MeetingSession}}
		ended.Answers, ended.EndedAt = registration.Answers{"menu": {"viande"}}, noon
		for i := range ended.Places {
			ended.Places[i].State = registration.Cancelled
		}
		insert(t, s, a, b, ended)
		for _, when := range []time.Time{m.Day.AddDays(7).In(registration.Paris), m.Day.AddDays(8).In(registration.Paris).Add(-time.Microsecond)} {
			forget(t, s, when)
			wantSame(t, "Signups before an end", all(t, s, registration.Query{}), []registration.Signup{a, b, ended})
		}
		forget(t, s, m.Day.AddDays(8).In(registration.Paris))
		a.Answers, ended.Answers = registration.Answers{"train": a.Answers["train"]}, nil
		wantSame(t, "Signups without one question's answers", all(t, s, registration.Query{}), []registration.Signup{a, b, ended})
		forget(t, s, m.Day.AddDays(31).In(registration.Paris))
		left := []registration.Signup{a, b, ended}
		for i := range left {
			left[i].Person, left[i].AddressKey, left[i].Answers, left[i].Interests = registration.Person{}, "", nil, nil
			left[i].Version++
		}
		wantSame(t, "Signups without people", all(t, s, registration.Query{}), left)
		wantTaken(t, s, taken{Whole: 2, Visits: 1})
		history, err := s.History(t.Context(), a.ID)
		wantError(t, "History", err, nil)
		wantSame(t, "History", history, []registration.Event{
			{At: m.Day.AddDays(8).In(registration.Paris).UTC(), Kind: registration.EventForgotten, Signup: a.ID, Detail: "answers menu"},
			{At: m.Day.AddDays(31).In(registration.Paris).UTC(), Kind: registration.EventForgotten, Signup: a.ID, Detail: "all"},
		})
	}},
}

// forget lets a desk do at now what it does every hour, twice.
func forget(t *testing.T, s Store, now time.Time) {
	t.Helper()
	keys, err := link.NewKeyring(bytes.Repeat([]byte{1}, link.MinSecret))
	wantError(t, "NewKeyring", err, nil)
	desk, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys, Clock: func() time.Time { return now }})
	wantError(t, "NewDesk", err, nil)
	for range 2 {
		wantError(t, "Forget", desk.ApplyRetention(t.Context()), nil)
	}
}
