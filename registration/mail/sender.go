package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/territoires-industrie/sdk/registration"
)

const (
	// idleFor is how long a connection waits for the next message. Servers
	// hang up after a minute.
	idleFor = 30 * time.Second
	// perConnection is how many messages are sent over one connection. Many
	// servers allow a hundred.
	perConnection = 90
	// commandTimeout is for one command, Options.Timeout for a whole
	// submission.
	commandTimeout = 30 * time.Second
)

// Sender implements registration.Sender. It submits messages to one mail
// server, several over the same connection. It may be used by many
// goroutines.
type Sender struct {
	o    Options
	tls  *tls.Config
	idle chan *conn
}

var _ registration.Sender = (*Sender)(nil)

// conn is a connection between two messages.
type conn struct {
	*smtp.Client
	net    net.Conn
	sent   int
	expiry *time.Timer // hangs up when the connection waited too long
}

// NewSender returns a sender, or an error that says which option is wrong. It
// does not connect.
func NewSender(o Options) (*Sender, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Username != "" && o.Password == "" {
		return nil, errors.New("mail: a user name for the mail server, but no password")
	}
	if o.LocalName == "" {
		name, _ := os.Hostname()
		o.LocalName = cmp.Or(name, "localhost")
	}
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute)
	config, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	return &Sender{o: o, tls: config, idle: make(chan *conn, cmp.Or(o.Idle, 8))}, nil
}

// Send submits one message. If the server refuses the message, the error is a
// *registration.SendError, permanent for a reply of 5xx. All other errors are
// temporary, also a refusal to sign us in. An error that would meet every
// mail wraps registration.ErrAway.
//
// When ctx ends or the time-out passes, the connection is cut. If the message
// was sent to its end by then, the server may have taken it nevertheless.
func (s *Sender) Send(ctx context.Context, m registration.Message) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if c := s.reuse(); c != nil {
		err := s.submit(ctx, c, m)
		if !errors.Is(err, errStale) {
			return err
		}
		// The server had closed the waiting connection before we sent
		// anything.
	}
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return s.submit(ctx, c, m)
}

// Check connects, signs in and hangs up. It finds what is wrong with the mail
// server as far as that can be known without sending a message.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	c, err := s.dial(ctx)
	if err == nil {
		c.hangUp()
	}
	return err
}

// Close closes the connections that wait for a message. A later Send opens a
// new one.
func (s *Sender) Close() error {
	for c := s.reuse(); c != nil; c = s.reuse() {
		c.hangUp()
	}
	return nil
}

// reuse returns a connection that waits for a message, nil if there is none.
func (s *Sender) reuse() *conn {
	for {
		select {
		case c := <-s.idle:
			if c.expiry.Stop() {
				return c
			}
		default:
			return nil
		}
	}
}

// keep lets c wait for the next message.
func (s *Sender) keep(c *conn) {
	if c.sent >= perConnection {
		c.hangUp()
		return
	}
	c.expiry = time.AfterFunc(idleFor, c.hangUp)
	select {
	case s.idle <- c:
	default:
		if c.expiry.Stop() {
			c.hangUp()
		}
	}
}

// hangUp sends QUIT, but does not wait long for an answer.
func (c *conn) hangUp() {
	c.CommandTimeout = 2 * time.Second
	if c.Quit() != nil {
		c.net.Close()
	}
}

// dial connects, protects the connection and signs in.
func (s *Sender) dial(ctx context.Context) (*conn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", s.o.Addr)
	if err != nil {
		return nil, fmt.Errorf("mail: %w: %w", registration.ErrAway, err)
	}
	// The SMTP client takes no context. Closing the connection ends whatever
	// it waits for.
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	client, err := s.greet(nc)
	if err != nil {
		nc.Close()
		return nil, setUpError(ctx, err)
	}
	return &conn{Client: client, net: nc}, nil
}

func (s *Sender) greet(nc net.Conn) (client *smtp.Client, err error) {
	nc = newBufferedConn(nc)
	switch s.o.Security {
	case STARTTLS:
		client, err = smtp.NewClientStartTLS(nc, s.tls)
	case ImplicitTLS:
		client = smtp.NewClient(tls.Client(nc, s.tls))
	case Plaintext:
		client = smtp.NewClient(nc)
	}
	if err != nil {
		return nil, err
	}
	client.CommandTimeout, client.SubmissionTimeout = commandTimeout, s.o.Timeout
	if err := client.Hello(s.o.LocalName); err != nil {
		client.Close() // sends what is buffered: TLS tells the server what it objects to
		return nil, err
	}
	if s.o.Username == "" {
		return client, nil
	}
	return client, s.signIn(client)
}

// signIn uses PLAIN, or LOGIN where the server has nothing else.
func (s *Sender) signIn(client *smtp.Client) error {
	switch {
	case client.SupportsAuth(sasl.Plain):
		return client.Auth(sasl.NewPlainClient("", s.o.Username, s.o.Password))
	case client.SupportsAuth(sasl.Login):
		return client.Auth(sasl.NewLoginClient(s.o.Username, s.o.Password))
	}
	return errors.New("the server takes neither AUTH PLAIN nor AUTH LOGIN")
}

