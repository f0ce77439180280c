package mail

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

var note = registration.Message{From: "rencontre@exemple.fr", To: "zoe@exemple.fr", Data: []byte("Subject: essai\r\n\r\n.Bonjour\r\n")}

func newSender(t testing.TB, o Options) *Sender {
	t.Helper()
	s, err := NewSender(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want Options
		err  string // part of it, "" for none
	}{
		{in: "smtp://smtp.exemple.fr", want: Options{Addr: "smtp.exemple.fr:587"}},
		{in: "smtp://zoe%40exemple.fr@smtp.exemple.fr:2525/", want: Options{Addr: "smtp.exemple.fr:2525", Username: "zoe@exemple.fr"}},
		{in: "smtps://zoe@[::1]?ca=/etc/ca.pem", want: Options{Addr: "[::1]:465", Username: "zoe", Security: ImplicitTLS, CAFile: "/etc/ca.pem"}},
		{in: "smtp://127.0.0.1:1025?tls=none", want: Options{Addr: "127.0.0.1:1025", Security: Plaintext}},
		{in: "smtp://localhost:1025?tls=none", want: Options{Addr: "localhost:1025", Security: Plaintext}},
		{in: "smtp://smtp.exemple.fr?tls=none", err: "on this machine"},
		{in: "smtp://localhost.exemple.fr?tls=none", err: "on this machine"},
		{in: "smtps://localhost?tls=none", err: "?tls="},
		{in: "smtp://localhost?tls=maybe", err: "?tls="},
		{in: "smtp://localhost?timeout=3", err: "only"},
		{in: "smtp://zoe:s3cret@smtp.exemple.fr", err: "password"},
		{in: "http://smtp.exemple.fr", err: "smtp://"},
		{in: "smtp.exemple.fr:587", err: "smtp://"},
		{in: "smtp://", err: "smtp://"},
		{in: "smtp://h:s3cret:x%zz", err: "smtp://"},
		{in: "", err: "smtp://"},
	} {
		got, err := ParseURL(tt.in)
		if tt.err == "" && (err != nil || got != tt.want) {
			t.Errorf("ParseURL(%q) = %+v, %v; want %+v", tt.in, got, err, tt.want)
		}
		if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("ParseURL(%q) = %v, want an error with %q and no secret", tt.in, err, tt.err)
		}
	}
}

func TestNewSenderChecks(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no address": {}, "no port": {Addr: "localhost"}, "no password": {Addr: "localhost:587", Username: "zoe"},
		"plain text abroad": {Addr: "smtp.exemple.fr:25", Security: Plaintext}, "no such file": {Addr: "localhost:587", CAFile: "/nowhere.pem"},
		"no certificate": {Addr: "localhost:587", CAFile: "sender.go"}, "negative": {Addr: "localhost:587", Timeout: -1},
		"unknown": {Addr: "localhost:587", Security: 7},
	} {
		if _, err := NewSender(o); err == nil {
			t.Errorf("%s: NewSender took it", name)
		}
	}
}

func TestSendSecurely(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		security   Security
		mechanisms []string
		user       string
		want       []string
	}{
		{"STARTTLS", STARTTLS, nil, "", nil},
		{"STARTTLS, PLAIN", STARTTLS, []string{"LOGIN", "PLAIN"}, "zoe", []string{"PLAIN zoe"}},
		{"STARTTLS, LOGIN", STARTTLS, []string{"LOGIN"}, "zoe", []string{"LOGIN zoe"}},
		{"TLS", ImplicitTLS, []string{"PLAIN"}, "zoe", []string{"PLAIN zoe"}},
		{"loopback", Plaintext, []string{"PLAIN"}, "zoe", []string{"PLAIN zoe"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, &server{mechanisms: tt.mechanisms}, tt.security)
			s := newSender(t, Options{Addr: srv.addr, Security: tt.security, Username: tt.user, Password: "ouvre-toi", CAFile: srv.caFile})
			for range 3 {
				if err := s.Send(t.Context(), note); err != nil {
					t.Fatal(err)
				}
			}
			want := received{note.From, note.To, string(note.Data), false, tt.security != Plaintext}
			if diff := cmp.Diff([]received{want, want, want}, srv.messages(), cmp.AllowUnexported(received{})); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
			if !slices.Equal(srv.users, tt.want) {
				t.Errorf("signed in %q, want once: %q", srv.users, tt.want)
			}
		})
	}
}

