package main

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDoctorShowsUntrustedProxy: behind a proxy that serve was not told of all
// visitors are one network; doctor says so, and nothing before it happened.
func TestDoctorShowsUntrustedProxy(t *testing.T) {
	t.Parallel()
	common := []string{"--database", "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "--smtp", "smtp://127.0.0.1:9?tls=none", "--from", "a@x.example"}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, log output
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve", "--base-url", "http://127.0.0.1:0", "--listen", "127.0.0.1:0", "--trusted-proxy", "192.0.2.1"}, common...), &out, &log)
	}()
	site := out.find(t, `^site (http://\S+)$`)
	doctor := func() string {
		var report, trouble output
		run(t.Context(), append([]string{"doctor", "--patience", "1ms"}, common...), &report, &trouble)
		return report.String() + trouble.String()
	}
	if got := doctor(); !strings.Contains(got, "ok      proxy") {
		t.Fatalf("before anybody came:\n%s", got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	var got string
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if got = doctor(); strings.Contains(got, "warn    proxy     127.0.0.1: sent X-Forwarded-For") {
			break
		}
	}
	if !strings.Contains(got, "warn    proxy     127.0.0.1:") || strings.Contains(got, "198.51.100.7") {
		t.Errorf("doctor says\n%s", got)
	}
	stop()
	<-code
}
