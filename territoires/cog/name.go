package cog

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"
)

// Fold returns the form in which names of places are compared: lower case,
// without accents, words separated by a single space, st, ste, sts and stes written
// in full. "Saint-Étienne", "saint etienne" and "St-Etienne" have the same form.
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
		case "sts":
			rewrite(&b, word, "saints")
		case "stes":
			rewrite(&b, word, "saintes")
		}
	}
	gap := false
	for _, r := range s {
		if r >= 0x300 && r <= 0x36F || invisible(r) { // the first is an accent written after its letter
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

// plainLetters returns r in lower case without its accent ("oe" for œ), and ""
// when r is neither letter nor digit. It knows the letters of French and of the
// neighbouring languages, and no other alphabet.
func plainLetters(r rune) string {
	switch {
	case r >= 'a' && r <= 'z':
		return letters[r-'a' : r-'a'+1]
	case r >= 'A' && r <= 'Z':
		return letters[r-'A' : r-'A'+1]
	case r >= '0' && r <= '9':
		return letters[26+r-'0' : 27+r-'0']
	case r >= fullWidth+'0' && r <= fullWidth+'z': // as Chinese and Japanese keyboards type them
		return plainLetters(r - fullWidth)
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

// Words returns the words of a name that matter for a search, folded, each once:
// « Saint-Denis-de-l'Hôtel » gives saint, denis, hotel. Articles and the
// prepositions de, en and à are left out, unless the name has nothing else.
func Words(name string) []string { return distinct(withoutArticles(Fold(name))) }

// withoutArticles returns the words of a folded name without articles, repeated
// ones included; all its words if it has only articles.
func withoutArticles(folded string) []string {
	kept := make([]string, 0, 8)
	for w := range strings.FieldsSeq(folded) {
		if !article(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return strings.Fields(folded)
	}
	return kept
}

// distinct keeps the first of each word, in place.
func distinct(words []string) []string {
	kept := words[:0]
	for _, w := range words {
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}

func article(w string) bool {
	switch w {
	case "a", "d", "de", "du", "des", "en", "et", "l", "la", "le", "les":
		return true
	}
	return false
}

// CommunesNamed yields the communes of v that have that name, in the order of
// their codes. Case, accents and hyphens are ignored. Communes that share a name
// differ by their département. Arrondissements municipaux are not among them.
func (v Vintage) CommunesNamed(name string) iter.Seq[Commune] {
	return func(yield func(Commune) bool) {
		want := Fold(name)
		if want == "" || !v.Valid() {
			return
		}
		last := CommuneCode("")
		for _, n := range names().named(Words(name)) {
			c, ok := v.commune(names().line(n))
			if ok && c.Code != last && c.Parent == "" && Fold(c.Name) == want && !yield(c) {
				return
			}
			last = c.Code
		}
	}
}

// named returns the names that consist of these words, in the order of their
// lines.
func (x *nameIndex) named(words []string) []int {
	rarest, other := "", ""
	for _, w := range words {
		id, ok := x.find(w)
		if !ok {
			return nil
		}
		where := x.occurrences(id)
		if rarest == "" || len(where) < len(rarest) {
			rarest, other = where, rarest
		} else {
			other = where
		}
	}
	found := make([]int, 0, 16)
	for ; rarest != ""; rarest = rarest[postingSize:] {
		p := readPosting(rarest)
		if p.of == min(len(words), mostCounted) && (other == "" || x.hasName(other, p.name)) {
			found = append(found, p.name)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(x.lineOf(a), x.lineOf(b)) })
	return found
}

// hasName reports whether a name is among the occurrences of a word.
func (x *nameIndex) hasName(occurrences string, name int) bool {
	_, ok := sort.Find(len(occurrences)/postingSize, func(i int) int {
		other := readPosting(occurrences[i*postingSize:]).name
		return cmp.Or(cmp.Compare(x.lineOf(name), x.lineOf(other)), cmp.Compare(name, other))
	})
	return ok
}