func TestNeverWithoutTLS(t *testing.T) {
	t.Parallel()
	plain := serve(t, &server{}, Plaintext)
	other := serve(t, &server{}, STARTTLS)
	for name, o := range map[string]Options{
		"server without STARTTLS":   {Addr: plain.addr, CAFile: plain.caFile},
		"TLS where there is none":   {Addr: plain.addr, Security: ImplicitTLS, CAFile: plain.caFile, Timeout: 2 * time.Second},
		"certificate of nobody":     {Addr: other.addr},
		"certificate of another CA": {Addr: other.addr, CAFile: plain.caFile},
	} {
		err := newSender(t, o).Send(t.Context(), note)
		if refused, ok := errors.AsType[*registration.SendError](err); err == nil || ok && refused.Permanent || !errors.Is(err, registration.ErrAway) {
			t.Errorf("%s: Send = %v, want a temporary error that wraps ErrAway", name, err)
		}
	}
	if got := len(plain.messages()) + len(other.messages()); got != 0 {
		t.Errorf("%d messages left", got)
	}
}

// TestRefusedCertificate: the server is told that its certificate was refused, so that
// its log says more than that the connection was lost.
func TestRefusedCertificate(t *testing.T) {
	t.Parallel()
	for name, security := range map[string]Security{"STARTTLS": STARTTLS, "TLS": ImplicitTLS} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := (&server{}).certificate(t)
			l := listen(t)
			told := make(chan error, 1)
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				if security == STARTTLS {
					r := bufio.NewReader(c)
					for _, answer := range []string{"220 hello", "250-hello\r\n250 STARTTLS", "220 go on"} {
						io.WriteString(c, answer+"\r\n")
						if answer != "220 go on" {
							r.ReadString('\n')
						}
					}
				}
				_, err = tls.Server(c, config).Read(nil)
				told <- err
			}()
			s := newSender(t, Options{Addr: l.Addr().String(), Security: security})
			if err := s.Send(t.Context(), note); err == nil {
				t.Error("Send trusts a certificate of nobody")
			}
			if err := <-told; err == nil || !strings.Contains(err.Error(), "bad certificate") {
				t.Errorf("the server is told %v, want that its certificate is bad", err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	said := func(code int, enhanced smtp.EnhancedCode, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
	}
	for _, tt := range []struct {
		name string
		srv  *server
		want registration.SendError
	}{
		{"unknown mailbox", &server{rcptErr: said(550, smtp.EnhancedCode{5, 1, 1}, "<Zoe@exemple.fr>: user zoe unknown to rencontre@exemple.fr")},
			registration.SendError{Permanent: true, Recipient: true, Code: 550, Reply: "550 5.1.1 … user … unknown to …"}},
		{"parted by other signs", &server{rcptErr: said(550, smtp.EnhancedCode{5, 1, 1}, "user\tzoe unknown\a(zoe)\x1bzoe")},
			registration.SendError{Permanent: true, Recipient: true, Code: 550, Reply: "550 5.1.1 user … unknown … …"}},
		{"greylisting", &server{rcptErr: said(451, smtp.EnhancedCode{4, 7, 1}, "come back in 5 minutes")},
			registration.SendError{Recipient: true, Code: 451, Reply: "451 4.7.1 come back in 5 minutes"}},
		{"greylisting of the message", &server{dataErr: said(451, smtp.EnhancedCode{4, 7, 1}, "try again later")},
			registration.SendError{Recipient: true, Code: 451, Reply: "451 4.7.1 try again later"}},
		{"too fast", &server{rcptErr: said(451, smtp.EnhancedCode{4, 7, 500}, "server busy")},
			registration.SendError{Code: 451, Reply: "451 4.7.500 server busy"}},
		{"too many of us", &server{mailErr: said(450, smtp.EnhancedCode{4, 7, 1}, "too much mail from you")},
			registration.SendError{Code: 450, Reply: "450 4.7.1 too much mail from you"}},
		{"sender", &server{mailErr: said(550, smtp.EnhancedCode{5, 7, 1}, "not you")}, registration.SendError{Code: 550, Reply: "550 5.7.1 not you"}},
		{"message too long", &server{mailErr: said(552, smtp.EnhancedCode{5, 3, 4}, "too long")}, registration.SendError{Permanent: true, Code: 552, Reply: "552 5.3.4 too long"}},
		{"sign in first", &server{mailErr: said(530, smtp.EnhancedCode{5, 7, 0}, "sign in")}, registration.SendError{Code: 530, Reply: "530 5.7.0 sign in"}},
		{"content", &server{dataErr: said(554, smtp.EnhancedCode{5, 7, 1}, strings.Repeat("spam ", 100))},
			registration.SendError{Permanent: true, Code: 554, Reply: ("554 5.7.1 " + strings.Repeat("spam ", 100))[:maxReply]}},
		{"control signs", &server{dataErr: said(550, smtp.EnhancedCode{5, 7, 1}, "no\x1b[2J\x00\amail")}, registration.SendError{Permanent: true, Code: 550, Reply: "550 5.7.1 no [2J mail"}},
		{"disk full", &server{dataErr: said(452, smtp.EnhancedCode{4, 3, 1}, "later")}, registration.SendError{Code: 452, Reply: "452 4.3.1 later"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, tt.srv, Plaintext)
			s := newSender(t, Options{Addr: srv.addr, Security: Plaintext})
			for range 2 { // the refusal leaves the connection good
				got, ok := errors.AsType[*registration.SendError](s.Send(t.Context(), note))
				if !ok || *got != tt.want {
					t.Errorf("Send = %+v, want %+v", got, tt.want)
				}
			}
			if srv.sessions != 1 {
				t.Errorf("%d connections, want 1", srv.sessions)
			}
		})
	}
}

