package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestFileMovedAway: nothing is acknowledged into a file that is no longer
// where it was opened, none is made in its place, and all goes on when it is
// back.
func TestFileMovedAway(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rencontre.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		i, err := os.Stat(name)
		if err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want mode 0600", name, i.Mode(), err)
		}
	}
	m := registration.Shipped()
	put := func(seats registration.Seats) error {
		m.Seats = seats
		return s.PutMeeting(t.Context(), m)
	}
	if err := errors.Join(put(1), s.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // also on the connection that comes after the first
		if err := put(2); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("written while the file is away: %v, want ErrUnavailable", err)
		}
	}
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("ready while the file is away: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was made in its place (%v)", err)
	}
	if err := os.Rename(path+".moved", path); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(put(3), s.Ready(t.Context())); err != nil {
		t.Errorf("after the file came back: %v", err)
	}
	if got, err := s.Meeting(t.Context(), m.Slug); got.Seats != 3 || err != nil {
		t.Errorf("%d seats, %v; want 3", got.Seats, err)
	}
}
