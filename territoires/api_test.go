package territoires_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write api.txt anew, when a change of the API has been decided")

// apiPackages are the public packages of the library, by folder.
var apiPackages = []string{".", "agreement", "cog", "document", "programme", "sirene", "validation", "vte"}

// TestAPI compares what the packages export with api.txt: one line for each
// function, method, type, field, constant and variable, so that a change of the
// API is seen and decided. Comments are not part of it, JSON names and tags are.
func TestAPI(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, dir := range apiPackages {
		lines = append(lines, exported(t, dir)...)
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("api.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("api.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the API has changed (-api.txt +code); if it was decided: go test ./territoires -run TestAPI -update\n%s", diff)
	}
}

// TestShortDoc keeps what a reader meets first to what a screen or two hold.
func TestShortDoc(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "doc", "-short", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(out, []byte("\n")); n < 30 || n > 90 {
		t.Errorf("go doc -short has %d lines; want at most 90", n)
	}
}

// TestAPIListsAllPackages finds folders that apiPackages lacks.
func TestAPIListsAllPackages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if dir := filepath.Dir(f); !slices.Contains(apiPackages, dir) {
			t.Errorf("package %s is not in the list", dir)
		}
	}
}

// TestExamples wants an example for each function of each package, and for the
// main methods of its documents.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, dir := range apiPackages {
		examples := map[string]bool{}
		for _, e := range doc.Examples(parse(t, dir, true)...) {
			examples[e.Name] = true
			if at := strings.LastIndexByte(e.Name, '_'); at > 0 {
				examples[e.Name[:at]] = true // an example with a suffix
			}
			if e.Output == "" && !e.EmptyOutput {
				t.Errorf("%s: Example%s is not run: it has no output", dir, e.Name)
			}
		}
		for _, f := range parse(t, dir, false) {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && isEntry(fn) && !examples[exampleName(fn)] {
					t.Errorf("%s: Example%s is missing", dir, exampleName(fn))
				}
			}
		}
	}
}

// entryTypes are the types whose methods are ways into a package, as functions
// are; plumbing are the methods that need no example anywhere.
var (
	entryTypes = []string{"Vintage", "Territory", "Protocol", "Dossier", "VTE", "Company", "Organisation", "FieldError", "ParseError", "Outline", "Date"}
	plumbing   = []string{
		"String", "Kind", "MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON", "Equal", "Error", "IsZero", "Valid", "Value", "Scan",
		"Before", "After", "Compare", "Name", "Unwrap", "Malformed", "Unknown",
	}
)

func isEntry(fn *ast.FuncDecl) bool {
	if !fn.Name.IsExported() || fn.Recv == nil {
		return fn.Name.IsExported()
	}
	return slices.Contains(entryTypes, receiver(fn.Recv.List[0].Type)) && !slices.Contains(plumbing, fn.Name.Name)
}

func exampleName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	return receiver(fn.Recv.List[0].Type) + "_" + fn.Name.Name
}

// parse reads the files of a package, or those of its tests.
func parse(t *testing.T, dir string, tests bool) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") != tests {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		t.Fatalf("no files in %s", dir)
	}
	return files
}

// exported lists what a package exports, sorted.
func exported(t *testing.T, dir string) []string {
	t.Helper()
	name, lines := "", []string(nil)
	add := func(parts ...string) { lines = append(lines, "pkg "+name+", "+strings.Join(parts, "")) }
	for _, f := range parse(t, dir, false) {
		name = f.Name.Name
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type))) {
					d.Body, d.Doc = nil, nil
					add(code(d))
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					addSpec(add, d.Tok, spec)
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func addSpec(add func(...string), tok token.Token, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for i, n := range spec.Names {
			if !n.IsExported() {
				continue
			}
			line := tok.String() + " " + n.Name
			if spec.Type != nil {
				line += " " + code(spec.Type)
			}
			if tok == token.CONST && i < len(spec.Values) {
				line += " = " + code(spec.Values[i])
			}
			add(line)
		}
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			addType(add, spec)
		}
	}
}

// addType writes a struct and an interface member by member.
func addType(add func(...string), spec *ast.TypeSpec) {
	head := "type " + spec.Name.Name
	if spec.TypeParams != nil {
		head += "[…]"
	}
	switch x := spec.Type.(type) {
	case *ast.StructType:
		add(head, " struct")
		for _, f := range x.Fields.List {
			tag := ""
			if f.Tag != nil {
				tag = " " + f.Tag.Value
			}
			if f.Names == nil {
				add(head, " struct, embedded ", code(f.Type), tag)
			}
			for _, n := range f.Names {
				if n.IsExported() {
					add(head, " struct, ", n.Name, " ", code(f.Type), tag)
				}
			}
		}
	case *ast.InterfaceType:
		add(head, " interface")
		for _, f := range x.Methods.List {
			if f.Names == nil {
				add(head, " interface, embedded ", code(f.Type))
			}
			for _, n := range f.Names {
				add(head, " interface, ", n.Name, strings.TrimPrefix(code(f.Type), "func"))
			}
		}
	default:
		add(head, " ", code(spec.Type))
	}
}

func receiver(x ast.Expr) string {
	if p, ok := x.(*ast.StarExpr); ok {
		x = p.X
	}
	return code(x)
}

// code prints a node on one line, without comments.
func code(n ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, token.NewFileSet(), n); err != nil {
		panic(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
