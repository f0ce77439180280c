package registration_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// asking is a meeting with questions whose answers are kept for 0, 7, 30 and
// 200 days, the rest for 90.
func asking(m *registration.Meeting) {
	m.Questions = nil
	for id, days := range map[string]int{"rest": 0, "week": 7, "month": 30, "long": 200} {
		m.Questions = append(m.Questions, registration.Question{ID: id, Kind: registration.TextQuestion, Label: registration.Localized{FR: "Question"}, RetentionDays: days})
	}
	slices.SortFunc(m.Questions, func(a, b registration.Question) int { return strings.Compare(a.ID, b.ID) })
}

func TestRetention(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1000, asking)
	ctx := t.Context()
	var log bytes.Buffer
	d.Desk, _ = registration.NewDesk(registration.DeskOptions{Store: d.store, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now,
		NoLimits: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for n := range 3 {
		r := request(n)
		r.Sessions, r.Interests = []registration.SessionID{"attractivite"}[:n%2], []string{"innover"}
		if n < 2 { // the third one answers nothing
			r.Answers = registration.Answers{"rest": {"a"}, "week": {`b "month": `}, "month": {"c"}, "long": {"d"}}
		}
		if _, err := d.SignUp(ctx, slug, r); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Confirm(ctx, d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Cancel(ctx, d.manage(d.byNumber(t, 1))); err != nil { // who has cancelled has said something too
		t.Fatal(err)
	}
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	before := d.all(t)
	mails := d.mails(t)
	answers := func(ids ...string) registration.Answers {
		a := registration.Answers{}
		for _, id := range ids {
			a[id] = before[0].Answers[id]
		}
		return a
	}
	for _, tt := range []struct {
		at     string
		want   registration.Answers
		person bool
		forgot int // lines of history so far, of the first
	}{
		{"2019-06-12 23:59", answers("rest", "week", "month", "long"), true, 0},
		{"2019-06-19 23:59", answers("rest", "week", "month", "long"), true, 0},
		{"2019-06-20 00:00", answers("rest", "month", "long"), true, 1},
		{"2019-07-12 23:59", answers("rest", "month", "long"), true, 1},
		{"2019-07-13 00:00", answers("rest", "long"), true, 2},
		{"2019-09-10 23:59", answers("rest", "long"), true, 2},
		{"2019-09-11 00:00", nil, false, 3}, // with the sign-up, the longest answer too
		{"2020-01-01 00:00", nil, false, 3},
	} {
		for range 2 { // twice is not an error
			if err := desktest.ApplyRetention(ctx, d.Desk, d.clock, at(t, tt.at)); err != nil {
				t.Fatal(err)
			}
		}
		for i, s := range d.all(t) {
			want := before[i]
			if i < 2 {
				want.Answers = tt.want
			}
			if !tt.person {
				want.Person, want.AddressKey, want.Interests = registration.Person{}, "", nil
				want.Version++
				want.Places = slices.Clone(want.Places)
				for j := range want.Places {
					want.Places[j].Was = ""
				}
			}
			if diff := cmp.Diff(want, s, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(registration.Signup{}, "Revision")); diff != "" {
				t.Errorf("%s: sign-up %d (-want +got):\n%s", tt.at, i, diff)
			}
		}
		history, err := d.History(ctx, before[0])
		if err != nil {
			t.Fatal(err)
		}
		forgot := 0
		for _, e := range history {
			if e.Kind == registration.EventForgotten {
				forgot++
			}
		}
		if forgot != tt.forgot {
			t.Errorf("%s: %d lines of history, want %d: %v", tt.at, forgot, tt.forgot, history)
		}
	}
	if _, _, err := d.Read(ctx, link.ForManage, d.manage(before[0])); err == nil {
		t.Error("a link works although nobody is left behind it")
	}
	if len(mails) == 0 || len(d.mails(t)) != 0 {
		t.Error("forgetting wrote to people")
	}
	if last, ends := m.AnswersKeptUntil(m.Questions[0]); !ends || m.Questions[0].ID != "long" || last.String() != "2019-09-10" {
		t.Errorf("the question %s is said to be kept until %v, %v", m.Questions[0].ID, last, ends)
	}
	if text := log.String(); strings.Contains(text, "exemple.fr") || strings.Contains(text, "Arc") || !strings.Contains(text, "signups=2") {
		t.Errorf("log: %s", text)
	}
	d.check(t)
}

// TestRetentionOfWhatIsNotAsked: the answers to a question that was taken out
// go with the day; without an end that was told, nothing else does.
func TestRetentionOfWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, func(m *registration.Meeting) { asking(m); m.Notice.RetentionDays = 0 })
	r := request(1)
	r.Answers = registration.Answers{"rest": {"a"}, "week": {"b"}}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.Questions = slices.DeleteFunc(slices.Clone(m.Questions), func(q registration.Question) bool { return q.ID == "week" })
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d.forgetAt(t, at(t, "2019-06-12 20:00"), 2)
	d.forgetAt(t, at(t, "2021-06-13 00:00"), 1)
	if s := d.byNumber(t, 1); s.Email == "" || s.Answers["rest"] == nil {
		t.Errorf("left: %+v, %v", s.Person, s.Answers)
	}
}

func (d desk) forgetAt(t *testing.T, now time.Time, answers int) {
	t.Helper()
	if err := desktest.ApplyRetention(t.Context(), d.Desk, d.clock, now); err != nil {
		t.Fatal(err)
	}
	if got := len(d.byNumber(t, 1).Answers); got != answers {
		t.Errorf("%v: %d answers, want %d", now, got, answers)
	}
}

// TestForgetInBatches: more sign-ups than one transaction takes.
func TestForgetInBatches(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1000, func(m *registration.Meeting) { m.Approval = true })
	for n := range 401 {
		if _, err := d.SignUp(t.Context(), slug, request(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := desktest.ApplyRetention(t.Context(), d.Desk, d.clock, at(t, "2019-09-11 00:00")); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.all(t) {
		if s.Person != (registration.Person{}) {
			t.Fatalf("still there: %+v", s)
		}
	}
}

// TestNumbersStay: after the deletion it is known how many came from where, but
// of no group so small that it names somebody.
func TestNumbersStay(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1000, func(m *registration.Meeting) { m.Interests = true })
	for n := range 20 {
		r := request(n)
		r.Category, r.Territory, r.Interests = registration.Industry, "ti-2701", []string{"innover"}
		switch {
		case n >= 18: // nobody else does so
			r.Category, r.Territory = registration.Press, "ti-0101"
		case n >= 12:
			r.Category, r.Territory = registration.Elected, "ti-1101"
		}
		if _, err := d.SignUp(t.Context(), slug, r); err != nil {
			t.Fatal(err)
		}
		if n == 0 { // has no seat
			continue
		}
		if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Erase(t.Context(), d.manage(d.byNumber(t, 1))); err != nil { // nothing of whom is kept
		t.Fatal(err)
	}
	kept := func() (list []registration.Tally, live int) {
		s, err := d.Statistics(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		for _, tally := range s.Tallies {
			if tally.Status == "" {
				list = append(list, tally)
			}
		}
		if n := s.Count(registration.GroupTerritory, "ti-0101", registration.StatusWaitlisted); n != 0 {
			t.Errorf("%d of a territory wait", n)
		}
		return list, s.Count(registration.GroupTerritory, "ti-0101")
	}
	if list, live := kept(); len(list) > 0 || live != 2 {
		t.Errorf("before: %d of a territory, kept %v", live, list)
	}
	if err := desktest.ApplyRetention(t.Context(), d.Desk, d.clock, at(t, "2019-09-11 00:00")); err != nil {
		t.Fatal(err)
	}
	list, live := kept()
	// Two of the press, and for them to be five six elected people besides.
	want := []registration.Tally{
		{Group: registration.GroupAxis, Value: "innover", N: 18},
		{Group: registration.GroupCategory, N: 8}, {Group: registration.GroupCategory, Value: "industriel", N: 10},
		{Group: registration.GroupRegion, N: 8}, {Group: registration.GroupRegion, Value: "27", N: 10},
		{Group: registration.GroupTerritory, N: 8}, {Group: registration.GroupTerritory, Value: "ti-2701", N: 10},
	}
	if diff := cmp.Diff(want, list); diff != "" || live != 0 {
		t.Errorf("%d left of a territory; kept (-want +got):\n%s", live, diff)
	}
	if err := d.ApplyRetention(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, _ := kept(); !cmp.Equal(want, again) {
		t.Errorf("once more: %v", again)
	}
}
