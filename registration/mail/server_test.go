package mail

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is an SMTP server of the test's own, and what it received.
type server struct {
	addr   string
	caFile string

	mechanisms []string // that it offers
	mailErr    error    // its answers, nil for yes
	rcptErr    error
	dataErr    error

	mu       sync.Mutex
	sessions int
	users    []string
	got      []received
}

type received struct {
	from, to, data string
	utf8, tls      bool
}

// serve starts s. Secure servers have a certificate for 127.0.0.1 that s.caFile
// vouches for.
func serve(t testing.TB, s *server, security Security) *server {
	t.Helper()
	srv := smtp.NewServer(smtp.BackendFunc(s.session))
	srv.Domain, srv.EnableSMTPUTF8, srv.AllowInsecureAuth = "localhost", true, security == Plaintext
	srv.ErrorLog = log.New(io.Discard, "", 0)
	config := s.certificate(t)
	if security == STARTTLS {
		srv.TLSConfig = config
	}
	l := listen(t)
	s.addr = l.Addr().String()
	if security == ImplicitTLS {
		l = tls.NewListener(l, config)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(l) // returns when it is closed
	}()
	t.Cleanup(func() { srv.Close(); l.Close(); <-done })
	return s
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func (s *server) certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	s.caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// messages returns what was received so far.
func (s *server) messages() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

func (s *server) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{server: s, conn: c}, nil
}

type session struct {
	*server
	conn *smtp.Conn
	now  received
}

func (s *session) AuthMechanisms() []string { return s.mechanisms }

func (s *session) Auth(mech string) (sasl.Server, error) {
	check := func(_, user, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.users = append(s.users, mech+" "+user)
		if password != "ouvre-toi" {
			return smtp.ErrAuthFailed
		}
		return nil
	}
	if mech == sasl.Plain {
		return sasl.NewPlainServer(check), nil
	}
	return &loginServer{check: check}, nil
}

// loginServer is the server's side of LOGIN, which go-sasl leaves out.
type loginServer struct {
	check func(identity, user, password string) error
	user  *string
	asked bool
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case !l.asked && response == nil:
		l.asked = true
		return []byte("Username:"), false, nil
	case l.user == nil:
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check("", *l.user, string(response))
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	_, secure := s.conn.TLSConnectionState()
	s.now = received{from: from, utf8: o.UTF8, tls: secure}
	return s.mailErr
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = to
	return s.rcptErr
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.now.data = string(b)
	if err = errors.Join(err, s.dataErr); err != nil {
		return s.dataErr
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, s.now)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// script is a server that answers line by line. The answer "hang" waits for
// ever, "reset" resets the connection, "" closes it, and "leave" closes it
// without waiting for the next line. Any other text is sent. The body after
// DATA counts as one line.
func script(t *testing.T, answers ...string) (addr string) {
	t.Helper()
	l := listen(t)
	var open sync.WaitGroup
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { play(t, c.(*net.TCPConn), answers) })
		}
	}()
	t.Cleanup(func() { l.Close(); open.Wait() })
	return l.Addr().String()
}

func play(t *testing.T, c *net.TCPConn, answers []string) {
	defer c.Close()
	r := bufio.NewReader(c)
	for i, a := range answers {
		switch a {
		case "", "leave":
			return
		case "hang":
			<-t.Context().Done() // just before Cleanup
			return
		case "reset":
			c.SetLinger(0)
			return
		}
		io.WriteString(c, a+"\r\n")
		if i+1 == len(answers) || answers[i+1] == "leave" {
			return
		}
		line, err := r.ReadString('\n')
		for strings.HasPrefix(a, "354") && line != ".\r\n" && err == nil {
			line, err = r.ReadString('\n')
		}
		if err != nil {
			return
		}
	}
}
