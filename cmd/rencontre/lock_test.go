package main

import (
	"log/slog"
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
