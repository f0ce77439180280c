package locale

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/territoires-industrie/sdk/internal/proof"
)

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

// placeholders returns those of one form of a message, sorted, each once.
func placeholders(form string) []string {
	list := placeholder.FindAllString(form, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// every returns the messages of each package beside this one that has a
// catalogue, by language and key, and by the path of the package.
func every(t *testing.T) map[string]map[string]map[string]*i18n.Message {
	t.Helper()
	all := map[string]map[string]map[string]*i18n.Message{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() != "catalogue" {
			return err
		}
		all[filepath.Dir(path)], err = messagesOf(os.DirFS(filepath.Dir(path)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if all[filepath.Join("..", "locale")] == nil {
		t.Fatal("the shared catalogue was not read")
	}
	return all
}

// messagesOf returns the messages of the catalogues of files, by language and key.
func messagesOf(files fs.FS) (map[string]map[string]*i18n.Message, error) {
	all := map[string]map[string]*i18n.Message{French: {}, English: {}}
	for lang, messages := range all {
		names, err := fs.Glob(files, "catalogue/"+lang+"/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			list, err := readCatalogue(files, name, lang)
			if err != nil {
				return nil, err
			}
			for _, m := range list {
				messages[m.ID] = m
			}
		}
	}
	return all, nil
}

func TestEveryKeyInBothLanguages(t *testing.T) {
	t.Parallel()
	for pkg, messages := range every(t) {
		t.Run(pkg, func(t *testing.T) { checkLanguages(t, messages[French], messages[English]) })
	}
}

func checkLanguages(t *testing.T, fr, en map[string]*i18n.Message) {
	t.Helper()
	if len(fr) == 0 {
		t.Fatal("no French messages: the catalogues were not read")
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(fr)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Errorf("keys (-French +English):\n%s", diff)
	}
	for key, f := range fr {
		e := en[key]
		if e == nil {
			continue
		}
		if (f.One == "") != (e.One == "") {
			t.Errorf("%s: a singular in one language only", key)
		}
		if diff := cmp.Diff(placeholders(f.Other), placeholders(e.Other)); diff != "" {
			t.Errorf("%s: placeholders (-French +English):\n%s", key, diff)
		}
	}
}

func TestMessagesAreWhole(t *testing.T) {
	t.Parallel()
	for _, languages := range every(t) {
		for lang, messages := range languages {
			for key, m := range messages {
				checkMessage(t, lang, key, m)
			}
		}
	}
}

func checkMessage(t *testing.T, lang, key string, m *i18n.Message) {
	t.Helper()
	if m.Other == "" {
		t.Errorf("%s %s: no text, or no plural", lang, key)
	}
	if m.Zero+m.Two+m.Few != "" {
		t.Errorf("%s %s: a plural form that the language does not have", lang, key)
	}
	for _, form := range []string{m.One, m.Other} {
		checkForm(t, lang, key, form)
	}
}

// checkForm looks for what must not be in a message, once its placeholders are
// filled.
func checkForm(t *testing.T, lang, key, form string) {
	t.Helper()
	filled := placeholder.ReplaceAllString(form, "X")
	for _, m := range proof.Misprints(lang, filled) {
		t.Errorf("%s %s: %v", lang, key, m)
	}
	if strings.TrimSpace(form) != form {
		t.Errorf("%s %s: space at an end", lang, key)
	}
	if strings.Contains(filled, "<") {
		t.Errorf("%s %s: markup: a message is plain text", lang, key)
	}
}

// TestKeysInUse reads the sources beside this package: each key written there
// exists in the catalogues that the package reads. Keys that are put together end
// in a point: "words.status." + s.
func TestKeysInUse(t *testing.T) {
	t.Parallel()
	all, areas := every(t), map[string]bool{}
	for _, messages := range all {
		for key := range messages[French] {
			area, _, _ := strings.Cut(key, ".")
			areas[area] = true
		}
	}
	use := regexp.MustCompile(`\b[TN]?[ (]"(` + strings.Join(slices.Sorted(maps.Keys(areas)), "|") + `)(\.[a-z0-9_.]+)"`)
	used := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".html", ".txt", ".tmpl"}, filepath.Ext(path)) {
			return err
		}
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, m := range use.FindAllStringSubmatch(string(b), -1) {
			used++
			if key := m[1] + m[2]; !slices.ContainsFunc(read(path), func(pkg string) bool { return known(all[pkg][French], key) }) {
				t.Errorf("%s: no message %s in its catalogues", path, key)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 300 {
		t.Errorf("%d keys read in the sources: too few to show anything", used)
	}
}

// read lists the packages whose catalogues the source at path has: the shared
// one, that of the kernel for pages, and its own.
func read(path string) []string {
	dir := filepath.Dir(path)
	for strings.Contains(dir, "templates") {
		dir = filepath.Dir(dir)
	}
	return []string{filepath.Join("..", "locale"), dir, filepath.Join(filepath.Dir(dir), "internal", "kernel")}
}

// known reports whether key is one of a message or, ending in a point, begins some.
func known(messages map[string]*i18n.Message, key string) bool {
	if !strings.HasSuffix(key, ".") {
		return messages[key] != nil
	}
	for k := range messages {
		if strings.HasPrefix(k, key) {
			return true
		}
	}
	return false
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"twice":                                "a: x\na: y\n",
		"not YAML":                             "a: [",
		"with more than names":                 "a: \"{{if .B}}c{{end}}\"\n",
		"with more than names in the singular": "a:\n  one: \"{{ .B }}\"\n  other: x\n",
	} {
		files := fstest.MapFS{"catalogue/fr/bad.yaml": {Data: []byte(content)}}
		if _, err := load(files); err == nil || !strings.Contains(err.Error(), "catalogue/fr/bad.yaml") {
			t.Errorf("load of a key %s = %v, want an error that names the file", name, err)
		}
	}
}

func TestNoMessageTwice(t *testing.T) {
	t.Parallel()
	words := fstest.MapFS{"catalogue/fr/words.yaml": {Data: []byte("a: x\n")}}
	if err := With(words).Check(); err != nil {
		t.Fatalf("one message of an area that another file has: %v", err)
	}
	if err := With(words, words).Check(); err == nil || !strings.Contains(err.Error(), "words.a") {
		t.Errorf("the same message in two files: error %v, want one that names it", err)
	}
	if got := With(words).For("fr"); got.T("words.a") != "x" || !got.Has("words.status.confirmed") || For("fr").Has("words.a") {
		t.Error("a catalogue has its own words and the shared ones, and nobody else has its own")
	}
}

// TestEmbeddedFilesAreReadOnce: two catalogues have the same words of embedded files,
// and words of their own besides.
func TestEmbeddedFilesAreReadOnce(t *testing.T) {
	t.Parallel()
	first, err := wordsOf(catalogues)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := wordsOf(catalogues); err != nil || again != first {
		t.Errorf("the embedded files were read twice, %v", err)
	}
	loose := fstest.MapFS{"catalogue/fr/words.yaml": {Data: []byte("a: x\n")}}
	if With(loose).For("fr").T("words.a") != "x" || first.french.Has("words.a") {
		t.Error("a catalogue has put its own words among those that all share")
	}
}

func TestAreaPrecedesKey(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"catalogue/fr/words.yaml": {Data: []byte("a:\n  b: \"oui ?\"\n")}}
	got, err := messagesOf(files)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*i18n.Message{"words.a.b": {ID: "words.a.b", Other: "oui\u202f?"}}
	if diff := cmp.Diff(want, got[French]); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}
