package sdk_test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The most that still fits in a head: lines of a file without tests, lines of
// the median file, and files at the root of registration.
const (
	longest   = 400
	median    = 200
	roomFiles = 26
	room      = "registration"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	var lines []int
	files := map[string]int{} // by folder
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata"):
			return filepath.SkipDir
		case e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n := bytes.Count(text, []byte("\n"))
		if n > longest {
			t.Errorf("%s has %d lines: at most %d", path, n, longest)
		}
		lines = append(lines, n)
		files[filepath.ToSlash(filepath.Dir(path))]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) < 100 || files[room] == 0 {
		t.Fatalf("found %d files, %d of them in %s: looked in the wrong place", len(lines), files[room], room)
	}
	slices.Sort(lines)
	if n := lines[len(lines)/2]; n > median {
		t.Errorf("the median file has %d lines: at most %d", n, median)
	}
	if n := files[room]; n > roomFiles {
		t.Errorf("%s has %d files at its root: at most %d", room, n, roomFiles)
	}
}

// TestSizesOfSchemas: the schemas of both engines have one migration of each
// number, without a gap. Two that were written at the same time merge without a
// conflict, and no database opens.
func TestSizesOfSchemas(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob("registration/sqldb/" + engine + "/migrations/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%d migrations, %v", len(files), err)
		}
		for i, file := range files { // sorted
			if want := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(filepath.Base(file), want) {
				t.Errorf("%s: want %s… next", file, want)
			}
		}
	}
}

// TestFirstFileTellsTheStory: each package has one comment, where a reader looks for
// it: in doc.go, in main.go, in the file of the package's name, or in the first.
func TestFirstFileTellsTheStory(t *testing.T) {
	t.Parallel()
	packages := 0
	for _, line := range list(t, "{{.Dir}}\t{{.Name}}\t{{join .GoFiles \" \"}}", "./...") {
		fields := strings.Split(line, "\t")
		files := strings.Fields(fields[2])
		if len(files) == 0 { // tests alone
			continue
		}
		packages++
		first := files[0]
		for _, f := range []string{fields[1] + ".go", "main.go", "doc.go"} { // the last has the say
			if slices.Contains(files, f) {
				first = f
			}
		}
		var commented []string
		for _, f := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(fields[0], f), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if tree.Doc.Text() != "" {
				commented = append(commented, f)
			}
		}
		if !slices.Equal(commented, []string{first}) {
			t.Errorf("%s: the package comment is in %v: want it in %s alone", fields[0], commented, first)
		}
	}
	if packages < 30 {
		t.Fatalf("found %d packages: looked in the wrong place", packages)
	}
}
