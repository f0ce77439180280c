package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/smalldisk"
)

// TestBackupsOnAFullDisk: the nightly backup deletes what is too old before it needs
// the room, touches nothing else, and keeps the last good one however old that is.
// It says what it has not done.
func TestBackupsOnAFullDisk(t *testing.T) {
	backups := smalldisk.Mount(t, "4m")
	if backups == "" {
		return
	}
	database := "sqlite:" + filepath.Join(t.TempDir(), "rencontre.db")
	if code := run(t.Context(), []string{"migrate", "--database", database}, new(bytes.Buffer), new(bytes.Buffer)); code != 0 {
		t.Fatal(code)
	}
	write(t, strings.TrimPrefix(database, "sqlite:")+".secret", strings.Repeat("k", 40))
	bin := t.TempDir()
	if err := os.Chmod(write(t, filepath.Join(bin, "date"), "#!/bin/sh\nexec /bin/date -d \"$AT\" \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	nights := 0
	backup := func() (string, error) {
		nights++
		cmd := exec.CommandContext(t.Context(), "sh", "../../docs/deploy/backup")
		cmd.Env = append(os.Environ(), "RENCONTRE_DATABASE="+database, "BACKUPS="+backups, "KEEP_DAYS=14",
			"PATH="+bin+":"+os.Getenv("PATH"), fmt.Sprintf("AT=2019-06-%02d 03:30:00", nights))
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	put := func(name string, size int, age time.Duration) {
		t.Helper()
		path := write(t, filepath.Join(backups, name), strings.Repeat("b", size))
		if err := os.Chtimes(path, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	names := func() (list []string) {
		t.Helper()
		all, err := os.ReadDir(backups)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			list = append(list, e.Name())
		}
		return slices.DeleteFunc(list, func(s string) bool { return s == "erasures" })
	}

	// Too old ones, and what was left of one that was killed, make room.
	put("2019-05-01-033000.backup", 2<<20, 20*day)
	put("2019-05-01-033000.secret", 40, 20*day)
	put("2019-05-31-033000.backup", 100<<10, day)
	put("2019-05-31-033000.secret", 40, day)
	put(".backup-killed", 1500<<10, 2*day)
	if out, err := backup(); err != nil {
		t.Fatalf("with room once the old ones are gone: %v\n%s", err, out)
	}
	made := names()
	if len(made) != 4 || made[0] != "2019-05-31-033000.backup" {
		t.Fatalf("%q are left, want yesterday's and the new one", made)
	}

	// A disk that somebody else fills.
	if err := os.WriteFile(filepath.Join(backups, "filler"), make([]byte, 8<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	for _, age := range []time.Duration{0, 30 * day} {
		for i, name := range made {
			at := time.Now().Add(-age).Add(time.Duration(i/2) * time.Minute)
			if err := os.Chtimes(filepath.Join(backups, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		out, err := backup()
		if err == nil || !strings.Contains(out, "no backup was made") || !strings.Contains(out, strings.TrimSuffix(made[2], ".backup")) {
			t.Errorf("on a full disk: %v\n%s\nwant an error that names the newest backup", err, out)
		}
		want := append(slices.Clone(made), "filler")
		if age > 0 {
			want = append(slices.Clone(made[2:]), "filler") // too old, but the last good one
		}
		if diff := cmp.Diff(want, names()); diff != "" {
			t.Errorf("aged %v (-want +got):\n%s", age, diff)
		}
	}

	// With room again it goes on by itself.
	if err := os.Remove(filepath.Join(backups, "filler")); err != nil {
		t.Fatal(err)
	}
	if out, err := backup(); err != nil {
		t.Errorf("with room again: %v\n%s", err, out)
	}
	if got := names(); len(got) != 2 {
		t.Errorf("%q are left, want the new one, with its key", got)
	}
}