// submit hands one message to the server and keeps the connection if it is
// still good.
func (s *Sender) submit(ctx context.Context, c *conn, m registration.Message) error {
	stop := context.AfterFunc(ctx, func() { c.net.Close() })
	err := c.transaction(m)
	good := err == nil || c.recovers(err)
	cut := !stop()
	c.sent++
	if good && !cut {
		s.keep(c)
	} else {
		c.net.Close()
	}
	var refused *smtp.SMTPError
	if cut && err != nil && !errors.As(err, &refused) {
		return fmt.Errorf("mail: submission cut: %w", context.Cause(ctx))
	}
	return refusal(err, m)
}

// recovers reports whether the connection can carry another message after err.
func (c *conn) recovers(err error) bool {
	var refused *smtp.SMTPError
	return errors.As(err, &refused) && refused.Code != 421 && c.Reset() == nil
}

// errStale is returned when the server has closed the connection while it
// waited.
var errStale = errors.New("mail: connection closed by the server meanwhile")

// errOfSender is returned when the server refuses our own address, or says that we may
// send no more today.
var errOfSender = errors.New("mail: sender refused")

// errUnnamed is returned when the server refuses before it knows the recipient.
var errUnnamed = errors.New("mail: refused before the recipient")

// tooLong is the reply to a message that is longer than the server takes: RFC 1870, 6.
const tooLong = 552

// transaction is one message of a session.
func (c *conn) transaction(m registration.Message) error {
	opts := &smtp.MailOptions{UTF8: !isASCII(m.From + m.To), Size: int64(len(m.Data))}
	if ok, _ := c.Extension("SMTPUTF8"); opts.UTF8 && !ok {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 6, 7}, Message: "the server does not take addresses outside ASCII (SMTPUTF8)"}
	}
	// Our composer writes ASCII. What another one wrote needs 8BITMIME to
	// arrive unchanged.
	if ok, _ := c.Extension("8BITMIME"); !ok && bytes.ContainsFunc(m.Data, func(r rune) bool { return r > unicode.MaxASCII }) {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 3}, Message: "the server does not take messages in 8 bits (8BITMIME)"}
	}
	if err := c.Mail(m.From, opts); err != nil {
		var refused *smtp.SMTPError
		if c.sent > 0 && (!errors.As(err, &refused) || refused.Code == 421) {
			c.net.Close()
			return errStale
		}
		if errors.As(err, &refused) && refused.Code/100 == 5 && refused.Code != tooLong {
			return fmt.Errorf("%w: %w", errOfSender, err)
		}
		return fmt.Errorf("%w: %w", errUnnamed, err)
	}
	if err := c.Rcpt(m.To, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(m.Data); err != nil {
		return err
	}
	return w.Close()
}

// setUpError is the error of a connection that failed before any message. It
// would meet every mail, so it is temporary, even if the password is wrong.
func setUpError(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	var refused *smtp.SMTPError
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %w", registration.ErrAway, &registration.SendError{Code: refused.Code, Reply: reply(refused)})
	}
	return fmt.Errorf("mail: %w: %w", registration.ErrAway, withoutForeignReply(err))
}

// withoutForeignReply replaces an error that quotes an answer which is not
// SMTP: it could contain anything.
func withoutForeignReply(err error) error {
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return errors.New("the server's answer is not SMTP")
	}
	return err
}

// refusal turns a server's answer into a SendError.
func refusal(err error, m registration.Message) error {
	var refused *smtp.SMTPError
	switch {
	case err == nil, errors.Is(err, errStale):
		return err
	case !errors.As(err, &refused):
		return fmt.Errorf("mail: %w", withoutForeignReply(err))
	}
	answer := &registration.SendError{
		// Replies 530 to 538 are about signing in, not about the message.
		Permanent: refused.Code/100 == 5 && refused.Code/10 != 53,
		Recipient: ofRecipient(refused) && !errors.Is(err, errUnnamed),
		Code:      refused.Code,
		Reply:     reply(refused, m.From, m.To),
	}
	if errors.Is(err, errOfSender) { // it would meet every mail
		answer.Permanent, answer.Recipient = false, false
		return fmt.Errorf("mail: %w: %w", registration.ErrAway, answer)
	}
	return answer
}

// ofRecipient reports whether the status of a refusal is about an address or a mailbox
// (RFC 3463, 3.2 and 3.3), or is the 4.7.1 of greylisting, which asks each sender to
// come back once for each recipient.
func ofRecipient(e *smtp.SMTPError) bool {
	return e.EnhancedCode[1] == 1 || e.EnhancedCode[1] == 2 || e.EnhancedCode == smtp.EnhancedCode{4, 7, 1}
}

// maxReply is how many characters of a server's reply are kept.
const maxReply = 300

// reply returns the server's reply on one line, with every address in it left
// out, and the local parts of the given addresses.
func reply(e *smtp.SMTPError, addresses ...string) string {
	words := strings.Fields(oneLine(e.Message))
	for i, w := range words {
		bare := strings.Trim(w, `<>"'().,:;`)
		if strings.Contains(w, "@") || slices.ContainsFunc(addresses, func(a string) bool {
			local, _, _ := strings.Cut(a, "@")
			return strings.EqualFold(bare, local)
		}) {
			words[i] = "…"
		}
	}
	text := fmt.Sprintf("%d ", e.Code)
	if c := e.EnhancedCode; c[0] > 0 {
		text += fmt.Sprintf("%d.%d.%d ", c[0], c[1], c[2])
	}
	runes := []rune(text + strings.Join(words, " "))
	return string(runes[:min(len(runes), maxReply)])
}
