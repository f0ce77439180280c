package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	templateNote   = regexp.MustCompile(`(?s)\{\{-? ?/\*.*?\*/ ?-?\}\}`)
	templateAction = regexp.MustCompile(`\{\{[^}]*\}\}`)
	templateMarkup = regexp.MustCompile(`<[^>]*>|&[a-z]+;`)
	// Punctuation that one language sets otherwise than the other.
	languagesOwn = regexp.MustCompile(`[:;?!%«»“”–—]`)
	// A text of which an action consists, or one given to a template.
	writtenInAction = regexp.MustCompile(`^\{\{-?\s*"[^"]*"\s*-?\}\}$`)
)

// ownPunctuation lists the punctuation that a template puts between words by itself.
func ownPunctuation(text string) (list []string) {
	text = templateNote.ReplaceAllString(text, "")
	for _, action := range templateAction.FindAllString(text, -1) {
		if writtenInAction.MatchString(action) {
			list = append(list, action)
		}
	}
	text = templateMarkup.ReplaceAllString(templateAction.ReplaceAllString(text, "X"), "|")
	for line := range strings.Lines(text) {
		if languagesOwn.MatchString(line) {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// TestPunctuationIsOfCatalogues: a page has no punctuation between words but that of
// a message, because French and English set it differently.
func TestPunctuationIsOfCatalogues(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{`<b>{{.Name}}</b>{{"\u00a0"}}: {{.T "a.b"}}`, `{{.A}} – {{.B}}`, "<p>«&nbsp;{{.A}}&nbsp;»</p>"} {
		if len(ownPunctuation(wrong)) == 0 {
			t.Errorf("%s is not found", wrong)
		}
	}
	seen := 0
	for _, pattern := range []string{"*/templates/*.html", "*/templates/parts/*.html", "internal/kernel/templates/*.html", "internal/kernel/templates/parts/*.html"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if filepath.Base(path) == "guide.html" { // French alone, made of docs/organisateurs.md
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			for _, what := range ownPunctuation(string(data)) {
				t.Errorf("%s: %q belongs into the catalogue", path, what)
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d templates were read, want all", seen)
	}
}
