package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// output is what a program has written so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// find waits until the output matches and returns the first group.
func (o *output) find(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if m := re.FindStringSubmatch(o.String()); m != nil {
			return m[1]
		}
	}
	t.Fatalf("nothing matches %s in\n%s", pattern, o)
	return ""
}

// TestStopsInTime: told to stop while a client holds a request open and the mail
// server hangs with a mail in hand, serve ends within ten seconds, and well. What else
// the machine does may delay it once; what waits for its clients is late each time.
func TestStopsInTime(t *testing.T) {
	t.Parallel()
	var took [3]time.Duration
	for i := range took {
		if took[i] = stopWithWork(t); took[i] <= 10*time.Second {
			return
		}
	}
	t.Errorf("serve ended after %v; want at most 10 s", took)
}

// stopWithWork tells serve to stop while it has a request and a mail in hand, and
// returns how long it takes to end.
func stopWithWork(t *testing.T) time.Duration {
	t.Helper()
	mailServer, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mailServer.Close()
	inHand := make(chan struct{}, 100)
	go func() {
		for {
			c, err := mailServer.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			inHand <- struct{}{} // and not a word
		}
	}()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, log output
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"serve", "--database", "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "--smtp", "smtp://" + mailServer.Addr().String() + "?tls=none",
			"--from", "a@x.example", "--base-url", "http://127.0.0.1:0", "--listen", "127.0.0.1:0", "--limits", "off", "--now", "2019-05-16T09:00:00+02:00"}, &out, &log)
	}()
	site := out.find(t, `^site (http://\S+)$`)
	form := site + "/rencontres/" + registration.ShippedSlug + "/inscription"
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form, strings.NewReader(url.Values{"given_name": {"Zoé"}, "family_name": {"Étienne"},
		"email": {"zoe@x.example"}, "category": {"elu"}, "privacy": {"yes"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-up: %s", resp.Status)
	}
	select {
	case <-inHand:
	case <-time.After(patience):
		t.Fatal("the mail server was not reached")
	}
	client, err := net.Dial("tcp", strings.TrimPrefix(site, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	// Half a form, whose handler waits for the rest; "100 Continue" says that it does.
	fmt.Fprintf(client, "POST /rencontres/%s/inscription HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n", registration.ShippedSlug)
	if _, err := io.ReadFull(client, make([]byte, len("HTTP/1.1 100"))); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	stop()
	select {
	case c := <-code:
		if c != 0 {
			t.Fatalf("exit code %d; want 0\n%s", c, &log)
		}
	case <-time.After(patience):
		t.Fatal("it does not stop")
	}
	return time.Since(began)
}
