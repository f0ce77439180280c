package mail

import (
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// dialogue is a submission that goes well, from the greeting to the answer
// after the message.
var dialogue = []string{"220 hello", "250 hello", "250 sender ok", "250 recipient ok", "354 go on", "250 taken"}

// TestFaults lets a server fail in each state of the dialogue and in each
// way. Every error must be temporary, come in time and contain no address.
func TestFaults(t *testing.T) {
	t.Parallel()
	faults := map[string]string{
		"hangs": "hang", "resets": "reset", "closes": "", "says garbage": "\x00\xff zoe@exemple.fr",
		"says 421": "421 4.3.2 zoe@exemple.fr shutting down", "talks for ever": "250-" + strings.Repeat("x", 5000),
	}
	for state := range dialogue {
		for name, fault := range faults {
			t.Run(dialogue[state]+"/"+name, func(t *testing.T) {
				t.Parallel()
				addr := script(t, append(slices.Clone(dialogue[:state]), fault, "hang")...)
				s := newSender(t, Options{Addr: addr, Security: Plaintext, Timeout: 300 * time.Millisecond})
				start := time.Now()
				err := s.Send(t.Context(), note)
				if err == nil {
					t.Fatal("Send succeeded")
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %v", took)
				}
				refused, ok := errors.AsType[*registration.SendError](err)
				if ok && (refused.Permanent || refused.Code != 421 || strings.Contains(refused.Reply, "@")) {
					t.Errorf("Send = %+v, want it temporary and without addresses", refused)
				}
				if strings.Contains(err.Error(), "zoe") {
					t.Errorf("the error holds an address: %v", err)
				}
			})
		}
	}
}

// TestDialogueGoesWell is the control of TestFaults.
func TestDialogueGoesWell(t *testing.T) {
	t.Parallel()
	addr := script(t, append(slices.Clone(dialogue), "221 bye")...)
	if err := newSender(t, Options{Addr: addr, Security: Plaintext}).Send(t.Context(), note); err != nil {
		t.Error(err)
	}
}

func TestHangBeforeTLS(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]string{
		"greeting": {"hang"}, "STARTTLS": {"220 hello", "250-hello\r\n250 STARTTLS", "hang"},
		"handshake": {"220 hello", "250-hello\r\n250 STARTTLS", "220 go on", "hang"},
	} {
		s := newSender(t, Options{Addr: script(t, answers...), Timeout: 300 * time.Millisecond})
		if err := s.Send(t.Context(), note); err == nil || !strings.Contains(err.Error(), "deadline") {
			t.Errorf("%s: Send = %v, want the deadline", name, err)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l := listen(t)
	l.Close()
	if err := newSender(t, Options{Addr: l.Addr().String()}).Send(t.Context(), note); err == nil {
		t.Error("Send to a closed port succeeded")
	}
}

// TestServerHungUpMeanwhile lets a server close a connection that waits for
// its next message. That message must go over a new connection, at once and
// only once.
func TestServerHungUpMeanwhile(t *testing.T) {
	t.Parallel()
	for name, farewell := range map[string]string{"at once": "leave", "by 421": "421 4.4.2 idle for too long", "by a reset": "reset"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, &server{}, Plaintext)
			front := listen(t)
			s := newSender(t, Options{Addr: front.Addr().String(), Security: Plaintext})
			closed := make(chan struct{})
			go func() { // the first connection ends after one message, the next ones go to srv
				c, err := front.Accept()
				if err != nil {
					return
				}
				play(t, c.(*net.TCPConn), append(slices.Clone(dialogue), farewell))
				close(closed)
				for {
					c, err := front.Accept()
					if err != nil {
						return
					}
					go relay(c, srv.addr)
				}
			}()
			if err := s.Send(t.Context(), note); err != nil {
				t.Fatal(err)
			}
			if farewell == "leave" { // the others come when the next message begins
				<-closed
			}
			if err := s.Send(t.Context(), note); err != nil {
				t.Fatal(err)
			}
			if n := len(srv.messages()); n != 1 {
				t.Errorf("%d messages on the second connection, want 1", n)
			}
		})
	}
}

// relay joins two connections until one ends.
func relay(a net.Conn, addr string) {
	defer a.Close()
	b, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer b.Close()
	go func() {
		defer b.Close()
		copyAll(b, a)
	}()
	copyAll(a, b)
}

func copyAll(dst, src net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			dst.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}
