package territoires_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
)

// asked is a way in which people name a commune, and how often at least, of
// hundred communes, the first answer must be its territory, and one of the
// first five.
type asked struct {
	how         string
	query       func(cog.Commune) string // "" for a commune that cannot be asked for in this way
	first, five float64
}

var ways = []asked{
	{"whole name", func(c cog.Commune) string { return c.Name }, 93, 99},
	{"first word", firstWord, 36, 65},
	{"one letter missing", func(c cog.Commune) string { return misspelt(c, "") }, 82, 94},
	{"one letter doubled", func(c cog.Commune) string { return misspelt(c, "double") }, 90, 98},
	{"code", func(c cog.Commune) string { return string(c.Code) }, 100, 100},
	{"name and code of the département", func(c cog.Commune) string { return c.Name + " (" + string(c.Departement) + ")" }, 99, 99},
	{"name and département", func(c cog.Commune) string {
		d, _ := cog.V2026.Departement(c.Departement)
		return c.Name + ", " + d.Name
	}, 99, 99},
}

// firstWord is the first word of a name of several, but for saints, of whom
// there are too many.
func firstWord(c cog.Commune) string {
	words := cog.Words(c.Name)
	if len(words) < 2 || utf8.RuneCountInString(words[0]) < 4 || words[0] == "saint" || words[0] == "sainte" {
		return ""
	}
	return words[0]
}

// misspelt leaves out or doubles the letter in the middle of the longest word of
// a name: of a word of six letters or more, since shorter ones become others.
func misspelt(c cog.Commune, how string) string {
	longest := slices.MaxFunc(strings.FieldsFunc(c.Name, func(r rune) bool { return !unicode.IsLetter(r) }),
		func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
	letters := []rune(longest)
	if len(letters) < 6 {
		return ""
	}
	middle := len(letters) / 2
	wrong := slices.Delete(slices.Clone(letters), middle, middle+1)
	if how == "double" {
		wrong = slices.Insert(slices.Clone(letters), middle, letters[middle])
	}
	return strings.Replace(c.Name, longest, string(wrong), 1)
}

// TestSearchOfEveryCommune asks for communes of both vintages in every way, for
// all of them with TEST_FULL, and logs what docs/search.md reports.
func TestSearchOfEveryCommune(t *testing.T) {
	if sample.Race {
		t.Skip("slow with the race detector; make speed runs it")
	}
	t.Parallel()
	step, full := 40, os.Getenv("TEST_FULL") != ""
	if full {
		step = 1
	}
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		for i, v := range cog.Vintages() {
			if !full && i != int(p-territoires.PhaseI) {
				continue // the other vintage is much the same
			}
			t.Run(fmt.Sprintf("phase %v, communes of %v", p, v), func(t *testing.T) {
				t.Parallel()
				for _, way := range ways {
					way.try(t, p, v, step)
				}
			})
		}
	}
}

func (a asked) try(t *testing.T, p territoires.Phase, v cog.Vintage, step int) {
	n, first, five, i := 0, 0, 0, 0
	for c := range v.Communes() {
		want, ok := territoires.OfCommune(p, c.Code)
		query := a.query(c)
		if i++; !ok || query == "" || i%step != 0 {
			continue
		}
		n++
		found := territoires.Search(p, query, 5)
		at := slices.IndexFunc(found, func(m territoires.Match) bool { return m.Territory.ID == want.ID })
		if at == 0 {
			first++
		}
		if at >= 0 {
			five++
		}
	}
	percent := func(k int) float64 { return 100 * float64(k) / float64(max(n, 1)) }
	t.Logf("%-34s %6d asked, first %5.1f %%, among five %5.1f %%", a.how, n, percent(first), percent(five))
	if n < 100/step || percent(first) < a.first || percent(five) < a.five {
		t.Errorf("%s: of %d communes, the first answer is right for %.1f %%, one of five for %.1f %%; want %v and %v",
			a.how, n, percent(first), percent(five), a.first, a.five)
	}
}

// TestOutsideOfEveryCommune asks for communes that lie in no territory: Outside
// must name each, and Search must find nothing in its place unless a territory
// or another commune bears that very name.
func TestOutsideOfEveryCommune(t *testing.T) {
	if sample.Race {
		t.Skip("slow with the race detector; make speed runs it")
	}
	t.Parallel()
	step := 40
	if os.Getenv("TEST_FULL") != "" {
		step = 1
	}
	for p := territoires.PhaseI; p <= territoires.PhaseII; p++ {
		asked, nothing, namesake := 0, 0, 0
		for c := range cog.V2026.Communes() {
			if _, in := territoires.OfCommune(p, c.Code); in || c.Departement == "" {
				continue
			}
			if asked++; asked%step != 0 {
				continue
			}
			if !slices.ContainsFunc(slices.Collect(territoires.Outside(p, c.Name)), func(o cog.Commune) bool { return o == c }) {
				t.Errorf("Outside(%v, %q) does not name %v", p, c.Name, c.Code)
			}
			switch found := territoires.Search(p, c.Name, 1); {
			case len(found) == 0:
				nothing++
			case found[0].Exact || slices.Equal(cog.Words(found[0].Text), cog.Words(c.Name)):
				namesake++
			default:
				// A word of a territory's name, which has a town called after it.
				if found[0].By == territoires.MatchCommune || found[0].By == territoires.MatchMember {
					t.Errorf("Search(%v, %q) finds %q", p, c.Name, found[0].Text)
				}
			}
		}
		t.Logf("phase %v: of %d communes in no territory, nothing is found for %d, a namesake for %d", p, asked/step, nothing, namesake)
	}
}
