package registration_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// asked is a meeting with questions of two kinds.
func asked(m *registration.Meeting) {
	m.Questions = []registration.Question{
		{ID: "meal", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Repas"}, RetentionDays: 30, Options: []registration.Option{
			{ID: "fish", Label: registration.Localized{FR: "Poisson"}}, {ID: "none", Label: registration.Localized{FR: "Rien"}}, {ID: "meat", Label: registration.Localized{FR: "Viande"}}}},
		{ID: "train", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Train"}},
	}
}

// answering signs person n up and confirms.
func (d desk) answering(t *testing.T, n int, a registration.Answers, sessions ...registration.SessionID) registration.Signup {
	t.Helper()
	r := request(n)
	r.Answers, r.Sessions = a, sessions
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	s, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// peopled opens a desk with three people: two have the seats, of whom one is in
// a session and has answered, and one waits. A fourth has answered and left.
func peopled(t *testing.T) (desk, registration.Meeting) {
	t.Helper()
	d := queueing(t, 2, asked)
	d.answering(t, 1, registration.Answers{"meal": {"fish"}}, "innovation")
	d.answering(t, 2, nil)
	d.answering(t, 3, nil)
	left := d.answering(t, 4, registration.Answers{"meal": {"none"}})
	if _, err := d.Cancel(t.Context(), d.manage(left)); err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.Sessions, m.Questions = slices.Clone(m.Sessions), slices.Clone(m.Questions)
	for i := range m.Questions {
		m.Questions[i].Options = slices.Clone(m.Questions[i].Options)
	}
	return d, m
}

// told lists fields as path, rule and parameter.
func told(fields []validation.FieldError) string {
	var list []string
	for _, f := range fields {
		list = append(list, f.Error())
	}
	return strings.Join(list, ", ")
}

func TestApplyNeedsYes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		needs  string // "": nothing
		mails  []registration.MailCount
	}{
		"fewer seats than taken": {func(m *registration.Meeting) { m.Seats = 1 }, "seats: fewer_seats=2", nil},
		"as many as taken":       {func(m *registration.Meeting) { m.Seats = 2; m.Summary.FR = "Autre" }, "", nil},
		"more seats":             {func(m *registration.Meeting) { m.Seats = 3 }, "", []registration.MailCount{{Kind: registration.MailOffer, N: 1}}},
		"fewer in a session": {func(m *registration.Meeting) {
			i := slices.IndexFunc(m.Sessions, func(s registration.Session) bool { return s.ID == "innovation" })
			m.Sessions[i].Seats = 0
		}, "sessions[1].seats: fewer_seats=1", nil},
		"cancellation": {func(m *registration.Meeting) { m.CancelledAt = m.OpensAt }, "cancelled_at: cancels=3",
			[]registration.MailCount{{Kind: registration.MailMeetingCancelled, N: 3}}},
		"another day": {func(m *registration.Meeting) { m.Day = m.Day.AddDays(1) }, "day: moves=3",
			[]registration.MailCount{{Kind: registration.MailMeetingChanged, N: 3}}},
		"another hour":               {func(m *registration.Meeting) { m.Starts = "10:00" }, "", []registration.MailCount{{Kind: registration.MailMeetingChanged, N: 3}}},
		"shorter retention":          {func(m *registration.Meeting) { m.Notice.RetentionDays = 89 }, "notice.retention_days: forgets=3", nil},
		"longer retention":           {func(m *registration.Meeting) { m.Notice.RetentionDays = 91 }, "", nil},
		"shorter for a question":     {func(m *registration.Meeting) { m.Questions[0].RetentionDays = 7 }, "questions[0].retention_days: forgets=2", nil},
		"an end for a question":      {func(m *registration.Meeting) { m.Questions[1].RetentionDays = 7 }, "questions[1].retention_days: forgets=0", nil},
		"no queue while one waits":   {func(m *registration.Meeting) { m.Queue = false }, "queue: unqueues=1", nil},
		"data due at once":           {func(m *registration.Meeting) { m.Day.Year = 2018 }, "day: moves=3, notice.retention_days: deletes=4", nil},
		"a closed session":           {func(m *registration.Meeting) { m.Sessions[1].Closed = true }, "", nil},
		"a session nobody chose":     {func(m *registration.Meeting) { m.Sessions, m.Programme = m.Sessions[1:], nil }, "", nil},
		"an option nobody chose":     {func(m *registration.Meeting) { m.Questions[0].Options = m.Questions[0].Options[:2] }, "", nil},
		"a question nobody answered": {func(m *registration.Meeting) { m.Questions = m.Questions[:1] }, "", nil},
		"its kind":                   {func(m *registration.Meeting) { m.Questions[1].Kind = registration.YesNoQuestion }, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := peopled(t)
			old, _ := d.store.Meeting(t.Context(), slug)
			tt.change(&m)
			dry, err := d.Apply(t.Context(), m, registration.ApplyOptions{DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := told(dry.Needs); got != tt.needs || dry.People != 3 || len(dry.Changes) == 0 {
				t.Errorf("needs %q of %d people, %d changes; want %q of 3", got, dry.People, len(dry.Changes), tt.needs)
			}
			if diff := cmp.Diff(tt.mails, dry.Mails); diff != "" {
				t.Errorf("mails (-want +got):\n%s", diff)
			}
			if tt.needs != "" {
				if p, err := d.Apply(t.Context(), m, registration.ApplyOptions{}); !errors.Is(err, registration.ErrNeedsYes) || told(p.Needs) != tt.needs {
					t.Errorf("without a yes: %v, %s", err, told(p.Needs))
				}
			}
			d.wantUntouched(t, old)
			if p, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: tt.needs != ""}); err != nil || cmp.Diff(dry, p) != "" {
				t.Errorf("applied: %v (-dry run +got):\n%s", err, cmp.Diff(dry, p))
			}
			got, err := d.store.Meeting(t.Context(), slug)
			if diff := cmp.Diff(m, got, cmpopts.IgnoreFields(m, "Announced")); err != nil || diff != "" {
				t.Errorf("stored: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// wantUntouched fails unless the meeting is as it was, and nobody is written to.
func (d desk) wantUntouched(t *testing.T, old registration.Meeting) {
	t.Helper()
	if got, err := d.store.Meeting(t.Context(), slug); err != nil || cmp.Diff(old, got) != "" {
		t.Errorf("the meeting has changed: %v\n%s", err, cmp.Diff(old, got))
	}
	d.tick(t)
	if got := d.mails(t); len(got) > 0 {
		t.Errorf("mails %v, want none", got)
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		want   string
	}{
		"a wrong value":         {func(m *registration.Meeting) { m.Title.FR = "" }, "title.fr: required"},
		"a session removed":     {func(m *registration.Meeting) { m.Sessions, m.Programme = m.Sessions[:1], nil }, "sessions[innovation]: chosen=1"},
		"a session renamed":     {func(m *registration.Meeting) { m.Sessions[1].ID, m.Programme = "nouveau", nil }, "sessions[innovation]: chosen=1"},
		"an option of who left": {func(m *registration.Meeting) { m.Questions[0].Options = slices.Delete(m.Questions[0].Options, 1, 2) }, "questions[meal].options[none]: chosen=1"},
		"an option removed":     {func(m *registration.Meeting) { m.Questions[0].Options = m.Questions[0].Options[1:] }, "questions[meal].options[fish]: chosen=1"},
		"a question removed":    {func(m *registration.Meeting) { m.Questions = m.Questions[1:] }, "questions[meal]: chosen=2"},
		"its kind":              {func(m *registration.Meeting) { m.Questions[0].Kind = registration.ChoicesQuestion }, "questions[0].kind: answered=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := peopled(t)
			old, _ := d.store.Meeting(t.Context(), slug)
			tt.change(&m)
			_, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true, New: true})
			bad, ok := errors.AsType[*validation.Error](err)
			if !ok || told(bad.Fields) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
			d.wantUntouched(t, old)
		})
	}
}

func TestApplyNew(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, 5, 5)
	m := registration.ShippedExample()
	m.Slug = "2020-06-10-lyon"
	if _, err := d.Apply(t.Context(), m, registration.ApplyOptions{Yes: true}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a slug with a slip: %v, want ErrNotFound", err)
	}
	if p, err := d.Apply(t.Context(), m, registration.ApplyOptions{New: true, DryRun: true}); err != nil || !p.New {
		t.Errorf("dry run: %+v, %v", p, err)
	}
	if _, err := d.store.Meeting(t.Context(), m.Slug); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("after a dry run: %v, want ErrNotFound", err)
	}
	for _, isNew := range []bool{true, false} { // what is there is not new the second time
		p, err := d.Apply(t.Context(), m, registration.ApplyOptions{New: true})
		if err != nil || p.New != isNew || (len(p.Changes) > 0) != isNew {
			t.Errorf("new %v, %d changes, %v; want %v", p.New, len(p.Changes), err, isNew)
		}
	}
}

