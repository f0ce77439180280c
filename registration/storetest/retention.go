package storetest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/territoires"
)

var retentionCases = []testCase{
	{"answers, then people, and nothing else", func(t *testing.T, s Store) {
		m := meeting(10, 5, 5)
		m.Questions = []registration.Question{
			{ID: "menu", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Question"}, RetentionDays: 7}, {ID: "train", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Question"}},
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
			left[i].Arrivals = nil
			left[i].Version++
		}
		wantSame(t, "Signups without people", all(t, s, registration.Query{}), left)
		wantTaken(t, s, taken{Whole: 2, Visits: 1})
		history, err := s.History(t.Context(), a.ID)
		wantError(t, "History", err, nil)
		wantSame(t, "History", history, []registration.Event{
			{At: m.Day.AddDays(8).In(registration.Paris).UTC(), Kind: registration.EventForgotten, Signup: a.ID, Detail: "answers menu", Actor: registration.Actor{Kind: registration.ActorSystem}},
			{At: m.Day.AddDays(31).In(registration.Paris).UTC(), Kind: registration.EventForgotten, Signup: a.ID, Detail: "all", Actor: registration.Actor{Kind: registration.ActorSystem}},
		})
	}},
}

// forget applies the retention once for each day since the last time, since a clock
// that leaps is not trusted, and then twice at now.
func forget(t *testing.T, s Store, now time.Time) {
	t.Helper()
	keys, err := link.NewKeyring(bytes.Repeat([]byte{1}, link.MinSecret))
	wantError(t, "NewKeyring", err, nil)
	r, err := s.ClockRecord(t.Context())
	wantError(t, "ClockRecord", err, nil)
	at := r.Trusted
	if at.IsZero() {
		at = noon
	}
	desk, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys, Clock: func() time.Time { return at }})
	wantError(t, "NewDesk", err, nil)
	for ; at.Before(now); at = at.AddDate(0, 0, 1) {
		wantError(t, "ApplyRetention", desk.ApplyRetention(t.Context()), nil)
	}
	at = now
	for range 2 {
		wantError(t, "ApplyRetention", desk.ApplyRetention(t.Context()), nil)
	}
}

