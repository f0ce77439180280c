package cog

import (
	"iter"
	"strings"
)

// Fold writes the name of a place the way in which names are compared: lower
// case without accents, everything but letters and digits a single space, st
// and ste in full, so that "Saint-Étienne", "saint etienne" and "St-Etienne"
// are one.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	word := 0 // where the current word begins in b
	flush := func() {
		switch b.String()[word:] {
		case "st":
			rewrite(&b, word, "saint")
		case "ste":
			rewrite(&b, word, "sainte")
		}
	}
	gap := false
	for _, r := range s {
		if r >= 0x300 && r <= 0x36F { // an accent written after its letter
			continue
		}
		plain := plainLetters(r)
		if plain == "" {
			gap = gap || b.Len() > 0
			continue
		}
		if gap {
			flush()
			b.WriteByte(' ')
			word, gap = b.Len(), false
		}
		b.WriteString(plain)
	}
	flush()
	return b.String()
}

// rewrite replaces what b holds from byte at on.
func rewrite(b *strings.Builder, at int, word string) {
	s := b.String()[:at]
	b.Reset()
	b.WriteString(s)
	b.WriteString(word)
}

// letters is the lower-case ASCII alphabet and the digits; plainLetters cuts
// one-letter strings out of it, which costs no allocation.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

// plainLetters returns the letters that r is written with once case and
// accents are taken away, and "" when r is neither letter nor digit. It knows
// the letters of French and of the neighbouring languages that names of places
// use; of other alphabets it knows none.
func plainLetters(r rune) string {
	switch {
	case r >= 'a' && r <= 'z':
		return letters[r-'a' : r-'a'+1]
	case r >= 'A' && r <= 'Z':
		return letters[r-'A' : r-'A'+1]
	case r >= '0' && r <= '9':
		return letters[26+r-'0' : 27+r-'0']
	}
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'À', 'Á', 'Â', 'Ã', 'Ä', 'Å':
		return "a"
	case 'ç', 'Ç':
		return "c"
	case 'è', 'é', 'ê', 'ë', 'È', 'É', 'Ê', 'Ë':
		return "e"
	case 'ì', 'í', 'î', 'ï', 'Ì', 'Í', 'Î', 'Ï':
		return "i"
	case 'ñ', 'Ñ':
		return "n"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'Ò', 'Ó', 'Ô', 'Õ', 'Ö':
		return "o"
	case 'ù', 'ú', 'û', 'ü', 'Ù', 'Ú', 'Û', 'Ü':
		return "u"
	case 'ý', 'ÿ', 'Ý', 'Ÿ':
		return "y"
	case 'œ', 'Œ':
		return "oe"
	case 'æ', 'Æ':
		return "ae"
	case 'ß':
		return "ss"
	}
	return ""
}

// CommunesNamed yields the communes of v that bear that name, in the order of
// their codes, ignoring case, accents and hyphens. Several communes share a
// name: their départements tell them apart. Arrondissements municipaux are not
// among them.
func (v Vintage) CommunesNamed(name string) iter.Seq[Commune] {
	want := Fold(name)
	return func(yield func(Commune) bool) {
		if want == "" || !v.Valid() {
			return
		}
		for line := range strings.Lines(communesTSV) {
			if !mayBegin(line[5:], want[0]) && !strings.Contains(line, "\tn:") {
				continue
			}
			c, ok := v.commune(line[:len(line)-1])
			if ok && c.Parent == "" && Fold(c.Name) == want && !yield(c) {
				return
			}
		}
	}
}

// mayBegin tells whether a folded name may begin with a letter. It spares most
// lines of the table their reading and folding.
func mayBegin(name string, letter byte) bool {
	for _, r := range name {
		plain := plainLetters(r)
		return plain == "" || plain[0] == letter
	}
	return true
}
