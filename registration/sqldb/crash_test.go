package sqldb_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/territoires"
)

// serve is a process under load: people sign up and confirm, the courier
// carries their mails, until it is killed. It says what it has answered.
func serve(s *sqldb.Store, database string) {
	ctx := context.Background()
	if strings.HasPrefix(database, "sqlite:") {
		if err := s.Reclaim(ctx, time.Now()); err != nil {
			say("fault reclaim: %v", err)
		}
	}
	d := desk(s, nil)
	confirm := make(chan registration.ID, 1000)
	c := newCourier(s, nil, func(l registration.Letter) {
		say("sent %s %s %s", l.Mail.ID, l.Signup.ID, l.Mail.Kind)
		if l.Mail.Kind == registration.MailConfirm {
			select {
			case confirm <- l.Signup.ID:
			default:
			}
		}
	})
	go c.Run(ctx)
	for range 8 {
		go func() {
			for {
				email := registration.NewID().String() + "@exemple.fr"
				if err := signUp(ctx, d, email); err != nil {
					say("fault sign up: %v", err)
					return
				}
				say("signed-up %s", email)
				c.Wake()
			}
		}()
	}
	for id := range confirm {
		if _, err := d.Confirm(ctx, keys().Token(link.ForConfirm, id, 0)); err != nil {
			say("fault confirm: %v", err)
			return
		}
		say("confirmed %s", id)
	}
}

func signUp(ctx context.Context, d *registration.Desk, email string) error {
	_, err := d.SignUp(ctx, slug, registration.Request{GivenName: "Ana", FamilyName: "Personne", Email: email,
		Category: registration.Student, Sessions: []registration.SessionID{"ateliers"}, Privacy: true})
	return err
}

// courier returns one whose mails are given to sent.
func newCourier(s *sqldb.Store, clock func() time.Time, sent func(registration.Letter)) *courier.Courier {
	p := &post{sent: sent}
	c, err := courier.New(courier.Options{Outbox: s, Recipients: s.Recipients, Letter: letters(s, clock), Composer: p, Sender: p, Clock: clock, Workers: 16})
	if err != nil {
		panic(err)
	}
	return c
}

// letters is where a courier on this store has its letters from.
func letters(s *sqldb.Store, clock func() time.Time) func(context.Context, registration.Mail, *registration.Recipient) (registration.Letter, error) {
	d, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys(), BaseURL: "http://localhost", Clock: clock})
	if err != nil {
		panic(err)
	}
	return d.Letter
}

// post remembers what it composed, to say which letter a message was.
type post struct {
	letters sync.Map // by envelope recipient and mail
	sent    func(registration.Letter)
}

func (p *post) Compose(l registration.Letter) (registration.Message, error) {
	key := l.Mail.ID.String()
	p.letters.Store(key, l)
	return registration.Message{To: l.Signup.Email, Data: []byte(key)}, nil
}

func (p *post) Send(_ context.Context, m registration.Message) error {
	l, _ := p.letters.LoadAndDelete(string(m.Data))
	p.sent(l.(registration.Letter))
	return nil
}

// TestNothingLost kills a process under load, again and again, each time at
// another moment: in the middle of a sign-up, of a commit, of a start. What it
// had answered is there, nothing is there by half, and every mail leaves, as
// often as it may with one Message-ID. TEST_FULL makes it 1,000 rounds: a hundred on
// each of ten databases, since what they leave behind makes each longer.
func TestNothingLost(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		rounds, databases := 6, 1
		if full() {
			rounds, databases = 100, 10
		}
		for range databases {
			h := killed(t, database, "", rounds)
			for _, w := range h.wrong {
				t.Error(w)
			}
			if !h.answered() {
				t.Error("nothing was answered: the test shows nothing")
			}
			database = anew(t, database)
		}
	})
}

