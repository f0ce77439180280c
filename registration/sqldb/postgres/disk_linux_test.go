package postgres_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/internal/smalldisk"
	"github.com/territoires-industrie/sdk/registration"
)

// TestDiskFull: nothing that was acknowledged is lost, readers go on, and the store
// takes changes again as soon as there is room.
func TestDiskFull(t *testing.T) {
	dir := smalldisk.Mount(t, "32m")
	if dir == "" {
		return
	}
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	server := pgtest.Start(t, "-c", "fsync=off", "-c", "shared_buffers=16MB")
	s := open(t, server.DatabaseIn(t, data))
	slug := meeting(t, s)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	if err := fill(filler); err != nil {
		t.Fatal(err)
	}
	var kept []string
	add := func() error {
		email := fmt.Sprintf("orga%d.%s@exemple.fr", len(kept), strings.Repeat("a", 40))
		err := add(t, s, email)
		if err == nil {
			kept = append(kept, email)
		}
		return err
	}
	for n := 0; ; n++ { // until no page that is there has room
		if err := add(); err != nil {
			if !errors.Is(err, registration.ErrUnavailable) {
				t.Errorf("a change on a full disk = %v; want ErrUnavailable", err)
			}
			break
		}
		if n > 10_000 {
			t.Fatal("the disk is never full")
		}
	}
	for range 3 {
		if err := add(); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a change on a full disk = %v; want ErrUnavailable", err)
		}
	}
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Ready on a full disk = %v; want ErrUnavailable", err)
	}
	wantKept := func() {
		t.Helper()
		for _, email := range kept {
			if !there(t, s, email) {
				t.Errorf("%s was acknowledged and is gone", email)
			}
		}
	}
	wantKept()
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := add(); err != nil {
			t.Errorf("a change once there is room again = %v", err)
		}
	}
	if err := join(t, s, slug); err != nil {
		t.Errorf("a sign-up once there is room again = %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready once there is room again = %v", err)
	}
	wantKept()
}

// fill writes a file until the disk is full.
func fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for b := make([]byte, 4096); err == nil; {
		_, err = f.Write(b)
	}
	return nil
}
