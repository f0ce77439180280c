package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"territoires": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv("GORACE", "atexit_sleep_ms=0") // or each command that the race detector watches ends a second late
			return nil
		},
	})
}

// exits runs a command and compares its exit code, which testscript's own exec
// does not tell apart: exits CODE COMMAND [ARGUMENT …]. Something must be said
// on standard error.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var code *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &code) || code.ExitCode() != want || neg {
		ts.Fatalf("%v: %v; want exit code %d", args[1:], err, want)
	}
	if stderr := ts.ReadFile("stderr"); !strings.Contains(stderr, "territoires: ") {
		ts.Fatalf("%v says nothing on standard error", args[1:])
	}
}

// TestTableFits prints every list at several widths of a terminal.
func TestTableFits(t *testing.T) {
	t.Parallel()
	for _, width := range []int{45, 60, 80, 120, 200} {
		for _, args := range [][]string{{"list"}, {"list", "--phase", "II"}, {"find", "nord", "--limit", "50"}, {"find", "--near", "47,2"}} {
			var out, stderr bytes.Buffer
			if code := run(args, &screen{Writer: &out, width: width}, &stderr); code != 0 {
				t.Fatalf("%v: exit code %d, %s", args, code, &stderr)
			}
			header, _, _ := strings.Cut(out.String(), "\n")
			if !strings.HasPrefix(header, "ID ") || strings.Contains(out.String(), "\x1b") {
				t.Errorf("%v: header %q", args, header)
			}
			for line := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%v at %d columns has a line of %d: %q", args, width, n, line)
				}
			}
		}
	}
}

// TestVTEOnTerminal wants sentences whole on a narrow terminal, and one that two
// sources share only once.
func TestVTEOnTerminal(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(name, []byte(`{"vte": {
		"requested": "2022-01-10", "company": {"naf": "25.62B", "headcount": 120, "turnover": 1800000000, "head_office": "FR"},
		"candidate": {"status": "student", "level": 3},
		"placement": {"mission": "innovation", "contract": "apprentissage", "start": "2022-02-01", "months": 10, "charter": true}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, stderr bytes.Buffer
	if code := run([]string{"vte", "check", "--lang", "en", name}, &screen{Writer: &out, width: 40}, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	for _, want := range []string{
		"disputed on 2022-01-10, the day of the request: its rules and aids apply\n",
		"\ndisputed  vte.placement.months\n" +
			"  A contract of alternance must last at least 12 months.\n    Le Moci, citant Bpifrance, from 23 May 2019: not met\n" +
			"  A contract of alternance must last at least 10 months.\n    Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: met\n",
		"mid-sized enterprise.\n    CNER, from 16 May 2019: met\n    Cap Métiers",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing from\n%s", want, &out)
		}
	}
}

func TestColor(t *testing.T) {
	t.Parallel()
	var out, stderr bytes.Buffer
	if code := run([]string{"show", "ti-9303"}, &screen{Writer: &out, width: 80, color: true}, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	if !strings.HasPrefix(out.String(), "\x1b[1mCarros\x1b[0m") {
		t.Errorf("the name is not bold: %q", out.String()[:40])
	}
	// A file is no terminal, whatever the environment says.
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if s := newScreen(f, os.Getenv); s.color || s.width != 0 {
		t.Errorf("a file is a terminal: %+v", s)
	}
}

func TestWantsColor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, value string
		want        bool
	}{
		{"TERM", "xterm", true}, {"TERM", "dumb", false}, {"NO_COLOR", "1", false}, {"NO_COLOR", "", true},
	} {
		got := wantsColor(func(name string) string { return map[string]string{tt.name: tt.value}[name] })
		if got != tt.want {
			t.Errorf("with %s=%q: %v; want %v", tt.name, tt.value, got, tt.want)
		}
	}
}

// TestReportsWriteErrors fails standard output.
func TestReportsWriteErrors(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"list"}, {"list", "--format", "json"}, {"export"}, {"completion", "bash"}, {"version"}, {"list", "--format", "csv"}, {"--version"}, {"--help"}, {"find", "--help"}} {
		var stderr bytes.Buffer
		if code := run(args, &screen{Writer: broken{}}, &stderr); code != 1 || !strings.Contains(stderr.String(), "no space") {
			t.Errorf("%v to a full disk: exit code %d, %q", args, code, &stderr)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestLanguage wants the language of the environment, and French without one.
func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{}, "fr"},
		{map[string]string{"LANG": "C.UTF-8"}, "fr"},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, "fr"},
		{map[string]string{"LANG": "en_GB.UTF-8"}, "en"},
		{map[string]string{"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR"}, "fr"},
		{map[string]string{"LANG": "fr_FR", "LC_MESSAGES": "en_US"}, "en"},
	} {
		if got := language(func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("with %v: %q; want %q", tt.env, got, tt.want)
		}
	}
}