func TestWrongPasswordIsTemporary(t *testing.T) {
	t.Parallel()
	srv := serve(t, &server{mechanisms: []string{"PLAIN"}}, STARTTLS)
	s := newSender(t, Options{Addr: srv.addr, Username: "zoe", Password: "s3cret", CAFile: srv.caFile})
	err := s.Send(t.Context(), note)
	refused, ok := errors.AsType[*registration.SendError](err)
	if !ok || refused.Permanent || refused.Code != 535 || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Send = %v, want a temporary refusal with code 535", err)
	}
	if err := s.Check(t.Context()); err == nil {
		t.Error("Check passed with a wrong password")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	srv := serve(t, &server{}, STARTTLS)
	if err := newSender(t, Options{Addr: srv.addr, CAFile: srv.caFile}).Check(t.Context()); err != nil {
		t.Error(err)
	}
	if srv.sessions == 0 || len(srv.messages()) != 0 {
		t.Errorf("%d sessions, %d messages; want a session without a message", srv.sessions, len(srv.messages()))
	}
}

func TestSMTPUTF8(t *testing.T) {
	t.Parallel()
	m := note
	m.To = "zoé@exemple.fr"
	srv := serve(t, &server{}, Plaintext)
	if err := newSender(t, Options{Addr: srv.addr, Security: Plaintext}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := srv.messages(); len(got) != 1 || !got[0].utf8 || got[0].to != m.To {
		t.Errorf("received %+v", got)
	}
	old := script(t, "220 hello", "250-old\r\n250 8BITMIME", "221 bye")
	err := newSender(t, Options{Addr: old, Security: Plaintext}).Send(t.Context(), m)
	if refused, ok := errors.AsType[*registration.SendError](err); !ok || !refused.Permanent {
		t.Errorf("Send to a server without SMTPUTF8 = %v, want a permanent refusal", err)
	}
}

func TestConcurrentSends(t *testing.T) {
	t.Parallel()
	srv := serve(t, &server{}, Plaintext)
	s := newSender(t, Options{Addr: srv.addr, Security: Plaintext, Idle: 8})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if err := s.Send(t.Context(), note); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(srv.messages()); n != 800 || srv.sessions > 8*2 {
		t.Errorf("%d messages over %d connections; want 800 over at most 16 (90 messages each)", n, srv.sessions)
	}
}

// TestContextCuts: a submission ends with its context, and does not wait for a
// server that says nothing.
func TestContextCuts(t *testing.T) {
	t.Parallel()
	l := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.WriteString(c, "220 hello\r\n")
		bufio.NewReader(c).ReadString('\n')
		cancel()
		<-t.Context().Done()
	}()
	start := time.Now()
	err := newSender(t, Options{Addr: l.Addr().String(), Security: Plaintext}).Send(ctx, note)
	if took := time.Since(start); !errors.Is(err, context.Canceled) || took >= commandTimeout {
		t.Errorf("Send = %v after %v, want it cancelled before the command's time is over", err, took)
	}
}

func ExampleParseURL() {
	o, err := ParseURL("smtp://rencontre@smtp.exemple.fr:587")
	fmt.Println(o.Addr, o.Username, o.Security == STARTTLS, err)
	_, err = ParseURL("smtp://smtp.exemple.fr?tls=none")
	fmt.Println(err)
	// Output:
	// smtp.exemple.fr:587 rencontre true <nil>
	// mail: without TLS only a mail server on this machine (localhost, 127.0.0.1, ::1) is used
}

func ExampleSender() {
	o, err := ParseURL("smtp://rencontre@smtp.exemple.fr:587")
	if err != nil {
		fmt.Println(err)
		return
	}
	o.Password = "" // from the environment or a file, never from the address
	_, err = NewSender(o)
	fmt.Println(err)
	// Output: mail: a user name for the mail server, but no password
}
