package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// wire is a served site that is spoken to byte by byte.
type wire struct {
	address, database string
	log               *lines
}

func onWire(t *testing.T) wire {
	t.Helper()
	w := wire{database: "sqlite:" + filepath.Join(t.TempDir(), "sign-ups.db")}
	w.address, w.log = served(t, "--database", w.database, "--limits", "off", "--now", "2019-05-16T09:00:00+02:00")
	return w
}

// signUp is a whole request that signs somebody up.
func signUp(email string) string {
	body := url.Values{"given_name": {"Zoé"}, "family_name": {"Étienne"}, "email": {email}, "category": {"elu"}, "privacy": {"yes"}}.Encode()
	return fmt.Sprintf("POST /rencontres/%s/inscription HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Connection: close\r\nContent-Length: %d\r\n\r\n%s", registration.ShippedSlug, len(body), body)
}

// say sends bytes and returns the status of each answer. What is cut ends there; to
// hang up after a whole request would be to go away before the answer.
func (w wire) say(t *testing.T, text string, cut bool) (statuses []int) {
	t.Helper()
	c, err := net.Dial("tcp", w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.WriteString(c, text) // the server may have heard enough
		if cut {
			_ = c.(*net.TCPConn).CloseWrite()
		}
	}()
	for r := bufio.NewReader(c); ; {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses
		}
		statuses = append(statuses, res.StatusCode)
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return statuses
		}
		res.Body.Close()
	}
}

// signups is how many people the site has signed up.
func (w wire) signups(t *testing.T) int {
	t.Helper()
	var out, trouble output
	if code := run(t.Context(), []string{"export", "--database", w.database, "--meeting", registration.ShippedSlug, "--format", "json"}, &out, &trouble); code != 0 {
		t.Fatalf("export: %s", &trouble)
	}
	var list []any
	if err := json.Unmarshal([]byte(out.String()), &list); err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// unharmed fails if the site does not go on, or had an error of its own.
func (w wire) unharmed(t *testing.T, before int) {
	t.Helper()
	if n := w.signups(t); n != before {
		t.Errorf("%d people signed up by requests that were not whole, or not two", n-before)
	}
	if got := w.say(t, signUp("whole@x.example"), false); len(got) != 1 || got[0] != http.StatusSeeOther {
		t.Errorf("a whole request afterwards: %v, want one 303", got)
	}
	if n := w.signups(t); n != before+1 {
		t.Errorf("%d sign-ups, want %d", n, before+1)
	}
	if log := w.log.String(); strings.Contains(log, `"level":"ERROR"`) || strings.Contains(log, "panic") {
		t.Errorf("the log has errors:\n%s", log)
	}
}

// TestCutRequest cuts a sign-up after each of its bytes: none of them signs anybody
// up but the whole one.
func TestCutRequest(t *testing.T) {
	t.Parallel()
	w := onWire(t)
	whole := signUp("cut@x.example")
	var each sync.WaitGroup
	turn := make(chan struct{}, 16)
	for n := range whole {
		turn <- struct{}{}
		each.Go(func() {
			defer func() { <-turn }()
			for _, status := range w.say(t, whole[:n], true) {
				if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity && status != http.StatusRequestTimeout {
					t.Errorf("cut after %d of %d bytes: status %d", n, len(whole), status)
				}
			}
		})
	}
	each.Wait()
	w.unharmed(t, 0)
}

// TestSmuggledRequest hides a sign-up in another request, in the shapes in which two
// servers disagree about where one ends. It is never carried out.
func TestSmuggledRequest(t *testing.T) {
	t.Parallel()
	w := onWire(t)
	hidden := signUp("hidden@x.example")
	const post = "POST /lien-perdu HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, text := range map[string]string{
		"length and chunks":         post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"chunks and length":         post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
		"two lengths":               post + "Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd" + hidden,
		"a list of lengths":         post + "Content-Length: 0, 4\r\n\r\nabcd" + hidden,
		"a signed length":           post + "Content-Length: +4\r\n\r\nabcd" + hidden,
		"a negative length":         post + "Content-Length: -1\r\n\r\n" + hidden,
		"a hexadecimal length":      post + "Content-Length: 0x4\r\n\r\nabcd" + hidden,
		"an unknown coding":         post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"two codings":               post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden,
		"a coding after a space":    post + "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden,
		"a folded coding":           post + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden,
		"a coding with a tab":       post + "Transfer-Encoding:\x0bchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden,
		"a bare line feed":          post + "X: a\nContent-Length: 4\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"a chunk that is no number": post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + hidden,
		"a chunk that is too long":  post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n" + hidden,
		"a line feed in a chunk":    post + "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n" + hidden,
		"a header without a name":   post + ": x\r\nContent-Length: 4\r\n\r\nabcd" + hidden,
		"a NUL":                     post + "X: \x00\r\nContent-Length: 0\r\n\r\n" + hidden,
		"a return in a header":      post + "X: a\rContent-Length: 9\r\nContent-Length: 0\r\n\r\n" + hidden,
		"no host":                   "GET / HTTP/1.1\r\n\r\n" + hidden,
		"two hosts":                 "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
		"a version of its own":      "GET / HTTP/1.2x\r\nHost: x\r\n\r\n" + hidden,
		"a space in the address":    "GET / /x HTTP/1.1\r\nHost: x\r\n\r\n" + hidden,
	} {
		if got := w.say(t, text, true); len(got) > 1 {
			t.Errorf("%s: answered with %v, as two requests", name, got)
		}
	}
	// Two requests that are two are answered as two, so the test can tell.
	if got := w.say(t, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", true); len(got) != 2 {
		t.Errorf("two requests in one connection: %v", got)
	}
	w.unharmed(t, 0)
}

// TestHugeHeaders: headers of a megabyte, in one line or many, are refused before
// they are read to their end.
func TestHugeHeaders(t *testing.T) {
	t.Parallel()
	w := onWire(t)
	const mega = 1_000_000 // what net/http itself lets pass
	for name, text := range map[string]string{
		"one header":   "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", mega) + "\r\n\r\n",
		"many headers": "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: abcdef\r\n", mega/11) + "\r\n",
		"a cookie":     "GET /organisation/ HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("organisation=a; ", mega/16) + "\r\n\r\n",
		"proxies":      "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + strings.Repeat("192.0.2.1, ", mega/11) + "\r\n\r\n",
		"the address":  "GET /?q=" + strings.Repeat("a", mega) + " HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		// The connection may be gone before the answer is read.
		if got := w.say(t, text, true); len(got) > 1 || len(got) == 1 && got[0] != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %v, want 431", name, got)
		}
	}
	w.unharmed(t, 0)
}
