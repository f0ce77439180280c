package sdk_test

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/territoires-industrie/sdk"

// pages says what the pages of one kind of visitor may import: the kernel, but
// not the pages of another.
var pages = []string{
	"registration/address", "registration/link", "registration/meetingfile",
	"registration", "registration/team", "registration/locale", "registration/ticket", "registration/export", "registration/print",
	"registration/web/internal/kernel", "territoires/...",
}

// arrows says, for each package that is not a leaf, which packages of this
// module it may import. What is not listed may import none.
var arrows = map[string][]string{
	".":                                {},
	"territoires":                      {"territoires/sirene", "territoires/cog", "territoires/internal/data", "territoires/internal/text"},
	"territoires/programme":            {"territoires", "territoires/cog", "territoires/internal/data", "territoires/internal/text"},
	"territoires/validation":           {"territoires", "territoires/sirene", "territoires/cog", "territoires/internal/text"},
	"territoires/agreement":            {"territoires", "territoires/sirene", "territoires/cog", "territoires/programme", "territoires/validation", "territoires/internal/text"},
	"territoires/vte":                  {"territoires", "territoires/sirene", "territoires/cog", "territoires/validation", "territoires/internal/data", "territoires/internal/text"},
	"territoires/document":             {"territoires", "territoires/sirene", "territoires/cog", "territoires/agreement", "territoires/vte", "territoires/validation"},
	"territoires/internal/sample":      {"territoires", "territoires/..."},
	"territoires/internal/gen":         {"territoires/..."},
	"registration/link":                {},
	"registration/address":             {},
	"registration":                     {"territoires", "territoires/validation", "territoires/programme", "registration/address", "registration/link"},
	"registration/meetingfile":         {"registration", "territoires", "territoires/validation"},
	"registration/courier":             {"registration"},
	"registration/team":                {"registration", "registration/address", "registration/link", "territoires"},
	"registration/sqldb":               {"registration", "registration/address", "registration/team"},
	"registration/sqldb/sqlite":        {"registration", "registration/sqldb"},
	"registration/sqldb/postgres":      {"registration", "registration/sqldb"},
	"registration/storetest":           {"registration", "registration/team", "registration/link", "territoires"},
	"registration/ticket":              {"registration", "registration/locale", "territoires"},
	"registration/mail":                {"registration", "registration/locale", "registration/ticket"},
	"registration/mail/mailbox":        {"registration/locale"},
	"registration/export":              {"registration", "registration/locale", "territoires/..."},
	"registration/print":               {"registration", "registration/locale", "registration/ticket", "territoires/..."},
	"registration/web":                 {"registration", "registration/team", "registration/link", "registration/web/..."},
	"registration/web/attendee":        pages,
	"registration/web/organiser":       pages,
	"registration/web/desk":            pages,
	"registration/web/internal/kernel": {"registration", "registration/team", "registration/address", "registration/link", "registration/locale", "registration/ticket", "territoires/..."},
	"registration/site":                {"registration/..."},
	"internal/desktest":                {"registration", "registration/team", "registration/link", "registration/sqldb/..."},
	"cmd/...":                          {"..."},
	"examples/...":                     {"..."},
}

// validator is linked by package validation and by what imports it, alone.
const validator = "github.com/go-playground/..."

// unreachable lists what a package must not reach, even indirectly.
var unreachable = map[string][]string{
	"territoires/sirene":     {"encoding/json", "net/http", "github.com/..."},
	"territoires/cog":        {"net/http", "github.com/..."},
	"territoires":            {"net/http", "database/sql", "html/template", validator},
	"territoires/programme":  {"net/http", "database/sql", "html/template", validator},
	"territoires/validation": {"net/http", "database/sql", "html/template"},
	"territoires/agreement":  {"net/http", "database/sql", "html/template"},
	"territoires/vte":        {"net/http", "database/sql", "html/template"},
	"territoires/document":   {"net/http", "database/sql", "html/template"},
	"registration":           {"net/http", "database/sql", "html/template", "github.com/gorilla/...", "github.com/emersion/..."},
	"cmd/rencontre":          {"testing"},
}

func TestArrows(t *testing.T) {
	t.Parallel()
	used := map[string][]string{} // what packages with the same arrows import
	key := func(from string) string { return strings.Join(arrows[from], " ") }
	for _, line := range list(t, "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		pkg, imports, _ := strings.Cut(line, " ")
		from := rule(arrows, within(pkg))
		allowed := arrows[from]
		for _, imp := range strings.Fields(imports) {
			used[key(from)] = append(used[key(from)], within(imp))
			if strings.HasPrefix(imp, module) && !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, within(imp)) }) {
				t.Errorf("%s imports %s: no arrow between them", within(pkg), within(imp))
			}
		}
	}
	for from, allowed := range arrows {
		for _, to := range allowed {
			if !slices.ContainsFunc(used[key(from)], func(imp string) bool { return matches(to, imp) }) {
				t.Errorf("%s may import %s and does not: remove the arrow", from, to)
			}
		}
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	for pkg, forbidden := range unreachable {
		for _, dep := range list(t, "{{.ImportPath}}", "-deps", "./"+pkg) {
			if strings.HasPrefix(dep, module) {
				continue
			}
			for _, f := range forbidden {
				if matches(f, dep) {
					t.Errorf("%s reaches %s", pkg, dep)
				}
			}
		}
	}
}

// TestNames keeps out the package names that say nothing.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, pkg := range list(t, "{{.ImportPath}}", "./...") {
		switch base := path.Base(pkg); base {
		case "model", "models", "types", "util", "utils", "common", "helpers":
			t.Errorf("package %s: the name %q says nothing", pkg, base)
		}
	}
}

// list runs go list and returns its lines.
func list(t *testing.T, format string, args ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", format}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// within returns the path of a package within the module, "." for its root.
func within(pkg string) string {
	if p := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/"); p != "" {
		return p
	}
	return "."
}

// rule returns the key of m that speaks of pkg.
func rule(m map[string][]string, pkg string) string {
	if _, ok := m[pkg]; ok {
		return pkg
	}
	for k := range m {
		if matches(k, pkg) {
			return k
		}
	}
	return ""
}

// matches reports whether pkg is p, or is below it for a p that ends in "...".
func matches(p, pkg string) bool {
	prefix, below := strings.CutSuffix(p, "...")
	if below {
		return strings.HasPrefix(pkg, prefix) || pkg == strings.TrimSuffix(prefix, "/")
	}
	return p == pkg
}
