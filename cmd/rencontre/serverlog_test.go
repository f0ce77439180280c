package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tooMany is a listener that has no file left for a connection, and then is closed.
type tooMany struct {
	net.Listener
	asked int
}

type tempError struct{ error }

func (tempError) Timeout() bool   { return false }
func (tempError) Temporary() bool { return true }

func (l *tooMany) Accept() (net.Conn, error) {
	if l.asked++; l.asked > 2 {
		return nil, net.ErrClosed
	}
	return nil, tempError{errors.New("accept4: too many open files")}
}

// TestServerLog: what net/http says by itself is a line of the site's log, in its
// format, not one that goes to standard error past it.
func TestServerLog(t *testing.T) {
	t.Parallel()
	var out output
	srv := newServer(http.NotFoundHandler(), slog.New(slog.NewJSONHandler(&out, nil)))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if err := srv.Serve(&tooMany{Listener: ln}); !errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines {
		var entry struct {
			Time       time.Time
			Level, Msg string
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level != "WARN" || !strings.Contains(entry.Msg, "too many open files") {
			t.Errorf("%q: %v", line, err)
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d lines, want 2", len(lines))
	}
}
