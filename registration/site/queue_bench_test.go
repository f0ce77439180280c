package site_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// sink is an SMTP server in this process that takes every message.
type sink struct {
	taken atomic.Int64
	want  int64
	done  chan struct{}
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *sink) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *sink) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (s *sink) Reset()                                      {}
func (s *sink) Logout() error                               { return nil }

func (s *sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	if s.taken.Add(1) == s.want {
		close(s.done)
	}
	return err
}

// serveSink starts a sink that is done after n messages, and a sender to it
// over eight connections.
func serveSink(t testing.TB, n int) (*sink, *mail.Sender) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{want: int64(n), done: make(chan struct{})}
	srv := smtp.NewServer(s)
	srv.Domain = "127.0.0.1"
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	sender, err := mail.NewSender(mail.Options{Addr: ln.Addr().String(), Security: mail.Plaintext, Idle: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sender.Close() })
	return s, sender
}

// signer composes, with the ticket that it is given, and signs with Ed25519.
func signer(t testing.TB, ticket func(registration.Letter) ([]byte, error)) registration.Composer {
	t.Helper()
	c, err := mail.NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	c.Ticket = ticket
	k, err := mail.GenerateKey(mail.Ed25519, "exemple.fr", "rencontre")
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSigner(c, k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// outbox is a SQLite file with n mails to confirmed people, and one of them as
// a letter.
func outbox(t testing.TB, n int) (*sqldb.Store, registration.Letter) {
	t.Helper()
	m := desktest.Meeting(func(m *registration.Meeting) { m.Seats = registration.Unlimited })
	store := desktest.Store(t, m)
	l := registration.Letter{Meeting: m}
	err := store.Change(t.Context(), m.Slug, func(tx registration.Tx) error {
		for i := range n {
			id := registration.NewID()
			l.Signup = registration.Signup{
				ID: id, Party: id, Meeting: m.Slug, Code: fmt.Sprintf("CODE%05d", i), Version: 1, Language: registration.French,
				Person:     registration.Person{GivenName: "Zoé", FamilyName: "Nguyễn", Email: fmt.Sprintf("zoe+%d@exemple.org", i), Category: registration.Elected},
				AddressKey: fmt.Sprintf("zoe+%d@exemple.org", i), CreatedAt: m.OpensAt, AddressConfirmedAt: m.OpensAt,
				Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: m.OpensAt}},
			}
			if err := tx.Insert(l.Signup); err != nil {
				return err
			}
			l.Mail = registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirmed, Meeting: m.Slug, Signup: id, CreatedAt: m.OpensAt}
			if err := tx.Post(l.Mail); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Links = registration.Links{Meeting: "https://rencontre.example/rencontres/x", Manage: "https://rencontre.example/mon-inscription/" + strings.Repeat("Tk0", 16)}
	return store, l
}

// direct sends the letter n times over eight connections, without a queue.
func direct(t testing.TB, c registration.Composer, l registration.Letter, n int) time.Duration {
	t.Helper()
	_, sender := serveSink(t, n)
	began := time.Now()
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				m, err := c.Compose(l)
				if err == nil {
					err = sender.Send(t.Context(), m)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(began)
}

// drain lets a courier carry the n mails of the store, with eight workers.
func drain(t testing.TB, c registration.Composer, store *sqldb.Store, n int, watch func()) time.Duration {
	t.Helper()
	s, sender := serveSink(t, n)
	keys, err := link.NewKeyring(link.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	desk, err := registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys, BaseURL: "https://rencontre.example"})
	if err != nil {
		t.Fatal(err)
	}
	carrier, err := courier.New(courier.Options{Outbox: store, Recipients: store.Recipients, Letter: desk.Letter, Composer: c, Sender: sender, Workers: 8})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	began := time.Now()
	go func() { carrier.Run(ctx); close(stopped) }()
	for waiting := true; waiting; {
		select {
		case <-s.done:
			waiting = false
		case <-time.After(200 * time.Millisecond):
			watch()
		}
	}
	took := time.Since(began)
	stop()
	<-stopped
	if b, err := store.Backlog(t.Context(), time.Now()); err != nil || b != (registration.Backlog{}) {
		t.Errorf("backlog %+v, %v; want none", b, err)
	}
	return took
}

// drawn is the ticket of a letter, without what a site has around it.
func drawn(l registration.Letter) ([]byte, error) {
	var b bytes.Buffer
	err := print.Tickets(&b, l.Signup.Language, print.Ticket{Meeting: l.Meeting, Signup: l.Signup, Address: l.Links.CheckIn + l.Signup.Code})
	return b.Bytes(), err
}

// BenchmarkQueue drains a real outbox of confirmations, composed, signed and
// submitted, without and with the ticket as PDF, beside a loop that does the same
// without the queue, just before and just after it: its floor. It reports
// medians, since a machine is never quiet.
func BenchmarkQueue(b *testing.B) {
	for _, kind := range []struct {
		name        string
		n           int
		floor, ours func(registration.Letter) ([]byte, error)
	}{{"plain", 1000, nil, nil}, {"ticket", 300, drawn, site.Paper()}} {
		b.Run(kind.name, func(b *testing.B) {
			n := kind.n
			bare, ours := signer(b, kind.floor), signer(b, kind.ours)
			var floors, queued, share []float64
			for range max(rounds, b.N) {
				store, l := outbox(b, n)
				before := direct(b, bare, l, n)
				queue := drain(b, ours, store, n, func() {})
				floor := (before + direct(b, bare, l, n)) / 2
				floors = append(floors, float64(n)/floor.Seconds())
				queued = append(queued, float64(n)/queue.Seconds())
				share = append(share, 100*floor.Seconds()/queue.Seconds())
			}
			b.ReportMetric(median(floors), "direct-mails/s")
			b.ReportMetric(median(queued), "queued-mails/s")
			b.ReportMetric(median(share), "%-of-floor")
			b.ReportMetric(0, "ns/op")
		})
	}
}
