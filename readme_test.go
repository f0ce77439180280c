package sdk_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadmeProgram builds the first Go program of the README as it stands there,
// and compares what it prints with what the README says.
func TestReadmeProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "\n```go\n")
	program, rest, ok2 := strings.Cut(rest, "\n```\n")
	_, rest, ok3 := strings.Cut(rest, "\n```text\n")
	want, _, ok4 := strings.Cut(rest, "\n```\n")
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatal("the README has no program with its output")
	}
	got, err := exec.CommandContext(t.Context(), build(t, program)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want+"\n", string(got)); diff != "" {
		t.Errorf("the program prints something else (-README +program):\n%s", diff)
	}
}

// build compiles a program as if it lay in this module, without leaving a file
// there, and returns where the executable is.
func build(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	main, overlay, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "exe")
	here, err := filepath.Abs("internal/readme/main.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{here: main}})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{main: []byte(program), overlay: text} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", exe, "./internal/readme")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// TestReadmePackages wants every public package of the library in the README's
// table, and nothing there that is no folder.
func TestReadmePackages(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		rows[m[1]] = true
		if files, _ := filepath.Glob(filepath.Join(m[1], "*.go")); len(files) == 0 {
			t.Errorf("%s is no package", m[1])
		}
	}
	folders, err := filepath.Glob("territoires/*/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(folders, "territoires/doc.go", "territoires/document/document.go") {
		if dir := filepath.ToSlash(filepath.Dir(f)); !rows[dir] {
			t.Errorf("the README's table lacks %s", dir)
		}
	}
}
