package sqldb

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzWords folds anything that people are searched by: words are of letters and
// digits alone, so that none has a meaning to the database, they fold to themselves,
// and however a text is typed it finds what was stored of it.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"L’Hôpital-Saint-Œdème", "DE LA TOUR", "100 % _x' OR \"1\"=\"1", "İstanbul ẞtraße ΣΑΣ", "ﬁ ﷺ ㎢", "e\u0301\u0300", "\xff\x00", "\xf1À", "1 ½ ²", strings.Repeat("a", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := words(text)
		for _, word := range list {
			if word == "" || utf8.RuneCountInString(word) > maxWord || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				t.Errorf("words(%q) has %q", text, word)
			}
		}
		if again := words(strings.Join(list, " ")); !slices.Equal(again, list) {
			t.Errorf("words(%q) = %q, which fold to %q", text, list, again)
		}
		for _, typed := range []string{strings.ToLower(text), strings.ToUpper(text)} {
			if utf8.ValidString(text) && isPlain(text) && !slices.Equal(words(typed), list) {
				t.Errorf("words(%q) = %q, and typed %q: %q", text, list, typed, words(typed))
			}
		}
	})
}

// isPlain reports whether a text is of letters of French alone: those of others
// change with their case.
func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r > 0x17f || r == 'ı' || r == 'İ' || r == 'ŉ' || r == 'ſ' || r == 'ß' || r == 'µ'
	})
}

// FuzzTrimmedKey: what is left out of the keys of names moves nobody.
func FuzzTrimmedKey(f *testing.F) {
	names := []string{"", "a", "A", "á", "Á", "â", "e\u0301\u0300", "cote", "Côte", "coté", "côté", "COTÉ", "De La Tour", "de la Tour", "Œdème", "oedeme", "Zoë", "ZOE", "Straße", "strasse",
		"小明", "Ελλάς", "Игорь", "ﬁn", "fin", "x²", "x2", "عمر", "\u0301", "a\u200d", "-", "a-b", "ab", "a b"}
	for _, a := range names {
		for _, b := range names {
			f.Add(a, b)
		}
	}
	c := collators.New().(*collator)
	f.Fuzz(func(t *testing.T, a, b string) {
		whole := func(s string) []byte {
			defer c.buf.Reset()
			return slices.Concat(c.KeyFromString(&c.buf, s), []byte{0, 0})
		}
		trimmed := func(s string) []byte { return slices.Concat(trimmedKey(whole(s)[:len(whole(s))-2]), []byte{0, 0}) }
		if got, want := bytes.Compare(trimmed(a), trimmed(b)), bytes.Compare(whole(a), whole(b)); got != want {
			t.Errorf("%q lies %d to %q, want %d: %x and %x for %x and %x", a, got, b, want, trimmed(a), trimmed(b), whole(a), whole(b))
		}
		if again := trimmed(a); len(again) > len(whole(a)) {
			t.Errorf("%q: %x is longer than %x", a, again, whole(a))
		}
	})
}
