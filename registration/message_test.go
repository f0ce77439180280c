package registration_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
)

func note() registration.Note {
	return registration.Note{Subject: registration.Localized{FR: "Le café"}, Body: registration.Localized{FR: "Bonjour {prenom}"}}
}

// TestAudience: a message reaches those whom a list shows, who have confirmed
// their address; those whose sign-up has ended only where they are asked for.
func TestAudience(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	people := []registration.Signup{d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0), d.join(t, 4, 0)} // two of them wait
	if _, err := d.Cancel(t.Context(), d.manage(people[3])); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SignUp(t.Context(), slug, request(5)); err != nil { // confirms nothing
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		to   registration.Filter
		want int
	}{
		"everybody":       {registration.Filter{}, 3},
		"status":          {registration.Filter{Status: []registration.Status{registration.StatusWaitlisted}}, 1},
		"ended":           {registration.Filter{Status: []registration.Status{registration.StatusCancelled}}, 1},
		"unconfirmed":     {registration.Filter{Status: []registration.Status{registration.StatusPending}}, 0},
		"words":           {registration.Filter{Words: "jeanne+2"}, 1},
		"one":             {registration.Filter{Codes: []string{people[1].Code}}, 1},
		"chosen":          {registration.Filter{Codes: []string{people[1].Code, people[3].Code, "22222222"}}, 2},
		"chosen of words": {registration.Filter{Words: "jeanne", Codes: []string{people[0].Code}}, 1},
		"waiting":         {registration.Filter{Waiting: registration.MeetingSession}, 1},
	} {
		d.kinds(t)
		a, err := d.Audience(t.Context(), slug, note(), tt.to, 1)
		if err != nil || a.Count != tt.want || len(a.Letters) != min(tt.want, 1) {
			t.Errorf("%s: %d people, %d letters, %v; want %d", name, a.Count, len(a.Letters), err, tt.want)
		}
		for _, l := range a.Letters {
			if l.Links.Manage[len(l.Links.Manage)-len("/mon-inscription/…"):] != "/mon-inscription/…" || l.Links.Confirm != "" || l.Links.Leave != "" {
				t.Errorf("%s: the preview shows the person's own link: %+v", name, l.Links)
			}
		}
		if err := d.Write(t.Context(), slug, registration.NewID(), note(), tt.to); err != nil {
			t.Fatal(err)
		}
		d.tick(t)
		if got := d.kinds(t)[registration.MailMessage]; got != tt.want {
			t.Errorf("%s: %d mails, want %d", name, got, tt.want)
		}
	}
	all, err := d.Mailings(t.Context(), slug)
	if err != nil || slices.ContainsFunc(all, func(m registration.Mailing) bool { return m.To.Words != "" && m.To.Words != "…" }) {
		t.Errorf("words that were searched are kept after the sending: %+v, %v", all, err)
	}
}

// TestStopMailing: what waits is withdrawn, what is leased may leave or is
// dropped, and the numbers say which.
func TestStopMailing(t *testing.T) {
	t.Parallel()
	d := queueing(t, 9, nil)
	for n := range 5 {
		d.join(t, n+1, 0)
	}
	d.kinds(t)
	id := registration.NewID()
	if err := d.Write(t.Context(), slug, id, note(), registration.Filter{}); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	claimed, err := d.store.Claim(t.Context(), d.clock.Now(), time.Minute, 2)
	if err != nil || len(claimed) != 2 {
		t.Fatal(claimed, err)
	}
	if _, err := d.Letter(t.Context(), claimed[0], nil); err != nil {
		t.Fatal(err)
	}
	settle := func(m registration.Mail, o registration.Outcome) {
		t.Helper()
		if err := d.store.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: o}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // twice is once
		if err := d.StopMailing(t.Context(), slug, id); err != nil {
			t.Fatal(err)
		}
	}
	settle(claimed[0], registration.Outcome{SentAt: d.clock.Now()}) // was being handed over
	if _, err := d.Letter(t.Context(), claimed[1], nil); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("a leased mail of a message that was stopped: %v, want ErrOvertaken", err)
	}
	settle(claimed[1], registration.Outcome{SentAt: d.clock.Now(), Dropped: true})
	d.tick(t)
	d.wantKinds(t, "after the stop", map[registration.Kind]int{})
	all, err := d.Mailings(t.Context(), slug)
	if err != nil || len(all) != 1 || all[0].Posted != 5 || all[0].Withdrawn != 4 || all[0].StoppedAt.IsZero() {
		t.Errorf("mailing %+v, %v; want 5 posted, 4 withdrawn", all, err)
	}
	if err := d.StopMailing(t.Context(), slug, registration.NewID()); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("no such message: %v, want ErrNotFound", err)
	}
}

// TestStopBeforeTheEnd: the batches that are left are not posted.
func TestStopBeforeTheEnd(t *testing.T) {
	t.Parallel()
	d := queueing(t, 9, nil)
	d.join(t, 1, 0)
	d.kinds(t)
	id := registration.NewID()
	if err := d.Write(t.Context(), slug, id, note(), registration.Filter{Words: "jeanne"}); err != nil {
		t.Fatal(err)
	}
	if err := d.StopMailing(t.Context(), slug, id); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	d.wantKinds(t, "nothing was posted", map[registration.Kind]int{})
	if all, err := d.Mailings(t.Context(), slug); err != nil || all[0].DoneAt.IsZero() || all[0].To.Words != "…" {
		t.Errorf("mailing %+v, %v", all, err)
	}
}

// TestSendTest: a test is what the first person would get, to the organiser, who
// is not shown the person's link; it is no mail of the person's.
func TestSendTest(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	s := d.join(t, 1, 0)
	d.kinds(t)
	made, _, err := desktest.Team(t, d.store, d.keys, desktest.NewClock(d.clock.Now())).Add(t.Context(), "o@exemple.fr", registration.RoleOrganiser)
	if err != nil {
		t.Fatal(err)
	}
	ctx := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: made.Organiser.ID})
	if err := d.SendTest(t.Context(), slug, note(), registration.Filter{}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a test to nobody: %v, want ErrNotFound", err)
	}
	if err := d.SendTest(ctx, slug, note(), registration.Filter{}); err != nil {
		t.Fatal(err)
	}
	mails, err := d.store.Claim(ctx, d.clock.Now(), time.Minute, 9)
	if err != nil || len(mails) != 1 || mails[0].Kind != registration.MailTest || mails[0].Signup != (registration.ID{}) {
		t.Fatalf("mails %+v, %v", mails, err)
	}
	l, err := d.Letter(ctx, mails[0], nil)
	if err != nil || l.Organiser.Email != "o@exemple.fr" || l.Signup.ID != s.ID || l.Links.Leave != "" {
		t.Errorf("letter %+v, %v", l, err)
	}
	if diff := cmp.Diff(note(), l.Note); diff != "" {
		t.Errorf("note (-want +got):\n%s", diff)
	}
	if err := d.EraseFor(ctx, slug, s.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.SendTest(ctx, slug, note(), registration.Filter{}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a test of a message to nobody: %v, want ErrNotFound", err)
	}
}
