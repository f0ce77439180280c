package site_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
)

// TestCalendarSequence: one UID for a sign-up's whole life; each move of the
// meeting raises the sequence by one, and a cancellation is above what it takes
// out.
func TestCalendarSequence(t *testing.T) {
	t.Parallel()
	desk := desktest.Open(t, func(m *registration.Meeting) { m.Published = true })
	m, store, keys, clock := desk.Meeting, desk.Store, desk.Keys, desk.Clock
	c := calendar{t: t, store: store, desk: desk.Desk, clock: clock.Now}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	move := func(change func()) {
		clock.Pass(time.Minute)
		change()
		check(desk.Configure(t.Context(), m))
		check(desk.Release(t.Context()))
	}

	_, err := desk.SignUp(t.Context(), m.Slug, registration.Request{
		GivenName: "Zoé", FamilyName: "Kéré", Email: "zoe@exemple.org", Category: registration.Elected, Privacy: true})
	check(err)
	var s registration.Signup
	for s, err = range store.Signups(t.Context(), registration.Query{Meeting: m.Slug}) {
		check(err)
	}
	_, err = desk.Confirm(t.Context(), keys.Token(link.ForConfirm, s.ID, s.Version))
	check(err)
	c.want("confirmed", "REQUEST 0")
	move(func() { m.Starts = "10:15" })
	c.want("another hour", "REQUEST 1")
	move(func() { m.Seats-- })
	c.want("a seat less")
	move(func() { m.Day = m.Day.AddDays(1) })
	c.want("another day", "REQUEST 2")
	move(func() { m.Venue.Room = "B" })
	c.want("another room", "REQUEST 3")
	manage := keys.Token(link.ForManage, s.ID, s.Version)
	clock.Pass(time.Minute)
	_, err = desk.Cancel(t.Context(), manage)
	check(err)
	c.want("cancelled", "CANCEL 4")
	_, err = desk.Undo(t.Context(), manage)
	check(err)
	c.want("restored", "REQUEST 5")
	move(func() { m.Starts = "11:00" })
	c.want("another hour", "REQUEST 6")
	move(func() { m.CancelledAt = clock.Now() })
	c.want("the meeting cancelled", "CANCEL 7")
}

// calendar reads the entries of the mails that wait.
type calendar struct {
	t     *testing.T
	store interface {
		registration.Store
		registration.Outbox
		registration.Organisers
	}
	desk  *registration.Desk
	clock func() time.Time
	uid   string
}

// entries looks at the calendar entries of mails as they are composed.
type entries struct {
	registration.Composer
	uid *string
	got *[]string
	t   *testing.T
}

func (e entries) Compose(l registration.Letter) (registration.Message, error) {
	m, err := e.Composer.Compose(l)
	if _, encoded, ok := bytes.Cut(m.Data, []byte("name=rencontre.ics\r\n\r\n")); ok {
		encoded, _, _ = bytes.Cut(encoded, []byte("\r\n--"))
		text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(encoded), "\r\n", ""))
		if err != nil {
			e.t.Error(err)
		}
		cal, err := ical.NewDecoder(bytes.NewReader(text)).Decode()
		if err != nil || len(cal.Events()) != 1 {
			e.t.Errorf("%v\n%s", err, text)
			return m, err
		}
		props := cal.Events()[0].Props
		*e.got = append(*e.got, cal.Props.Get("METHOD").Value+" "+props.Get("SEQUENCE").Value)
		*e.uid += props.Get("UID").Value + " "
	}
	return m, err
}

func (c *calendar) want(after string, want ...string) {
	c.t.Helper()
	composer, err := mail.NewComposer("rencontre@exemple.fr")
	if err != nil {
		c.t.Fatal(err)
	}
	var got []string
	carrier, err := courier.New(courier.Options{Outbox: c.store, Recipients: c.store.Recipients, Letter: c.desk.Letter,
		Composer: entries{composer, &c.uid, &got, c.t}, Sender: make(taken, 100), Clock: c.clock, Workers: 1})
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(c.t.Context())
	done := make(chan struct{})
	go func() { carrier.Run(ctx); close(done) }()
	for {
		b, err := c.store.Backlog(ctx, c.clock())
		if err != nil {
			c.t.Fatal(err)
		}
		if b.Waiting == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	<-done
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.t.Errorf("%s: entries %v, want %v", after, got, want)
	}
	if uids := strings.Fields(c.uid); uids[0] != uids[len(uids)-1] {
		c.t.Errorf("%s: UIDs %v, want one", after, uids)
	}
}
