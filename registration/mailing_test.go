package registration_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// kinds are how many mails of each kind wait; reading them settles them.
func (d desk) kinds(t testing.TB) map[registration.Kind]int {
	t.Helper()
	n := map[registration.Kind]int{}
	for _, k := range d.mails(t) {
		n[k]++
	}
	return n
}

// tick does what Run does.
func (d desk) tick(t testing.TB) {
	t.Helper()
	if err := errors.Join(d.Remind(t.Context()), d.Release(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func (d desk) wantKinds(t testing.TB, when string, want map[registration.Kind]int) {
	t.Helper()
	if diff := cmp.Diff(want, d.kinds(t)); diff != "" {
		t.Errorf("%s: mails (-want +got):\n%s", when, diff)
	}
}

// TestReminders: seven days and one day before, at nine in Paris, to those who
// have a confirmed seat, once.
func TestReminders(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	d.join(t, 1, 0)
	d.join(t, 2, 0)
	d.join(t, 3, 0) // waits
	if _, err := d.SignUp(t.Context(), slug, request(4)); err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	reminded := func(n int) map[registration.Kind]int {
		if n == 0 {
			return map[registration.Kind]int{}
		}
		return map[registration.Kind]int{registration.MailReminder: n}
	}
	for _, tt := range []struct {
		at   string
		want int
	}{
		{"2019-06-05 08:59", 0},
		{"2019-06-05 09:00", 2},
		{"2019-06-05 09:00", 0},
		{"2019-06-06 12:00", 0},
		{"2019-06-11 08:59", 0},
		{"2019-06-11 23:59", 2}, // after an outage, as long as it is the day before
		{"2019-06-12 08:00", 0},
	} {
		d.clock.Set(at(t, tt.at))
		d.tick(t)
		d.wantKinds(t, tt.at, reminded(tt.want))
	}
}

// TestReminderOnce: whatever number of processes tick at the same time, and in
// batches.
func TestReminderOnce(t *testing.T) {
	t.Parallel()
	d := queueing(t, 300, nil)
	const people = 230 // more than a batch
	s := d.join(t, 0, 0)
	err := d.store.Change(t.Context(), slug, func(tx registration.Tx) error {
		for n := 1; n < people; n++ {
			s.ID = registration.NewID()
			s.Party, s.Code, s.AddressKey = s.ID, fmt.Sprintf("CODE%04d", n), fmt.Sprintf("jeanne.%d@exemple.fr", n)
			if err := tx.Insert(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	d.clock.Set(at(t, "2019-06-11 09:00"))
	others := []desk{d, d.again(t), d.again(t)}
	var wg sync.WaitGroup
	for _, o := range others {
		wg.Go(func() { o.tick(t) })
	}
	wg.Wait()
	d.wantKinds(t, "three processes", map[registration.Kind]int{registration.MailReminder: people})
	all, err := d.Mailings(t.Context(), slug)
	if err != nil || len(all) != 1 || all[0].Posted != people || all[0].DoneAt.IsZero() {
		t.Errorf("mailings %+v, %v; want one of %d, done", all, err, people)
	}
}

// again is another desk on the same store, with the same clock.
func (d desk) again(t testing.TB) desk {
	t.Helper()
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{
		Store: d.store, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now, NoLimits: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// twin is the desk of another meeting like this one, on the same day.
func (d desk) twin(t *testing.T) desk {
	t.Helper()
	m, err := d.store.Meeting(t.Context(), d.slug)
	if err != nil {
		t.Fatal(err)
	}
	d.slug, m.Slug = "2019-06-12-lyon", "2019-06-12-lyon"
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestLateReminder: who confirms after a reminder was due gets no second letter
// with the same words, and a meeting that is cancelled reminds nobody.
func TestLateReminder(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	d.join(t, 1, 0)
	d.clock.Set(at(t, "2019-06-11 10:00"))
	d.join(t, 2, 0)
	d.kinds(t)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.CancelledAt = at(t, "2019-06-11 09:30")
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	d.wantKinds(t, "cancelled", map[registration.Kind]int{})
	m.CancelledAt = time.Time{}
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	d.wantKinds(t, "late", map[registration.Kind]int{registration.MailReminder: 1})
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	changed, cancelled := registration.MailMeetingChanged, registration.MailMeetingCancelled
	for name, tt := range map[string]struct {
		change func(*registration.Meeting)
		want   registration.Kind
	}{
		"nothing":                   {func(m *registration.Meeting) {}, ""},
		"seats":                     {func(m *registration.Meeting) { m.Seats = 3 }, registration.MailOffer}, // one is held, one is for who waits
		"summary":                   {func(m *registration.Meeting) { m.Summary.FR = "Autre" }, ""},
		"day":                       {func(m *registration.Meeting) { m.Day = m.Day.AddDays(1) }, changed},
		"beginning":                 {func(m *registration.Meeting) { m.Starts = "10:00" }, changed},
		"end":                       {func(m *registration.Meeting) { m.Ends = "18:00" }, changed},
		"place":                     {func(m *registration.Meeting) { m.Venue.Name.FR = "Ailleurs" }, changed},
		"street":                    {func(m *registration.Meeting) { m.Venue.Lines = []string{"1 rue Neuve"} }, changed},
		"room":                      {func(m *registration.Meeting) { m.Venue.Room = "B" }, changed},
		"cancelled":                 {func(m *registration.Meeting) { m.CancelledAt = m.OpensAt; m.Starts = "10:00" }, cancelled},
		"cancelled by a later date": {func(m *registration.Meeting) { m.CancelledAt = m.ClosesAt }, cancelled},
		"withdrawn":                 {func(m *registration.Meeting) { m.Published = false; m.Starts = "10:00" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := queueing(t, 1, nil)
			d.join(t, 1, 0)
			d.join(t, 2, 0) // waits
			left := d.join(t, 3, 0)
			if _, err := d.Cancel(t.Context(), d.manage(left)); err != nil {
				t.Fatal(err)
			}
			if _, err := d.SignUp(t.Context(), slug, request(4)); err != nil { // confirms nothing
				t.Fatal(err)
			}
			d.kinds(t)
			m, err := d.store.Meeting(t.Context(), slug)
			if err != nil {
				t.Fatal(err)
			}
			tt.change(&m)
			for range 2 { // the second time nothing changes
				if err := d.Configure(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			d.tick(t)
			want := map[registration.Kind]int{}
			switch tt.want {
			case "":
			case registration.MailOffer:
				want[tt.want] = 1
			default:
				want[tt.want] = 2
			}
			d.wantKinds(t, name, want)
		})
	}
}

// TestConfigureAtOnce: organisers who make the same change at the same time
// write to people once.
func TestConfigureAtOnce(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	m, err := d.store.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	m.Starts = "10:00"
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := d.Configure(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if list, err := d.Mailings(t.Context(), slug); err != nil || len(list) != 1 {
		t.Errorf("%d mailings, %v; want one", len(list), err)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	d.join(t, 1, 0)
	d.join(t, 2, 0)
	d.kinds(t)
	n := registration.Note{
		Subject: registration.Localized{FR: " Café "}, Body: registration.Localized{FR: "Bonjour {prenom},\r\nà bientôt."},
	}
	to := registration.Filter{Status: []registration.Status{registration.StatusWaitlisted}}
	id := registration.NewID()
	for range 2 { // a button that was pressed twice
		if err := d.Write(t.Context(), slug, id, n, to); err != nil {
			t.Fatal(err)
		}
	}
	d.tick(t)
	d.tick(t)
	d.wantKinds(t, "to those who wait", map[registration.Kind]int{registration.MailMessage: 1})
	if err := d.Write(t.Context(), slug, id, n, to); err != nil { // and once more, when it has left
		t.Fatal(err)
	}
	d.tick(t)
	d.wantKinds(t, "again", map[registration.Kind]int{})
	all, err := d.Mailings(t.Context(), slug)
	if err != nil || len(all) != 1 || all[0].ID != id || all[0].Note.Subject.FR != "Café" || all[0].Note.Body.FR != "Bonjour {prenom},\nà bientôt." {
		t.Errorf("mailings %+v, %v", all, err)
	}
	if err := d.Write(t.Context(), slug, registration.NewID(), n, registration.Filter{}); err != nil {
		t.Fatal(err)
	}
	d.tick(t)
	d.wantKinds(t, "to everybody", map[registration.Kind]int{registration.MailMessage: 2})
	if err := d.Write(t.Context(), "2020-nulle-part", registration.NewID(), n, registration.Filter{}); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("no such meeting: %v, want ErrNotFound", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, 1, 1)
	var to registration.Filter
	good := registration.Note{Subject: registration.Localized{FR: "Objet"}, Body: registration.Localized{FR: "Texte"}}
	for name, tt := range map[string]struct {
		change func(*registration.Note)
		want   []string // path and rule
	}{
		"empty":                   {func(n *registration.Note) { *n = registration.Note{} }, []string{"subject required", "body required"}},
		"line end in the subject": {func(n *registration.Note) { n.Subject.FR = "a\r\nBcc: x@y.fr" }, []string{"subject line"}},
		"long subject":            {func(n *registration.Note) { n.Subject.FR = strings.Repeat("é", 121) }, []string{"subject max"}},
		"NUL":                     {func(n *registration.Note) { n.Body.FR = "a\x00b" }, []string{"body line"}},
		"5 MB":                    {func(n *registration.Note) { n.Body.FR = strings.Repeat("a", 5<<20) }, []string{"body max"}},
		"unknown placeholder":     {func(n *registration.Note) { n.Body.FR = "Bonjour {prénom}" }, []string{"body placeholder"}},
		"no such placeholder":     {func(n *registration.Note) { n.Subject.FR = "{email}" }, []string{"subject placeholder"}},
		"lone brace":              {func(n *registration.Note) { n.Body.FR = "{prenom" }, []string{"body placeholder"}},
		"half in English":         {func(n *registration.Note) { n.Subject.EN = "Subject" }, []string{"body_en pair"}},
		"status":                  {func(*registration.Note) { to.Status = []registration.Status{"tous"} }, []string{"status known"}},
		"2,001 chosen":            {func(*registration.Note) { to.Codes = make([]string, 2001) }, []string{"codes max"}},
	} {
		n := good
		to = registration.Filter{}
		tt.change(&n)
		err := d.Write(t.Context(), slug, registration.NewID(), n, to)
		bad, ok := errors.AsType[*validation.Error](err)
		if !ok {
			t.Errorf("%s: %v, want a ValidationError", name, err)
			continue
		}
		var got []string
		for _, f := range bad.Fields {
			got = append(got, f.Path+" "+f.Rule)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	if all, err := d.Mailings(t.Context(), slug); err != nil || len(all) != 0 {
		t.Errorf("mailings %v, %v after refusals", all, err)
	}
}

func ExampleFill() {
	fmt.Println(registration.Fill("Bonjour {prenom}, votre code est {code}.", map[string]string{"prenom": "Zoé", "code": "3F7K-MQRT"}))
	// Output: Bonjour Zoé, votre code est 3F7K-MQRT.
}