// TestSomethingLost is the control of the test above: it finds fault with a
// process that answers before its commit, and with one that commits each
// statement by itself.
func TestSomethingLost(t *testing.T) {
	t.Parallel()
	for guard := range guards {
		t.Run(guard, func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				h := killed(t, database, guard, 6)
				if fault, ok := h.fault(guard); ok {
					t.Logf("found %d faults, such as: %s", len(h.wrong), fault)
				} else {
					t.Error("the test finds nothing wrong")
				}
			})
		})
	}
}

// killed starts and kills processes, carries the mail that is left, and
// compares what was said with what is stored. After so many rounds it goes on,
// ten times as long at most, until the rounds have shown something.
func killed(t *testing.T, database, without string, rounds int) *heard {
	t.Helper()
	s := prepared(t, database)
	m := crowded()
	m.Seats, m.Sessions[0].Seats = registration.Unlimited, registration.Unlimited
	m.OpensAt, m.ClosesAt = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	m.Day = territoires.DateOf(m.ClosesAt, registration.Paris)
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	a := audit(t, database)
	h := &heard{emails: make(map[string]bool), confirmed: make(map[string]bool), mails: make(map[string]map[string]bool)}
	shown := h.answered
	if without != "" {
		shown = func() bool {
			h.check(t, s, a, database)
			_, found := h.fault(without)
			return found
		}
	}
	n := 0
	for ; n < rounds || n < 10*rounds && !shown(); n++ {
		p := start(t, order{Database: database, Serve: true, Without: without})
		if n%4 == 3 {
			time.Sleep(rand.N(100 * time.Millisecond)) // while it starts, or soon after
		} else {
			if !p.await(1 + rand.N(200)) { // so it needed no help to start
				t.Fatalf("round %d: the process said only %v", n, p.end(true))
			}
			time.Sleep(rand.N(5 * time.Millisecond))
		}
		h.hear(p.end(true))
	}
	if without == "" {
		drain(t, s, h)
		h.check(t, s, a, database)
	}
	t.Logf("%d rounds, %d sign-ups and %d confirmations answered, %d mails, %d of them more than once",
		n, len(h.emails), len(h.confirmed), h.sent, h.again)
	return h
}

// The guards that TestSomethingLost takes away.
const (
	withoutWaiting     = "waiting for the commit"
	withoutTransaction = "one transaction"
)

// guards says what is found when each is missing.
var guards = map[string]string{
	withoutWaiting:     "that was answered to",
	withoutTransaction: "sign-ups without",
}

// weaken takes a guard away from s.
func weaken(s *sqldb.Store, guard string) *sqldb.Store {
	if guard == "" {
		return s
	}
	return sqldb.Wrap(s, func(e sqldb.Engine) sqldb.Engine { return weak{e, guard} })
}

type weak struct {
	sqldb.Engine
	guard string
}

func (w weak) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	if w.guard == withoutTransaction {
		return work(ctx, eachAlone{w.Engine})
	}
	done := make(chan error, 10) // more than it is run again
	go func() {
		done <- w.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
			err := work(ctx, q)
			done <- err
			time.Sleep(25 * time.Millisecond) // a slow disk: most kills come meanwhile
			return err
		})
	}()
	return <-done
}

// eachAlone runs every statement in a transaction of its own.
type eachAlone struct{ sqldb.Engine }

func (e eachAlone) ExecContext(ctx context.Context, query string, args ...any) (r sql.Result, err error) {
	if strings.Contains(query, "SAVEPOINT") { // there is no transaction to save
		return nil, nil
	}
	err = e.Write(ctx, func(ctx context.Context, q sqldb.Querier) error {
		r, err = q.ExecContext(ctx, query, args...)
		return err
	})
	return r, err
}

func (e eachAlone) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return e.Read().QueryContext(ctx, query, args...)
}

func (e eachAlone) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return e.Read().QueryRowContext(ctx, query, args...)
}

