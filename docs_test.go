package sdk_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// named is what the documents write as code: `registration/desk.go`.
var named = regexp.MustCompile("`([^`\\s]+)`|\\]\\(([^)#\\s]+)\\)")

// block is a program or a picture, which names no paths.
var block = regexp.MustCompile("(?s)\n```.*?\n```")

// TestPathsInDocuments holds the guides to the tree: every path of this module
// that they name is there.
func TestPathsInDocuments(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{"README.md", "README.fr.md", "CONTRIBUTING.md", "docs/architecture.md"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, m := range named.FindAllStringSubmatch(block.ReplaceAllString(string(text), ""), -1) {
			p := m[1]
			if m[2] != "" {
				if strings.Contains(m[2], "://") {
					continue
				}
				p = path.Join(path.Dir(doc), m[2])
			} else if !isPath(p) {
				continue
			}
			found++
			if _, err := os.Stat(p); err != nil {
				t.Errorf("%s names %s, which is not there", doc, p)
			}
		}
		if found < 5 {
			t.Errorf("%s: found %d paths: looked for them in the wrong way", doc, found)
		}
	}
}

// isPath reports whether a piece of code names a file or a folder of this module.
func isPath(s string) bool {
	first, rest, ok := strings.Cut(s, "/")
	if !ok {
		return strings.HasSuffix(s, "_test.go")
	}
	switch first {
	case "registration", "territoires", "cmd", "examples", "internal", "docs":
		return !strings.Contains(rest, "...")
	}
	return false
}

// TestDeploymentInBothLanguages: the two guides give the same commands in the
// same order, and every file that they install is there.
func TestDeploymentInBothLanguages(t *testing.T) {
	t.Parallel()
	blocks := func(doc string) []string {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		return block.FindAllString(string(text), -1)
	}
	french, english := blocks("docs/deploiement.md"), blocks("docs/deployment.md")
	if len(english) < 10 {
		t.Fatalf("%d blocks: looked for them in the wrong way", len(english))
	}
	if diff := cmp.Diff(english, french); diff != "" {
		t.Errorf("the commands differ (-English +French):\n%s", diff)
	}
	files := regexp.MustCompile(`docs/deploy/[^\s]+`).FindAllString(strings.Join(english, "\n"), -1)
	if len(files) < 5 {
		t.Fatalf("%d files: looked for them in the wrong way", len(files))
	}
	for _, f := range files {
		if _, err := os.Stat(f); err != nil {
			t.Error(err)
		}
	}
}

// TestNoConflictMarks: no merge was left half done in what no compiler reads.
func TestNoConflictMarks(t *testing.T) {
	t.Parallel()
	read := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && strings.HasPrefix(d.Name(), ".") && path != "." {
				return fs.SkipDir
			}
			return err
		}
		switch filepath.Ext(path) {
		case ".html", ".css", ".js", ".yaml", ".md", ".csv", ".sql", ".txt", ".txtar":
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		read++
		if regexp.MustCompile(`(?m)^(<{7} |>{7} )`).Match(text) {
			t.Errorf("%s has the marks of a conflict", path)
		}
		return err
	})
	if err != nil || read < 100 {
		t.Fatalf("%d files read: %v", read, err)
	}
}
