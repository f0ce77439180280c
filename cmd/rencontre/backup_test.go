package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestBackupKeepsTheKey: each backup has beside it the key that the settings name,
// with either engine. Commands of our own are not its business.
func TestBackupKeepsTheKey(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, database, file, want string
	}{
		{"beside the database", "sqlite:site.db", "", "beside"},
		{"named, SQLite", "sqlite:site.db", "named", "named"},
		{"named, PostgreSQL", "postgres:///rencontre?host=/var/run/postgresql", "named", "named"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "backups"), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "site.db.secret"), "beside")
			write(t, filepath.Join(dir, "named"), "named")
			if err := os.Chmod(write(t, filepath.Join(dir, "rencontre"), "#!/bin/sh\necho $1\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			killed := filepath.Join(dir, "backups", ".backup-1")
			if err := os.Mkdir(killed, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(killed, "whole.db"), "people")
			if err := os.Chtimes(killed, time.Time{}, time.Now().AddDate(0, 0, -16)); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", deployed(t, "backup"))
			cmd.Dir = dir
			cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "BACKUPS=backups", "KEEP_DAYS=14", "RENCONTRE_DATABASE=" + tt.database, "RENCONTRE_SECRET_FILE=" + tt.file}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if _, err := os.Stat(killed); err == nil {
				t.Error("what a killed backup left behind is kept for good")
			}
			got := map[string]string{}
			for name, pattern := range map[string]string{"secret": "????-??-??-??????.secret", "erasures": "erasures"} {
				found, err := filepath.Glob(filepath.Join(dir, "backups", pattern))
				if err != nil || len(found) != 1 {
					t.Fatalf("%s: %q, %v", name, found, err)
				}
				b, err := os.ReadFile(found[0])
				if err != nil {
					t.Error(err)
				}
				got[name] = string(b)
			}
			if diff := cmp.Diff(map[string]string{"secret": tt.want, "erasures": "erasures\n"}, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