func TestApplyChanges(t *testing.T) {
	t.Parallel()
	d, m := peopled(t)
	m.Title.FR, m.Hold, m.ClosesAt = "Autre", 2*time.Hour, at(t, "2019-06-10 18:00")
	m.Sessions[1].Room, m.Venue.Room = "B", ""
	slices.Reverse(m.Sessions)
	p, err := d.Apply(t.Context(), m, registration.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []registration.FieldChange{
		{Path: "title.fr", Old: "Rencontre nationale des Territoires d’industrie", New: "Autre"},
		{Path: "sessions[innovation].room", New: "B"},
		{Path: "closes_at", Old: "2019-06-12 00:00:00 +02:00", New: "2019-06-10 18:00:00 +02:00"},
		{Path: "hold", New: "2h0m0s"},
		{Path: "venue.room", Old: "salle A (exemple)"},
		{Path: "sessions", Old: "attractivite, innovation", New: "innovation, attractivite"},
	}
	if diff := cmp.Diff(want, p.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// busy signs somebody up just before each change begins.
type busy struct {
	registration.Store
	signUp func()
}

func (b *busy) Change(ctx context.Context, slug string, f func(registration.Tx) error, about ...registration.ID) error {
	if sign := b.signUp; sign != nil {
		b.signUp = nil
		sign()
	}
	return b.Store.Change(ctx, slug, f, about...)
}

// TestApplyCountsUnderTheLock: whoever signs up until the change begins is
// counted. Counting before it would let a seat that is taken go without a yes.
func TestApplyCountsUnderTheLock(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	store := &busy{Store: d.store, signUp: func() { d.join(t, 1, 0) }}
	organiser, err := registration.NewDesk(registration.DeskOptions{Store: store, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := d.store.Meeting(t.Context(), slug)
	m.Seats = 0
	if p, err := organiser.Apply(t.Context(), m, registration.ApplyOptions{}); !errors.Is(err, registration.ErrNeedsYes) {
		t.Errorf("%v, needs %s; want ErrNeedsYes", err, told(p.Needs))
	}
}

// TestClosed: what is closed is kept by who has it, and no choice for others.
func TestClosed(t *testing.T) {
	t.Parallel()
	d, m := peopled(t)
	m.Seats = 10
	m.Sessions[1].Closed, m.Questions[0].Options[0].Closed, m.Questions[1].Closed, m.Questions[1].Required = true, true, true, true
	if _, err := d.Apply(t.Context(), m, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	r := request(4)
	r.Sessions, r.Answers = []registration.SessionID{"innovation"}, registration.Answers{"meal": {"fish"}, "train": {"TGV"}}
	_, err := d.SignUp(t.Context(), slug, r)
	if bad, ok := errors.AsType[*validation.Error](err); !ok || told(bad.Fields) != "sessions: session, answers.meal: option" {
		t.Errorf("a newcomer: %v", err)
	}
	r.Sessions, r.Answers["meal"] = nil, nil
	if _, err := d.SignUp(t.Context(), slug, r); err != nil { // a closed question is not required either
		t.Fatal(err)
	}
	if got := d.byNumber(t, 4).Answers; len(got) != 0 {
		t.Errorf("a newcomer answered %v to a closed question", got)
	}
	had := d.byNumber(t, 1)
	had, err = d.ChooseSessions(t.Context(), d.manage(had), []registration.SessionID{"attractivite", "innovation"})
	if err != nil || fmt.Sprint(had.Sessions()) != "[attractivite innovation]" {
		t.Errorf("who had the session: %v, %v", had.Sessions(), err)
	}
	e := request(1)
	e.Answers = registration.Answers{"meal": {"fish"}}
	if had, err = d.Edit(t.Context(), d.manage(had), e); err != nil || fmt.Sprint(had.Answers) != "map[meal:[fish]]" {
		t.Errorf("who had the option: %v, %v", had.Answers, err)
	}
	if had, err = d.ChooseSessions(t.Context(), d.manage(had), nil); err != nil || len(had.Sessions()) > 0 {
		t.Errorf("leaving it: %v, %v", had.Sessions(), err)
	}
	if _, err = d.ChooseSessions(t.Context(), d.manage(had), []registration.SessionID{"innovation"}); err == nil {
		t.Error("who has left a closed session came back")
	}
}

// TestClosedQuestionKeepsAnswers: an edit does not lose the answer that its
// form no longer asks for.
func TestClosedQuestionKeepsAnswers(t *testing.T) {
	t.Parallel()
	d, m := peopled(t)
	m.Questions[0].Closed = true
	if _, err := d.Apply(t.Context(), m, registration.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	e := request(1)
	e.Answers = registration.Answers{"meal": {"none"}, "train": {"TGV"}}
	s, err := d.Edit(t.Context(), d.manage(d.byNumber(t, 1)), e)
	if err != nil || fmt.Sprint(s.Answers) != "map[meal:[fish] train:[TGV]]" {
		t.Errorf("answers %v, %v", s.Answers, err)
	}
}

// TestCheckBeyondFiles checks what a program can set and no file can hold.
func TestCheckBeyondFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		want   string
	}{
		"day":     {func(m *registration.Meeting) { m.Day.Month = 13 }, "day: date"},
		"hour":    {func(m *registration.Meeting) { m.Programme[0].Starts = "9h30" }, "programme[0].starts: hour"},
		"hold":    {func(m *registration.Meeting) { m.Hold = -1 }, "hold: patience=720"},
		"offer":   {func(m *registration.Meeting) { m.OfferFor = -1 }, "offer_for: patience=720"},
		"closing": {func(m *registration.Meeting) { m.ClosesAt = time.Time{} }, "closes_at: required"},
		"options": {func(m *registration.Meeting) { asked(m); m.Questions[0].Options = nil }, "questions[0].options: options"},
		"all shut": {func(m *registration.Meeting) {
			asked(m)
			for i := range m.Questions[0].Options {
				m.Questions[0].Options[i].Closed = true
			}
		}, "questions[0].options: options"},
		"all options": {func(m *registration.Meeting) {
			m.Questions = nil
			for q := range 8 {
				all := registration.Question{ID: fmt.Sprintf("q%d", q), Label: registration.Localized{FR: "Q"}, Kind: registration.ChoiceQuestion}
				for i := range 150 {
					all.Options = append(all.Options, registration.Option{ID: fmt.Sprintf("o%d", i), Label: registration.Localized{FR: "O"}})
				}
				m.Questions = append(m.Questions, all) // the seventh makes 1,050
			}
		}, "questions[6].options: all_options=1000"},
		"list":    {func(m *registration.Meeting) { m.Organisers = slices.Repeat([]string{"x"}, 201) }, "organisers: max=200"},
		"long":    {func(m *registration.Meeting) { m.Title.EN = strings.Repeat("é", 301) }, "title.en: max=300"},
		"several": {func(m *registration.Meeting) { m.Seats, m.Slug = -2, "É" }, "slug: slug, seats: seats=1000000"},
	} {
		m := registration.ShippedExample()
		m.Programme = slices.Clone(m.Programme)
		tt.change(&m)
		bad, ok := errors.AsType[*validation.Error](m.Check())
		if !ok || told(bad.Fields) != tt.want {
			t.Errorf("%s: %v, want %s", name, m.Check(), tt.want)
			continue
		}
		for _, f := range bad.Fields {
			if f.Message("fr") == (validation.FieldError{Rule: "?"}).Message("fr") {
				t.Errorf("%s has no sentence of its own", f)
			}
		}
	}
}
