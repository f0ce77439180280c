package sqldb_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// carry is a process that submits the mails of a store until it is killed, its
// clock so much ahead.
func carry(s *sqldb.Store, o order) {
	ctx := context.Background()
	clock := func() time.Time { return time.Now().Add(o.Ahead) }
	if strings.HasPrefix(o.Database, "sqlite:") {
		if err := s.Reclaim(ctx, clock()); err != nil {
			say("fault reclaim: %v", err)
		}
	}
	composer, err := mail.NewComposer("rencontre@exemple.fr")
	if err != nil {
		panic(err)
	}
	sender, err := mail.NewSender(mail.Options{Addr: o.Mail, Security: mail.Plaintext, Idle: 8})
	if err != nil {
		panic(err)
	}
	c, err := courier.New(courier.Options{Outbox: s, Recipients: s.Recipients, Letter: letters(s, clock), Composer: composer, Sender: sender, Clock: clock, Workers: 8})
	if err != nil {
		panic(err)
	}
	c.Run(ctx)
}

// murderer is an SMTP server that kills the process whose message it has just
// accepted.
type murderer struct {
	mu     sync.Mutex
	victim *process
	spare  int                 // so many messages more
	open   int                 // sessions
	seen   map[string][]string // by Message-ID, each time it came
	dead   chan struct{}       // closed when the victim has been killed
}

func (m *murderer) Mail(string, *smtp.MailOptions) error        { return nil }
func (m *murderer) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (m *murderer) Reset()                                      {}
func (m *murderer) NewSession(*smtp.Conn) (smtp.Session, error) { return m, m.session(1) }
func (m *murderer) Logout() error                               { return m.session(-1) }

// session counts one that begins or ends.
func (m *murderer) session(n int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open += n
	return nil
}

func (m *murderer) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err // cut with the victim: this one was not accepted
	}
	msg, err := netmail.ReadMessage(strings.NewReader(string(b)))
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(msg.Header.Get("Message-Id"), "<"), "@")
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[id] = append(m.seen[id], string(b))
	if m.spare--; m.spare == 0 {
		go func(p *process, dead chan struct{}) {
			time.Sleep(rand.N(12 * time.Millisecond)) // before, in and after the commit
			p.cmd.Process.Kill()
			close(dead)
		}(m.victim, m.dead)
	}
	return nil
}

// meet is called before a victim is started.
func (m *murderer) meet(spare int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spare, m.dead = spare, make(chan struct{})
}

// times is how often each message came so far.
func (m *murderer) times() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := map[string]int{}
	for id, all := range m.seen {
		n[id] = len(all)
	}
	return n
}

// TestKilledAfterData kills the sending process when the server has accepted a
// message, again and again, before the outcome is on disk, while it is written
// and after. No mail is lost; what leaves again is the same to the letter, and
// once from each process; what is known as sent never leaves again.
func TestKilledAfterData(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		const rounds = 8
		mails := 300 // at most thirty leave before each kill
		if full() {
			mails = 1000
		}
		s := prepared(t, database)
		ids := posted(t, s, mails)
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		m := &murderer{seen: map[string][]string{}}
		srv := smtp.NewServer(m)
		srv.Domain, srv.ErrorLog = "127.0.0.1", log.New(io.Discard, "", 0)
		go srv.Serve(ln)
		t.Cleanup(func() { srv.Close() })

		a := audit(t, database)
		for n := range rounds {
			m.meet(1 + rand.N(30))
			before, known := m.times(), a.texts(t, `SELECT id FROM mail WHERE sent_at IS NOT NULL`)
			m.run(t, order{Database: database, Mail: ln.Addr().String(), Ahead: time.Duration(n) * 2 * time.Minute})
			<-m.dead
			m.end()
			checkKnown(t, known, before, m.times())
		}
		m.meet(1 << 30)
		before, known := m.times(), a.texts(t, `SELECT id FROM mail WHERE sent_at IS NOT NULL`)
		m.run(t, order{Database: database, Mail: ln.Addr().String(), Ahead: rounds * 2 * time.Minute})
		for end := time.Now().Add(5 * time.Minute); a.count(t, `SELECT count(*) FROM mail WHERE sent_at IS NULL`) > 0; {
			if time.Now().After(end) {
				t.Fatal("mails wait for ever")
			}
			time.Sleep(10 * time.Millisecond)
		}
		m.end()
		checkKnown(t, known, before, m.times())
		m.check(t, ids)
	})
}

// run starts a process that sends, known to m before its first message.
func (m *murderer) run(t *testing.T, o order) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.victim = start(t, o)
}

// end kills the process, and returns when all it has sent was counted.
func (m *murderer) end() {
	m.victim.end(true)
	for ; ; time.Sleep(time.Millisecond) {
		m.mu.Lock()
		open := m.open
		m.mu.Unlock()
		if open == 0 {
			return
		}
	}
}

// checkKnown compares how often each mail came before and after a process ran
// that knew some of them as sent.
func checkKnown(t *testing.T, known []string, before, after map[string]int) {
	t.Helper()
	for id, n := range after {
		if n > before[id]+1 {
			t.Errorf("mail %s left %d times from one process", id, n-before[id])
		}
	}
	for _, id := range known {
		if after[id] > before[id] {
			t.Errorf("mail %s was known as sent, and left again", id)
		}
	}
}

func (m *murderer) check(t *testing.T, ids []registration.ID) {
	t.Helper()
	again := 0
	for _, id := range ids {
		all := m.seen[id.String()]
		if len(all) == 0 {
			t.Errorf("mail %v is lost", id)
			continue
		}
		again += len(all) - 1
		for _, other := range all[1:] {
			if other != all[0] {
				t.Errorf("mail %v left again with another text", id)
			}
		}
	}
	if len(m.seen) != len(ids) {
		t.Errorf("%d Message-IDs of %d mails", len(m.seen), len(ids))
	}
	if again == 0 {
		t.Error("no kill came before an outcome was on disk: the test shows nothing")
	}
	t.Logf("%d mails, %d left again", len(ids), again)
}

// posted makes n mails, to one person each.
func posted(t *testing.T, s *sqldb.Store, n int) (ids []registration.ID) {
	t.Helper()
	m := registration.ShippedExample()
	m.Seats = registration.Unlimited
	if err := s.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	err := s.Change(t.Context(), m.Slug, func(tx registration.Tx) error {
		ids = nil
		for i := range n {
			id := registration.NewID()
			email := fmt.Sprintf("zoe+%d@exemple.org", i)
			u := registration.Signup{
				ID: id, Party: id, Meeting: m.Slug, Code: fmt.Sprintf("CODE%04d", i), Version: 1, Language: registration.French,
				Person:     registration.Person{GivenName: "Zoé", FamilyName: "Kéré", Email: email, Category: registration.Elected},
				AddressKey: email, CreatedAt: m.OpensAt, AddressConfirmedAt: m.OpensAt,
				Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: m.OpensAt}},
			}
			if err := tx.Insert(u); err != nil {
				return err
			}
			mail := registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirmed, Meeting: m.Slug, Signup: id, CreatedAt: m.OpensAt}
			if err := tx.Post(mail); err != nil {
				return err
			}
			ids = append(ids, mail.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
