package data_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSourcesAreCited wants each source to be named by a table or by the code:
// one that bears out nothing is a fact that was lost.
func TestSourcesAreCited(t *testing.T) {
	t.Parallel()
	tables, _ := filepath.Glob("*.csv")
	code, _ := filepath.Glob("../../*.go")
	packages, _ := filepath.Glob("../../*/*.go")
	var text strings.Builder
	for _, name := range slices.Concat(tables, code, packages) {
		if b, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		} else if !strings.HasSuffix(name, "_test.go") && name != "sources.csv" {
			text.Write(b)
		}
	}
	list, err := os.ReadFile("sources.csv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if key, _, _ := strings.Cut(line, ";"); key != "key" && !regexp.MustCompile(`[;" ]`+regexp.QuoteMeta(key)+`[" \n]`).MatchString(text.String()) {
			t.Errorf("nothing cites %s", key)
		}
	}
}

// TestDigests compares every embedded table with SOURCES.md, so that none
// changes without its origin being looked at.
func TestDigests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	own, _ := filepath.Glob("*.csv")
	places, _ := filepath.Glob("../../cog/data/*.*")
	if len(own) != 16 || len(places) != 5 {
		t.Errorf("tables %v and %v; want 16 and 5", own, places)
	}
	size := 0
	for _, name := range append(own, places...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(b)); !strings.Contains(string(text), sum) {
			t.Errorf("%s has SHA-256 %s, which SOURCES.md does not name: run go generate", name, sum)
		}
		size += len(b)
	}
	if size > 1_800_000 {
		t.Errorf("the tables take %d bytes; want at most 1.8 MB", size)
	}
}
