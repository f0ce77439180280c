package registration_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/territoires"
)

// strained opens a desk whose twenty seats are held by eleven people, each from a
// network of their own, who have not confirmed.
func strained(t *testing.T) desk {
	t.Helper()
	d := limited(t, 20, registration.Unlimited)
	for i := range 11 {
		if err := d.from(t, numbered(100+i), request(i)); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestShortHolds: while most seats wait for a confirmation that few give, who comes
// then has less time, and nobody's hour changes.
func TestShortHolds(t *testing.T) {
	t.Parallel()
	d := strained(t)
	before := d.all(t)
	told := d.FormToken(d.Now().Add(30 * time.Hour)) // as a form that was open before said
	short := d.FormToken(time.Time{})
	d.clock.Set(d.Now().Add(registration.FillTime))
	sign := func(form string, n int) (registration.Receipt, registration.Signup) {
		t.Helper()
		r := request(n)
		r.Signals = registration.BotSignals{Form: form, Network: numbered(200 + n)}
		receipt, err := d.SignUp(t.Context(), slug, r)
		if err != nil {
			t.Fatal(err)
		}
		all := d.all(t)
		return receipt, all[len(all)-1]
	}
	receipt, s := sign(short, 20)
	if left := receipt.HeldUntil.Sub(d.Now()); left != 4*time.Hour || !s.HeldUntil.Equal(receipt.HeldUntil) {
		t.Errorf("told %v, held for %v; want four hours, the twelfth of two days", left, s.HeldUntil.Sub(d.Now()))
	}
	view, err := d.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if until, err := d.HoldUntil(t.Context(), view); err != nil || !until.Equal(receipt.HeldUntil) {
		t.Errorf("the form says %v, %v; want %v", until, err, receipt.HeldUntil)
	}
	if again, _ := sign(d.FormToken(time.Time{}), 20); again != receipt {
		t.Errorf("a known address is told %+v, a new one %+v", again, receipt)
	}
	if receipt, _ := sign(told, 21); receipt.HeldUntil.Sub(d.Now()) != 30*time.Hour-registration.FillTime {
		t.Errorf("a form said thirty hours, and the seat is held for %v", receipt.HeldUntil.Sub(d.Now()))
	}
	long := d.FormToken(d.Now().Add(100 * time.Hour)) // as one that was open before the hold was made shorter
	d.clock.Set(d.Now().Add(registration.FillTime))
	if receipt, _ := sign(long, 22); receipt.HeldUntil.Sub(d.Now()) != registration.HoldFor {
		t.Errorf("a form said a hundred hours, and the seat is held for %v", receipt.HeldUntil.Sub(d.Now()))
	}
	for i, s := range d.all(t)[:len(before)] {
		if !s.HeldUntil.Equal(before[i].HeldUntil) {
			t.Errorf("the hour of %s has moved", s.Email)
		}
	}
	// Late in the evening the hours of the night do not count.
	d.clock.Set(time.Date(2019, time.May, 16, 20, 30, 0, 0, registration.Paris))
	if err := d.from(t, numbered(300), request(30)); err != nil {
		t.Fatal(err)
	}
	// (the sign-ups of the morning are older than an hour: only this one counts, and nobody confirmed)
	if receipt, _ := sign(d.FormToken(time.Time{}), 31); !receipt.HeldUntil.Equal(time.Date(2019, time.May, 17, 10, 30, 3, 0, registration.Paris)) {
		t.Errorf("in the evening until %v", receipt.HeldUntil.In(registration.Paris))
	}
}

// TestNotStrained: what does not shorten holds.
func TestNotStrained(t *testing.T) {
	t.Parallel()
	usual := func(name string, d desk) {
		t.Helper()
		if err := d.from(t, numbered(400), request(40)); err != nil {
			t.Fatal(err)
		}
		all := d.all(t)
		if left := all[len(all)-1].HeldUntil.Sub(d.Now()); left != registration.HoldFor {
			t.Errorf("%s: held for %v", name, left)
		}
	}
	half := limited(t, 22, registration.Unlimited)
	for i := range 11 {
		if err := half.from(t, numbered(100+i), request(i)); err != nil {
			t.Fatal(err)
		}
	}
	usual("half of the seats", half)
	fifth := limited(t, 24, registration.Unlimited)
	for i := range 17 {
		if err := fifth.from(t, numbered(100+i), request(i)); err != nil {
			t.Fatal(err)
		}
		if i < 4 { // four of seventeen
			fifth.confirmLast(t)
		}
	}
	usual("a fifth confirms", fifth)
	later := strained(t)
	later.clock.Set(later.Now().Add(time.Hour))
	usual("nobody came in the last hour", later)
	free := newDesk(t, 20, 5, 5)
	for i := range 11 {
		free.join(t, i, 0)
	}
	usual("without limits", free)
}

// TestAlert: organisers who may act hear of it at once, and again after six hours;
// the mail names no address.
func TestAlert(t *testing.T) {
	t.Parallel()
	d := limited(t, 20, registration.Unlimited)
	people, err := team.New(team.Options{Store: d.store, Keyring: d.keys, Clock: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	for email, role := range map[string]registration.Role{"admin@x.example": registration.RoleAdmin, "orga@x.example": registration.RoleOrganiser,
		"reader@x.example": registration.RoleReader, "desk@x.example": registration.RoleDesk} {
		if _, _, err := people.Add(t.Context(), email, role, slug); err != nil {
			t.Fatal(err)
		}
	}
	alerts := func() (list []registration.Letter) {
		t.Helper()
		if err := d.AlertHolds(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := d.store.Claim(t.Context(), d.Now(), time.Minute, 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.Kind == registration.MailAlert {
				l, err := d.Letter(t.Context(), m, nil)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, l)
			}
			if err := d.store.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: {SentAt: d.Now()}}); err != nil {
				t.Fatal(err)
			}
		}
		return list
	}
	for i := range 11 {
		if n := len(alerts()); n != 0 {
			t.Fatalf("%d alerts after %d sign-ups", n, i)
		}
		if err := d.from(t, numbered(100+i), request(i)); err != nil {
			t.Fatal(err)
		}
	}
	got := alerts()
	var to []string
	for _, l := range got {
		to = append(to, l.Organiser.Email)
		want := registration.Holds{Unconfirmed: 11, Recent: 11}
		if l.Holds != want || !strings.HasSuffix(l.Links.Networks, "/organisation/rencontres/"+slug+"/reseaux") || strings.Contains(fmt.Sprintf("%+v", l), "jeanne") {
			t.Errorf("letter %+v", l)
		}
	}
	if slices.Sort(to); !slices.Equal(to, []string{"admin@x.example", "orga@x.example"}) {
		t.Errorf("alerts to %v", to)
	}
	d.clock.Set(d.Now().Add(30 * time.Minute))
	if err := d.from(t, numbered(199), request(19)); err != nil {
		t.Fatal(err)
	}
	if n := len(alerts()); n != 0 {
		t.Errorf("%d alerts again", n)
	}
	d.clock.Set(d.Now().Add(6 * time.Hour))
	if n := len(alerts()); n != 0 {
		t.Errorf("%d alerts hours after the last sign-up", n)
	}
	if err := d.from(t, numbered(200), request(20)); err != nil {
		t.Fatal(err)
	}
	if n := len(alerts()); n != 2 {
		t.Errorf("%d alerts when it goes on, want 2", n)
	}
}

// TestAlertLeavesByItself: nobody has to ask for it, within a quarter of a minute.
func TestAlertLeavesByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := limited(t, 20, registration.Unlimited)
		m := registration.ShippedExample().Clone(slug, territoires.DateOf(time.Now(), registration.Paris).AddDays(30))
		m.Published, m.OpensAt, m.Seats = true, time.Now().Add(-time.Hour), 20
		if err := d.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var err error
		if d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: d.store, Organisers: d.store, Keyring: d.keys}); err != nil {
			t.Fatal(err)
		}
		people, err := team.New(team.Options{Store: d.store, Keyring: d.keys})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := people.Add(t.Context(), "orga@x.example", registration.RoleOrganiser, slug); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { d.Run(ctx); close(ended) }()
		time.Sleep(time.Second)
		for i := range 11 {
			r := request(i)
			r.Signals = registration.BotSignals{Network: numbered(100 + i)}
			if _, err := d.SignUp(ctx, slug, r); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(16 * time.Second)
		all, err := d.store.Claim(ctx, time.Now(), time.Minute, 50)
		if err != nil || !slices.ContainsFunc(all, func(m registration.Mail) bool { return m.Kind == registration.MailAlert }) {
			t.Errorf("no alert among %d mails, %v", len(all), err)
		}
		stop()
		<-ended
	})
}

