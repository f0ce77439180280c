package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/uuid"
	"github.com/territoires-industrie/sdk/internal/smalldisk"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// TestDiskFull: nothing that was acknowledged is lost, readers go on, and the
// store takes changes again as soon as there is room.
func TestDiskFull(t *testing.T) {
	dir := smalldisk.Mount(t, "3m")
	if dir == "" {
		return
	}
	path := filepath.Join(dir, "sign-ups.db")
	s := open(t, path)
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	var kept []string
	add := func() error {
		email := fmt.Sprintf("orga%d.%s@exemple.fr", len(kept), strings.Repeat("a", 40))
		err := put(t.Context(), s, email)
		if err == nil {
			kept = append(kept, email)
		}
		return err
	}
	for n := 0; ; n++ {
		err := add()
		if err != nil {
			if !errors.Is(err, registration.ErrUnavailable) {
				t.Errorf("a change on a full disk = %v; want ErrUnavailable", err)
			}
			break
		}
		if n > 100_000 {
			t.Fatal("the disk is never full")
		}
	}
	for range 3 {
		if err := add(); !errors.Is(err, registration.ErrUnavailable) {
			t.Errorf("a change on a full disk = %v; want ErrUnavailable", err)
		}
	}
	if len(kept) < 10 {
		t.Errorf("only %d changes before the disk was full", len(kept))
	}
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Ready on a full disk = %v; want ErrUnavailable", err)
	}
	wantKept(t, s, kept)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := add(); err != nil {
			t.Errorf("a change once there is room again = %v", err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s = open(t, path)
	defer s.Close()
	wantKept(t, s, kept)
	if err := sqlite.Backup(t.Context(), path, filepath.Join(t.TempDir(), "backup")); err != nil {
		t.Errorf("a backup to another disk: %v", err)
	}
}

func wantKept(t *testing.T, s *sqldb.Store, kept []string) {
	t.Helper()
	for _, email := range kept {
		if _, err := s.Organiser(t.Context(), uuid.NewSHA1(uuid.NameSpaceURL, []byte(email))); err != nil {
			t.Errorf("%s was acknowledged: %v", email, err)
		}
	}
}

// TestBackupDiskFull: a backup for which there is no room says so, and leaves
// neither half of itself nor the older one spoilt.
func TestBackupDiskFull(t *testing.T) {
	dir := smalldisk.Mount(t, "3m")
	if dir == "" {
		return
	}
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	open(t, path).Close()
	file := filepath.Join(dir, "backup")
	if err := sqlite.Backup(t.Context(), path, file); err != nil {
		t.Fatal(err)
	}
	older, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 3<<20-len(older)-64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Backup(t.Context(), path, file); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a backup to a full disk = %v; want one line", err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != string(older) {
		t.Errorf("the older backup was spoilt: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
}

// TestReadOnly: a file system that takes no writes is one clear line, and works
// once it does.
func TestReadOnly(t *testing.T) {
	dir := smalldisk.Mount(t, "3m")
	if dir == "" {
		return
	}
	old, fresh := filepath.Join(dir, "sign-ups.db"), filepath.Join(dir, "fresh.db")
	open(t, old).Close()
	remount := func(flags uintptr) {
		if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|flags, "size=3m"); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	for _, path := range []string{old, fresh} {
		_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		wantLine(t, err, registration.ErrUnavailable, path)
	}
	remount(0)
	for _, path := range []string{old, fresh} {
		open(t, path).Close()
	}
}

// TestWriterTakesNothing: a file that takes no writes while it is open, as on a disk
// that the system has made read-only, is answered with ErrUnavailable and not ready;
// the next change tries it on a new connection.
func TestWriterTakesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "sign-ups.db"))
	defer s.Close()
	if err := put(t.Context(), s, "avant@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	err := s.Engine().Write(t.Context(), func(ctx context.Context, q sqldb.Querier) error {
		_, err := q.ExecContext(ctx, "PRAGMA query_only(1)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), s, "pendant@exemple.fr"); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("a change = %v; want ErrUnavailable", err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, registration.ErrUnavailable) {
		t.Errorf("Ready = %v; want ErrUnavailable", err)
	}
	wantKept(t, s, []string{"avant@exemple.fr"})
	if err := put(t.Context(), s, "après@exemple.fr"); err != nil {
		t.Errorf("the next change = %v", err)
	}
}
