package mail

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