// TestShortestHold: two hours are left to confirm even where holds are short anyway,
// and never more than usual.
func TestShortestHold(t *testing.T) {
	t.Parallel()
	d := strained(t)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct{ usual, want time.Duration }{{6 * time.Hour, 2 * time.Hour}, {time.Hour, time.Hour}} {
		m.Hold = tt.usual
		if err := d.store.PutMeeting(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if err := d.from(t, numbered(300+i), request(30+i)); err != nil {
			t.Fatal(err)
		}
		all := d.all(t)
		if left := all[len(all)-1].HeldUntil.Sub(d.Now()); left != tt.want {
			t.Errorf("held for %v instead of %v, want %v", left, tt.usual, tt.want)
		}
		view, err := d.Meeting(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		if until, err := d.HoldUntil(t.Context(), view); err != nil || until.Sub(d.Now()) != tt.want {
			t.Errorf("the form says %v, %v; want %v", until.Sub(d.Now()), err, tt.want)
		}
	}
}

// TestReleaseNetwork: an organiser ends what one network holds; who has confirmed
// and who comes from elsewhere stays, and the seats go to who waits.
func TestReleaseNetwork(t *testing.T) {
	t.Parallel()
	d := limited(t, 12, registration.Unlimited)
	m := registration.ShippedExample()
	m.Seats, m.Queue = 12, true
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		network := numbered(1)
		if i < 2 {
			network = numbered(2)
		}
		if err := d.from(t, network, request(i)); err != nil {
			t.Fatal(err)
		}
		if i == 11 {
			d.confirmLast(t)
		}
	}
	if err := d.from(t, numbered(3), request(20)); err != nil { // the meeting is full: she waits
		t.Fatal(err)
	}
	d.confirmLast(t)
	list, err := d.NetworkHolds(t.Context(), slug)
	if err != nil || len(list) != 2 || list[0].People != 9 || list[0].Seats != 9 || list[1].People != 2 || !list[0].First.Before(list[0].Last) {
		t.Fatalf("networks %+v, %v", list, err)
	}
	if l := list[0].Label(); len(l) != 6 || l == list[1].Label() || strings.Contains(l, "192") {
		t.Errorf("label %q", l)
	}
	ctx := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	d.mails(t)
	n, err := d.ReleaseNetwork(ctx, slug, list[0].Network)
	if err != nil || n != 9 {
		t.Fatalf("released %d, %v; want 9", n, err)
	}
	counts := map[registration.Status]int{}
	for _, s := range d.all(t) {
		counts[s.Status()]++
	}
	if counts[registration.StatusExpired] != 9 || counts[registration.StatusPending] != 2 || counts[registration.StatusConfirmed] != 1 || counts[registration.StatusOffered] != 1 {
		t.Errorf("statuses %v", counts)
	}
	if got := d.mails(t); !slices.Equal(got, []registration.Kind{registration.MailOffer}) {
		t.Errorf("mails %v, want the offer alone", got)
	}
	events := d.events(t, d.all(t)[2])
	if e := events[len(events)-1]; e.Kind != registration.EventReleased || e.Actor.Kind != registration.ActorOrganiser {
		t.Errorf("last event %+v", e)
	}
	if n, err := d.ReleaseNetwork(ctx, slug, ""); err != nil || n != 0 {
		t.Errorf("of no network: %d, %v", n, err)
	}
	if _, err := d.ReleaseNetwork(ctx, "nowhere", list[0].Network); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("in no meeting: %v", err)
	}
	d.check(t)
}

// TestReleaseCrowd: of a network that holds more than one transaction ends, nothing
// is left.
func TestReleaseCrowd(t *testing.T) {
	t.Parallel()
	d := limited(t, 2000, registration.Unlimited)
	const people = 203
	for i := range people {
		if err := d.from(t, numbered(1), request(i)); err != nil {
			t.Fatal(err)
		}
	}
	list, err := d.NetworkHolds(t.Context(), slug)
	if err != nil || len(list) != 1 || list[0].People != people {
		t.Fatalf("networks %+v, %v", list, err)
	}
	if n, err := d.ReleaseNetwork(t.Context(), slug, list[0].Network); err != nil || n != people {
		t.Errorf("released %d, %v; want %d", n, err, people)
	}
	if list, err := d.NetworkHolds(t.Context(), slug); err != nil || len(list) != 0 {
		t.Errorf("left: %+v, %v", list, err)
	}
}
