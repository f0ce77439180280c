package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSoleProcess(t *testing.T) {
	t.Parallel()
	db := databaseFlag{Database: "sqlite:" + filepath.Join(t.TempDir(), "a.db")}
	release, err := db.sole(t.Context(), slog.New(slog.DiscardHandler), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.sole(t.Context(), slog.New(slog.DiscardHandler), 0); err == nil || !strings.Contains(err.Error(), "another rencontre serves") {
		t.Fatalf("a second one: %v", err)
	}
	got := make(chan error)
	go func() {
		release, err := db.sole(t.Context(), slog.New(slog.DiscardHandler), time.Minute)
		if err == nil {
			release()
		}
		got <- err
	}()
	release()
	if err := <-got; err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

// TestNoLockBesideOtherFiles: what cannot be a database gets no lock beside it; what
// is one, or may become one, does.
func TestNoLockBesideOtherFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "notes.txt"), "hello")
	write(t, filepath.Join(dir, "empty.db"), "")
	if code := run(t.Context(), []string{"migrate", "--database", "sqlite:" + filepath.Join(dir, "full.db")}, io.Discard, io.Discard); code != 0 {
		t.Fatal(code)
	}
	for name, want := range map[string]bool{"folder": false, "notes.txt": false, "empty.db": true, "full.db": true, "new.db": true} {
		path := filepath.Join(dir, name)
		release, err := databaseFlag{Database: "sqlite:" + path}.sole(t.Context(), slog.New(slog.DiscardHandler), 0)
		if err != nil {
			t.Fatal(err)
		}
		release()
		if _, err := os.Stat(path + ".lock"); (err == nil) != want {
			t.Errorf("%s: a lock beside it is %v, want %v", name, err == nil, want)
		}
	}
}
