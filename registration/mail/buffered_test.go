package mail

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// counted counts the writes that reach a connection.
type counted struct {
	net.Conn
	writes int
}

func (c *counted) Write(p []byte) (int, error) { c.writes++; return c.Conn.Write(p) }

// TestOnePiece: a mail without a file is one write, as is each command before it.
func TestOnePiece(t *testing.T) {
	t.Parallel()
	for name, security := range map[string]Security{"plain": Plaintext, "starttls": STARTTLS, "tls": ImplicitTLS} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, &server{}, security)
			s := newSender(t, Options{Addr: srv.addr, Security: security, CAFile: srv.caFile})
			nc, err := net.Dial("tcp", srv.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			way := &counted{Conn: nc}
			client, err := s.greet(way)
			if err != nil {
				t.Fatal(err)
			}
			m := note
			m.Data = []byte("Subject: essai\r\n\r\n" + strings.Repeat("Bonjour à tous\r\n", 600))
			way.writes = 0
			if err := (&conn{Client: client, net: nc}).transaction(m); err != nil {
				t.Fatal(err)
			}
			if way.writes != 4 { // MAIL, RCPT, DATA and the mail
				t.Errorf("%d writes, want 4", way.writes)
			}
		})
	}
}

// writes records what reaches a connection, one entry for each write.
type writes struct {
	net.Conn
	all []string
}

func (w *writes) Write(p []byte) (int, error) { w.all = append(w.all, string(p)); return len(p), nil }
func (*writes) Read([]byte) (int, error)      { return 0, io.EOF }
func (*writes) Close() error                  { return nil }

func TestBufferedConn(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", bufferSize)
	for _, test := range []struct {
		name string
		use  func(net.Conn)
		want []string
	}{
		{"nobody reads", func(c net.Conn) { io.WriteString(c, "a") }, nil},
		{"an answer is read", func(c net.Conn) {
			io.WriteString(c, "a")
			io.WriteString(c, "b")
			c.Read(nil)
			c.Read(nil)
			io.WriteString(c, "c")
			c.Read(nil)
		}, []string{"ab", "c"}},
		{"closed", func(c net.Conn) { io.WriteString(c, "a"); c.Close() }, []string{"a"}},
		{"more than fits", func(c net.Conn) { io.WriteString(c, "a"); io.WriteString(c, long); c.Close() },
			[]string{"a" + long[1:], "x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var w writes
			test.use(newBufferedConn(&w))
			if diff := cmp.Diff(test.want, w.all); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBufferedConnTLS checks that TLS over a buffered connection says goodbye when it
// is closed, as after STARTTLS: the other side can tell the end from a cut.
func TestBufferedConnTLS(t *testing.T) {
	t.Parallel()
	config := (&server{}).certificate(t)
	ours, theirs := net.Pipe()
	client := tls.Client(newBufferedConn(ours), &tls.Config{InsecureSkipVerify: true})
	go func() {
		io.WriteString(client, "QUIT")
		client.Close()
	}()
	got, err := io.ReadAll(tls.Server(theirs, config))
	if string(got) != "QUIT" || err != nil {
		t.Errorf("read %q, %v; want QUIT and its end", got, err)
	}
}
