package kernel

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"
)

// trace is what the log, error pages and [Network] need to know of a request. One
// goroutine at a time uses it.
type trace struct {
	id      string // stands in each log line of the request and on error pages
	network netip.Addr
	route   string // pattern, "" until one was found
	quiet   bool   // logged at debug unless it fails: health checks and assets
}

type traceKey struct{}

// traceOf returns the trace of a request's context, nil outside a request.
func traceOf(ctx context.Context) *trace {
	t, _ := ctx.Value(traceKey{}).(*trace)
	return t
}

// newID returns an id of a request that one can read out on the telephone.
func newID() string { return rand.Text()[:10] }

// tracked remembers the status of an answer.
type tracked struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (t *tracked) WriteHeader(status int) {
	if t.status == 0 && status >= http.StatusOK {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (t *tracked) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	return t.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (t *tracked) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// traced gives each request an id and logs one line about it. The line never has
// the path, which may contain a token, nor anything about who sent the request.
func (s *Site) traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of := &trace{id: newID(), network: s.network(r)}
		out := &tracked{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), traceKey{}, of))
		w.Header().Set("X-Request-Id", of.id)
		start := time.Now()
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p != http.ErrAbortHandler { // outside [Request.run]
				s.Log.ErrorContext(r.Context(), "panic", "route", of.route, "err", fmt.Sprintf("%v\n%s", p, debug.Stack()))
			}
			s.Log.WarnContext(r.Context(), "request aborted", "route", of.route)
			panic(http.ErrAbortHandler) // net/http ends the connection, and logs nothing
		}()
		next.ServeHTTP(out, r)
		level := slog.LevelInfo
		if of.quiet && out.status < http.StatusInternalServerError {
			level = slog.LevelDebug
		}
		s.Log.Log(r.Context(), level, "request", "route", of.route, "status", out.status, "took", time.Since(start).Round(time.Microsecond))
		if out.status == http.StatusTooManyRequests {
			s.Log.WarnContext(r.Context(), "limit met", "event", "limit_met", "route", of.route)
		}
	})
}

// onRoute sets the route of requests that no page answers, such as health checks.
func onRoute(route string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if t := traceOf(r.Context()); t != nil {
			t.route, t.quiet = route, true
		}
		next(w, r)
	}
}

// LogHandler adds to each record that is logged during a request the request's
// id, and to events the network that it came from.
type LogHandler struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h LogHandler) Handle(ctx context.Context, r slog.Record) error {
	if t := traceOf(ctx); t != nil {
		r = r.Clone()
		event := false
		r.Attrs(func(a slog.Attr) bool { event = a.Key == "event"; return !event })
		r.AddAttrs(slog.String("request", t.id))
		if event && t.network.IsValid() {
			r.AddAttrs(slog.String("network", t.network.String()))
		}
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h LogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return LogHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h LogHandler) WithGroup(name string) slog.Handler { return LogHandler{h.Handler.WithGroup(name)} }
