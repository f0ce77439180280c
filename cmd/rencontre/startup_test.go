package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// TestWarnings: what is dangerous in the way the site was started is said, and what
// is not is not.
func TestWarnings(t *testing.T) {
	t.Parallel()
	const url = "postgres://site:hunter2@db.example/site"
	for _, tt := range []struct {
		name, database, base, listen string
		args, environment            []string
		want                         []string // beginnings
	}{
		{"safe", "sqlite:x.db", "https://x.example", "127.0.0.1:80", nil, nil, nil},
		{"password typed", url, "https://x.example", "127.0.0.1:80", []string{"serve", "--database", url}, nil, []string{"--database has a password"}},
		{"password typed with =", url, "https://x.example", "127.0.0.1:80", []string{"serve", "--database=" + url}, nil, []string{"--database has a password"}},
		{"password in the query", "postgres://db.example/site?user=a&password=hunter2", "https://x.example", "127.0.0.1:80",
			[]string{"--database=postgres://db.example/site?user=a&password=hunter2"}, nil, []string{"--database has a password"}},
		{"password in the environment", url, "https://x.example", "127.0.0.1:80", []string{"serve"}, []string{"RENCONTRE_DATABASE=" + url}, nil},
		{"no password", "postgres://site@db.example/site", "https://x.example", "127.0.0.1:80", []string{"--database=postgres://site@db.example/site"}, nil, nil},
		{"plain http", "sqlite:x.db", "http://x.example", "127.0.0.1:80", nil, nil, []string{"--base-url is plain http"}},
		{"plain http at home", "sqlite:x.db", "http://localhost:8080", "127.0.0.1:80", nil, nil, nil},
		{"plain http at ::1", "sqlite:x.db", "http://[::1]:8080", "127.0.0.1:80", nil, nil, nil},
		{"public listener", "sqlite:x.db", "https://x.example", "203.0.113.7:80", nil, nil, []string{"--listen is an address that others can reach"}},
		{"every address", "sqlite:x.db", "https://x.example", "0.0.0.0:80", nil, nil, []string{"--listen is an address that others can reach"}},
		{"private listener", "sqlite:x.db", "https://x.example", "10.0.0.7:80", nil, nil, nil},
		{"unknown variable", "sqlite:x.db", "https://x.example", "127.0.0.1:80", nil, []string{"RENCONTRE_COLOUR=blue", "HOME=/"}, []string{"RENCONTRE_COLOUR is no variable"}},
	} {
		c := serveCmd{databaseFlag: databaseFlag{Database: tt.database}, BaseURL: tt.base, Limits: "on"}
		addr, err := net.ResolveTCPAddr("tcp", tt.listen)
		if err != nil {
			t.Fatal(err)
		}
		got := c.warnings(addr, tt.args, tt.environment)
		ok := len(got) == len(tt.want)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.HasPrefix(got[i], tt.want[i]) && !strings.Contains(got[i], "hunter2")
		}
		if !ok {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestVersion: a release has its name, a checkout its commit, and a build that knows
// of neither says nothing of them.
func TestVersion(t *testing.T) {
	t.Parallel()
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":                           {GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.3"}},
		"(devel) 0123456789ab, go1.26.0":   {GoVersion: "go1.26.0", Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{setting("vcs.revision", "0123456789abcdef"), setting("vcs.modified", "false")}},
		"(devel) 0123, modified, go1.26.0": {GoVersion: "go1.26.0", Settings: []debug.BuildSetting{setting("vcs.revision", "0123"), setting("vcs.modified", "true")}},
		"(devel), go1.26.0":                {GoVersion: "go1.26.0", Settings: []debug.BuildSetting{setting("-trimpath", "true")}},
		"(unknown)":                        nil,
	} {
		if got := described(info); got != want {
			t.Errorf("described(%+v) = %q, want %q", info, got, want)
		}
	}
}

// TestWrongSettingsTouchNoDatabase: a setting that is wrong is found before a database
// is made or upgraded, and before a lock or a key stand beside it.
func TestWrongSettingsTouchNoDatabase(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"--base-url=example", "--security-contact=foo bar", "--mail-per-second=-1", "--mail-per-domain=NaN", "--metrics=nonsense", "--trusted-proxy=x", "--from=nobody",
	} {
		dir := t.TempDir()
		var errw bytes.Buffer
		code := run(t.Context(), []string{"serve", "--database", "sqlite:" + filepath.Join(dir, "a.db"), "--smtp", "smtp://127.0.0.1:9?tls=none",
			"--from", "a@example.org", "--base-url", "http://127.0.0.1:0", "--listen", "127.0.0.1:0", wrong}, io.Discard, &errw)
		left, err := os.ReadDir(dir)
		if code == 0 || err != nil || len(left) > 0 {
			t.Errorf("%s: code %d, %v, %d files made: %s", wrong, code, err, len(left), &errw)
		}
	}
}