var spentCases = []testCase{
	{"sent mails", func(t *testing.T, s Store) {
		old, young, waiting := post(t, s, noon), post(t, s, noon.Add(time.Second)), post(t, s, noon.Add(2*time.Second))
		wantClaim(t, s, noon.Add(time.Second), 2, old, young)
		recordOutcome(t, s, old, registration.Outcome{SentAt: noon.Add(time.Hour), Reply: "250 ok"})
		recordOutcome(t, s, young, registration.Outcome{SentAt: noon.Add(2 * time.Hour), Reply: "250 ok"})
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.Add(time.Hour), 0)
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.Add(2*time.Hour), 1)
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.AddDate(9, 0, 0), 1)
		wantClaim(t, s, noon.AddDate(9, 0, 0), 10, waiting)
	}},
	{"mails of a mailing", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		mailing := registration.Mailing{ID: registration.NewID(), Kind: registration.MailReminder, DueAt: noon}
		m := mail(u, noon)
		m.Kind, m.Mailing = mailing.Kind, mailing.ID
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutMailing", tx.PutMailing(mailing), nil)
			return tx.Post(m)
		})
		wantClaim(t, s, noon, 1, m)
		recordOutcome(t, s, m, registration.Outcome{SentAt: noon, Reply: "250 ok"})
		// While the mailing goes on the row keeps the person from a second one.
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.AddDate(9, 0, 0), 0)
		mailing.DoneAt = noon
		change(t, s, func(tx registration.Tx) error { return tx.PutMailing(mailing) })
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.AddDate(9, 0, 0), 1)
	}},
	{"sign-ins", func(t *testing.T, s Store) {
		o := organiser(t, s)
		signIn := func() registration.SignIn {
			return registration.SignIn{ID: registration.NewID(), Organiser: o.ID, CreatedAt: noon, ExpiresAt: noon.Add(team.SignInFor)}
		}
		open := func(i registration.SignIn, m *registration.Mail) {
			t.Helper()
			wantError(t, "OpenSignIn", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.OpenSignIn(i, m) }), nil)
		}
		ended, mailed, waiting, young := signIn(), signIn(), signIn(), signIn()
		young.ExpiresAt = noon.AddDate(1, 0, 0)
		mailOf := func(i registration.SignIn) *registration.Mail {
			return &registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: noon, DueAt: noon}
		}
		sent, unsent := mailOf(mailed), mailOf(waiting)
		open(ended, nil)
		open(mailed, sent)
		open(young, nil)
		wantClaim(t, s, noon, 1, *sent)
		recordOutcome(t, s, *sent, registration.Outcome{SentAt: noon, Reply: "250 ok"})
		open(waiting, unsent)
		wantDeleted(t, "DeleteSignIns", s.DeleteSignIns, ended.ExpiresAt, 0)
		wantDeleted(t, "DeleteSignIns", s.DeleteSignIns, ended.ExpiresAt.Add(time.Microsecond), 2)
		for _, i := range []registration.SignIn{waiting, young} {
			wantSignIn(t, s, i)
		}
		for _, i := range []registration.SignIn{ended, mailed} {
			_, err := s.SignIn(t.Context(), i.ID)
			wantError(t, "SignIn once deleted", err, registration.ErrNotFound)
		}
		wantDeleted(t, "DeleteMails", s.DeleteMails, noon.AddDate(9, 0, 0), 0) // it went with its link
		wantClaim(t, s, noon, 10, *unsent)
	}},
	{"what was swept", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		want := registration.Retention{ShortenedAt: noon, Swept: "all menu", Before: registration.RetentionEnds{
			All: territoires.Date{Year: 2019, Month: time.June, Day: 14}, Answers: map[string]territoires.Date{"menu": {}},
		}}
		keep := func(v registration.Retention) {
			change(t, s, func(tx registration.Tx) error { return tx.PutRetention(v) })
		}
		wantRetention := func(when string) {
			t.Helper()
			got, err := s.Retention(t.Context(), slug)
			wantError(t, "Retention", err, nil)
			wantSame(t, "Retention "+when, got, want)
			change(t, s, func(tx registration.Tx) error {
				got, err := tx.Retention()
				wantSame(t, "Tx.Retention "+when, got, want)
				return err
			})
		}
		keep(want)
		wantRetention("as put")
		put(t, s, meeting(11, 5, 5))
		wantRetention("after a new configuration")
		change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		want.Swept = ""
		wantRetention("after an update")
		want.Swept = "nothing"
		keep(want)
		insert(t, s, signup(2))
		want.Swept = ""
		wantRetention("after an insertion")
		change(t, s, func(tx registration.Tx) error { // put and written in one change
			v := want
			v.Swept = "nothing"
			wantError(t, "PutRetention", tx.PutRetention(v), nil)
			return tx.Update(u)
		})
		wantRetention("after an update in the same change")
		_, err := s.Retention(t.Context(), "nowhere")
		wantError(t, "Retention of no meeting", err, registration.ErrNotFound)
	}},
	{"erased", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		a, b, c := signup(1), signup(2), signup(3)
		insert(t, s, a, b, c)
		got, err := s.Erased(t.Context())
		wantError(t, "Erased", err, nil)
		wantSame(t, "Erased", len(got), 0)
		change(t, s, func(tx registration.Tx) error {
			for _, e := range []registration.Event{
				{Kind: registration.EventErased, Signup: b.ID}, {Kind: registration.EventCancelled, Signup: c.ID},
				{Kind: registration.EventErased, Signup: a.ID}, {Kind: registration.EventErased, Signup: b.ID},
			} {
				e.At = noon
				wantError(t, "Record", tx.Record(e), nil)
			}
			return nil
		})
		got, err = s.Erased(t.Context())
		wantError(t, "Erased", err, nil)
		wantSame(t, "Erased", got, []registration.ID{b.ID, a.ID})
	}},
}

// wantDeleted asks for one row at a time until none is deleted.
func wantDeleted(t *testing.T, call string, remove func(context.Context, time.Time, int) (int, error), before time.Time, want int) {
	t.Helper()
	deleted := 0
	for n := 1; n > 0; deleted += n {
		var err error
		n, err = remove(t.Context(), before, 1)
		wantError(t, call, err, nil)
		if n > 1 {
			t.Fatalf("%s deleted %d rows, want at most 1", call, n)
		}
	}
	wantSame(t, call, deleted, want)
}
