package mail

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
)

// TestRefusedInEveryState lets a server refuse in each state of the dialogue,
// for now and for good. A refusal before the message, or of its sender, concerns every
// mail and is temporary; a refusal of the message is permanent if the server says so.
func TestRefusedInEveryState(t *testing.T) {
	t.Parallel()
	signedIn := []string{"220 hello", "250-hello\r\n250 AUTH PLAIN", "235 welcome", "250 sender ok", "250 recipient ok", "354 go on", "250 taken"}
	const message = 3 // the state in which the message begins, with its sender
	for state, usual := range signedIn {
		for _, code := range []int{421, 450, 452, 500, 530, 535, 550, 552, 554} {
			t.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(usual, "\r\n", " "), code), func(t *testing.T) {
				t.Parallel()
				no := fmt.Sprintf("%d %d.7.1 no zoe@exemple.fr", code, code/100)
				addr := script(t, append(slices.Clone(signedIn[:state]), no, no, "hang")...) // go-smtp tries HELO after EHLO
				s := newSender(t, Options{Addr: addr, Security: Plaintext, Username: "site", Password: "ouvre-toi", Timeout: 2 * time.Second})
				err := s.Send(t.Context(), note)
				refused, ok := errors.AsType[*registration.SendError](err)
				if !ok || refused.Code != code || strings.Contains(err.Error(), "zoe") {
					t.Fatalf("Send = %v, want a refusal with %d and no address", err, code)
				}
				ofSender := state == message && code >= 500 && code != 552 // 552: the message is too long
				if away := errors.Is(err, registration.ErrAway); away != (state < message || ofSender) {
					t.Errorf("ErrAway: %v", away)
				}
				if want := state >= message && !ofSender && code >= 500 && code/10 != 53; refused.Permanent != want {
					t.Errorf("permanent: %v, want %v", refused.Permanent, want)
				}
			})
		}
	}
}

// says starts a server that says this whatever it hears, and hangs up.
func says(t testing.TB, said func() []byte) (addr string) {
	t.Helper()
	l := listen(t)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = c.Write(said())
				_ = c.(*net.TCPConn).CloseWrite()
				_ = c.SetReadDeadline(time.Now().Add(time.Minute))
				_, _ = io.Copy(io.Discard, c)
			}()
		}
	}()
	return l.Addr().String()
}

// TestCutAtEveryByte lets a server hang up after each byte of a successful
// dialogue. Once its last line has arrived the mail counts as sent; before,
// it is tried again.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	all := strings.Join(dialogue, "\r\n") + "\r\n"
	for n := range len(all) + 1 {
		s := newSender(t, Options{Addr: says(t, func() []byte { return []byte(all[:n]) }), Security: Plaintext, Timeout: 10 * time.Second})
		err := s.Send(t.Context(), note)
		if refused, ok := errors.AsType[*registration.SendError](err); ok {
			t.Errorf("cut after %d bytes: %+v, which nobody said", n, refused)
		}
		// A line that ends with the connection is as good as one that ends by itself.
		if whole := n >= len(all)-len("250 taken\r\n")+len("250 "); !whole && err == nil || n == len(all) && err != nil {
			t.Errorf("cut after %d of %d bytes: %v", n, len(all), err)
		}
	}
}

// FuzzReplies has a server say anything.
func FuzzReplies(f *testing.F) {
	f.Add([]byte(strings.Join(dialogue, "\r\n") + "\r\n"))
	f.Add([]byte("220 hello\r\n250-hello\r\n250-SIZE 1\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n550 5.1.1 <zoe@exemple.fr> unknown\r\n"))
	f.Add([]byte("220 \x00\xff\r\n500\r\n250-\r\n250\r\n-1 x\r\n99999999999999999999 x\r\n"))
	f.Add([]byte("421 4.3.2 zoe\r\n"))
	f.Add([]byte("220-a\r\n221 b\r\n250 \x1b[2J\xe2\x80\xa8 zoe@exemple.fr\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		s := newSender(t, Options{Addr: says(t, func() []byte { return said }), Security: Plaintext, Timeout: 5 * time.Second})
		err := s.Send(t.Context(), note)
		if err == nil {
			if strings.Count(string(said), "250") < 4 || !strings.Contains(string(said), "354") {
				t.Errorf("left, although the server said %q", said)
			}
			return
		}
		if strings.Contains(strings.ToLower(err.Error()), "zoe@") {
			t.Errorf("the error holds an address: %v", err)
		}
		refused, ok := errors.AsType[*registration.SendError](err)
		if !ok {
			return
		}
		if n := utf8.RuneCountInString(refused.Reply); n > maxReply || !utf8.ValidString(refused.Reply) || strings.ContainsFunc(refused.Reply, unicode.IsControl) {
			t.Errorf("reply of %d characters: %q", n, refused.Reply)
		}
	})
}
