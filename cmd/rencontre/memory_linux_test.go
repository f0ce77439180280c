package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestMemoryOfServe signs up 100,000 people, 64 at the same time. Each reads three pages
// before, and no mail leaves. The server never holds 90 MB: neither the people
// of a meeting, nor the mails that wait, nor the crowd make it grow beyond that.
func TestMemoryOfServe(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("long: set TEST_FULL")
	}
	const people, crowd, most = 100_000, 64, 90_000_000
	dir := t.TempDir()
	program, database := filepath.Join(dir, "rencontre"), "sqlite:"+filepath.Join(dir, "sign-ups.db")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	meeting := filepath.Join(dir, "essai.yaml")
	if err := os.WriteFile(meeting, []byte(`slug: essai
title: {fr: Essai, en: Trial}
day: 2019-06-12
seats: -1
contact: contact@example.org
opens_at: 2019-05-01T09:00:00+02:00
closes_at: 2019-06-10T12:00:00+02:00
published: true
`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, "meeting", "apply", "--database", database, "--new", "--yes", meeting).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	serve := exec.CommandContext(t.Context(), program, "serve", "--database", database, "--smtp", "smtp://"+freeAddress(t)+"?tls=none",
		"--from", "inscriptions@example.org", "--base-url", "http://127.0.0.1:0", "--listen", "127.0.0.1:0", "--limits", "off",
		"--now", "2019-05-20T09:00:00+02:00")
	serve.Env = append(os.Environ(), "GOGC=", "GOMEMLIMIT=")
	var out, log output
	serve.Stdout, serve.Stderr = &out, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := serve.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := serve.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &log)
		}
	}()
	site := out.find(t, `^site (http://\S+)$`)
	atStart := memory(t, serve.Process.Pid)

	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: crowd},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ask := func(r *http.Request, status int) error {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := client.Do(r)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return err
		}
		if resp.StatusCode != status {
			return fmt.Errorf("%s %s: %s", r.Method, r.URL.Path, resp.Status)
		}
		return nil
	}
	come := func(i int64) error {
		page := site + "/rencontres/essai"
		for _, path := range []string{site + "/", page, page + "/inscription"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			if err != nil {
				return err
			}
			if err := ask(r, http.StatusOK); err != nil {
				return err
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+"/inscription", strings.NewReader(url.Values{
			"given_name": {"Zoé"}, "family_name": {"Étienne"}, "email": {fmt.Sprintf("zoe-%d@example.org", i)},
			"category": {"industriel"}, "privacy": {"1"}}.Encode()))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return ask(r, http.StatusSeeOther)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range crowd {
		all.Go(func() {
			for i := next.Add(1); i <= people && !t.Failed(); i = next.Add(1) {
				if err := come(i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	peak := memory(t, serve.Process.Pid)
	t.Logf("%d kB after the start, at most %d kB until %d people had signed up", atStart/1000, peak/1000, people)
	if peak > most {
		t.Errorf("the server held %d kB, want at most %d", peak/1000, most/1000)
	}
}

// memory returns the most memory that a process has held so far, in bytes.
func memory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kibibytes, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			return kibibytes << 10
		}
	}
	t.Fatal("the system does not tell")
	return 0
}
