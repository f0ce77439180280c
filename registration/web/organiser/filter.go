package organiser

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// filter is what the form above the list asks for.
type filter struct {
	Words   string
	Status  registration.Status
	Session registration.SessionID
}

// selects reports whether the filter lets a sign-up through.
func (f filter) selects(s registration.Signup, status registration.Status) bool {
	if f.Status != "" && f.Status != status || f.Session != "" && !s.State(f.Session).TakesSeat() {
		return false
	}
	if code, ok := registration.ParseCode(f.Words); ok && code == s.Code {
		return true
	}
	text := folded(strings.Join([]string{s.GivenName, s.FamilyName, s.GivenName, s.Organisation, s.Email, kernel.TerritoryName(s.Territory)}, " "))
	for _, word := range strings.Fields(folded(f.Words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// folded returns text without case and accents, as people type it when they
// look for somebody.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if r == '’' {
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

// sortByName sorts rows by family name, then given name, in French order:
// accents and case count only where nothing else tells two names apart.
func sortByName(rows []row) {
	c, buf := collate.New(language.French), new(collate.Buffer)
	type key struct{ family, given string }
	keys := make(map[registration.ID]key, len(rows))
	for _, r := range rows {
		keys[r.ID] = key{string(c.KeyFromString(buf, r.FamilyName)), string(c.KeyFromString(buf, r.GivenName))}
		buf.Reset()
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		ka, kb := keys[a.ID], keys[b.ID]
		return cmp.Or(strings.Compare(ka.family, kb.family), strings.Compare(ka.given, kb.given))
	})
}
