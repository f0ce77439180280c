// Package mailbox is a mail server for demonstrations and tests. It takes
// every message that is submitted on this machine and delivers none: it keeps
// the latest in memory and shows them in the browser.
//
//	box, err := mailbox.Open("")
//	defer box.Close()
//	options, err := mail.ParseURL(box.URL()) // for the site's sender
//	http.ListenAndServe("127.0.0.1:8025", box)
//
// It is a package of its own so that a program which does not use it contains
// no mail server.
package mailbox

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// The limits of what is kept. When one is reached the oldest messages are
// dropped.
const (
	maxMessages = 1000
	maxTotal    = 32 << 20 // bytes of all sources together
	maxMessage  = 2 << 20  // bytes of one message; a larger one is refused
)

// Mailbox is a running mail server together with the pages that show what it
// received. It may be used by many goroutines.
type Mailbox struct {
	l     net.Listener
	smtp  *smtp.Server
	pages http.Handler
	done  chan struct{}

	mu       sync.RWMutex
	last     int // id of the latest message
	total    int // bytes kept
	messages []Message
}

// Open starts a mailbox that takes mail on addr; "" means "127.0.0.1:0", and
// port 0 a free one. Only addresses of the loopback interface are allowed,
// because whoever can reach the mailbox can read everything in it.
func Open(addr string) (*Mailbox, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("mailbox: want an address of this machine, such as 127.0.0.1:0")
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	m := &Mailbox{l: l, done: make(chan struct{})}
	m.pages = m.routes()
	m.smtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }))
	m.smtp.Domain = "localhost"
	m.smtp.EnableSMTPUTF8 = true
	m.smtp.MaxMessageBytes = maxMessage
	m.smtp.ReadTimeout, m.smtp.WriteTimeout = 5*time.Minute, time.Minute
	m.smtp.ErrorLog = log.New(io.Discard, "", 0) // clients that hang up
	go func() {
		defer close(m.done)
		m.smtp.Serve(l) // until Close
	}()
	return m, nil
}

// Addr is where the mailbox takes mail, host:port.
func (m *Mailbox) Addr() string { return m.l.Addr().String() }

// URL is Addr in the form that mail.ParseURL reads:
// smtp://127.0.0.1:2525?tls=none.
func (m *Mailbox) URL() string { return "smtp://" + m.Addr() + "?tls=none" }

// Close stops taking mail. The messages can still be read.
func (m *Mailbox) Close() error {
	err := m.smtp.Close()
	m.l.Close() // a server that has only just started does not know its listener yet
	<-m.done
	return err
}

// Messages returns what was received and is still kept, the newest first.
func (m *Mailbox) Messages() []Message {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := append([]Message{}, m.messages...) // [] in JSON, never null
	slices.Reverse(list)
	return list
}

// message returns one by its id.
func (m *Mailbox) message(id int) (Message, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, msg := range m.messages {
		if msg.ID == id {
			return msg, true
		}
	}
	return Message{}, false
}

func (m *Mailbox) add(msg Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	msg.ID = m.last
	m.messages = append(m.messages, msg)
	m.total += len(msg.source)
	for len(m.messages) > maxMessages || m.total > maxTotal {
		m.total -= len(m.messages[0].source)
		m.messages[0] = Message{} // the array lives on
		m.messages = m.messages[1:]
	}
}

// session is one SMTP session; it takes everything.
type session struct {
	box      *Mailbox
	from, to string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from, s.to = from, ""
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.to != "" {
		s.to += ", "
	}
	s.to += to
	return nil
}

func (s *session) Data(r io.Reader) error {
	source, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.box.add(parse(s.from, s.to, source))
	return nil
}

func (s *session) Reset()        { s.from, s.to = "", "" }
func (s *session) Logout() error { return nil }