// drain carries what is left, ten minutes later: by then the leases of those
// who died are over.
func drain(t *testing.T, s *sqldb.Store, h *heard) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	var mu sync.Mutex
	later := func() time.Time { return time.Now().Add(10 * time.Minute) }
	c := newCourier(s, later, func(l registration.Letter) {
		mu.Lock()
		defer mu.Unlock()
		h.hear([]string{fmt.Sprintf("sent %s %s %s", l.Mail.ID, l.Signup.ID, l.Mail.Kind)})
	})
	var running sync.WaitGroup
	running.Go(func() { c.Run(ctx) })
	for ctx.Err() == nil {
		b, err := s.Backlog(ctx, later())
		if err == nil && b.Waiting == 0 {
			stop()
		}
		time.Sleep(10 * time.Millisecond)
	}
	running.Wait()
}

// heard is what the processes said before they died.
type heard struct {
	emails    map[string]bool            // of answered sign-ups
	confirmed map[string]bool            // ids
	mails     map[string]map[string]bool // Message-IDs by sign-up and kind
	sent      int
	again     int // sent a second time
	wrong     []string
}

func (h *heard) find(format string, args ...any) {
	h.wrong = append(h.wrong, fmt.Sprintf(format, args...))
}

// answered reports whether a process answered a sign-up and a confirmation, and
// sent a mail.
func (h *heard) answered() bool { return len(h.emails) > 0 && len(h.confirmed) > 0 && h.sent > 0 }

// fault returns a fault of a process without the guard.
func (h *heard) fault(guard string) (string, bool) {
	i := slices.IndexFunc(h.wrong, func(w string) bool { return strings.Contains(w, guards[guard]) })
	if i < 0 {
		return "", false
	}
	return h.wrong[i], true
}

func (h *heard) hear(lines []string) {
	for _, line := range lines {
		f := strings.Fields(line)
		switch f[0] {
		case "signed-up":
			h.emails[f[1]] = true
		case "confirmed":
			h.confirmed[f[1]] = true
		case "sent":
			key := f[2] + " " + f[3]
			if h.mails[key] == nil {
				h.mails[key] = make(map[string]bool)
			}
			if h.mails[key][f[1]] {
				h.again++
			}
			h.mails[key][f[1]] = true
			h.sent++
		default:
			h.wrong = append(h.wrong, line)
		}
	}
}

func (h *heard) check(t *testing.T, s *sqldb.Store, a *auditor, database string) {
	t.Helper()
	stored := make(map[string]bool)
	for u, err := range s.Signups(t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			t.Fatal(err)
		}
		stored[u.Email] = true
		if h.confirmed[u.ID.String()] && u.AddressConfirmedAt.IsZero() {
			h.find("sign-up %v: the confirmation that was answered is lost", u.ID)
		}
		if len(h.mails[u.ID.String()+" confirm"]) != 1 {
			h.find("sign-up %v: Message-IDs %v; want one", u.ID, h.mails[u.ID.String()+" confirm"])
		}
		if confirmed := len(h.mails[u.ID.String()+" confirmed"]); (confirmed == 1) == u.AddressConfirmedAt.IsZero() {
			h.find("sign-up %v, confirmed at %v: %d Message-IDs", u.ID, u.AddressConfirmedAt, confirmed)
		}
	}
	for email := range h.emails {
		if !stored[email] {
			h.find("the sign-up that was answered to %s is lost", email)
		}
	}
	a.look()
	h.wrong = append(h.wrong, a.wrong...)
	for what, statement := range map[string]string{
		"sign-ups without both places": `SELECT count(*) FROM signup WHERE (SELECT count(*) FROM place WHERE place.signup = signup.id) <> 2`,
		"sign-ups without one history": `SELECT count(*) FROM signup
			WHERE (SELECT count(*) FROM event WHERE event.signup = signup.id AND act = 'signed_up') <> 1`,
		"sign-ups without one mail": `SELECT count(*) FROM signup
			WHERE (SELECT count(*) FROM mail WHERE mail.signup = signup.id AND kind = 'confirm') <> 1`,
		"mails never sent": `SELECT count(*) FROM mail WHERE sent_at IS NULL`,
	} {
		if n := a.count(t, statement); n > 0 {
			h.find("%d %s", n, what)
		}
	}
	if strings.HasPrefix(database, "sqlite:") {
		if n := a.count(t, `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`); n > 0 {
			h.find("%d faults in the file", n)
		}
	}
}
