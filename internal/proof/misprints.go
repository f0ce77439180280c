package proof

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Misprint is a fault of typography or a hole in a text.
type Misprint struct {
	Rule string // what the text should have
	Near string // the words around, at most some 20 characters on each side
}

// String returns the rule and the place, for the message of a test.
func (m Misprint) String() string { return m.Rule + ": …" + m.Near + "…" }

// Misprints reports the faults of a text written in lang. In French these are,
// among others, ordinary spaces before : ; ? ! » and after «, « 9h30 », « 12 Juin », « 1ère ».
// In both languages these are straight apostrophes, a postcode that a line break
// may part from its town, and a message that is missing or was not filled in.
//
// It skips the addresses of pages and mailboxes, and each text in typed: what
// people wrote themselves, such as names, is not corrected.
func Misprints(lang, text string, typed ...string) []Misprint {
	for _, t := range typed {
		if t != "" {
			text = strings.ReplaceAll(text, t, "X")
		}
	}
	key := passage{lang, text}
	if list, ok := read.Load(key); ok {
		return slices.Clone(list.([]Misprint))
	}
	list := look(lang, text)
	read.Store(key, list)
	return slices.Clone(list)
}

// passage is a text in a language. Results are cached in read, because most of a
// page is on other pages too.
type passage struct{ lang, text string }

var read sync.Map // of passage to []Misprint

// look is Misprints without the cache.
func look(lang, text string) (list []Misprint) {
	text = addresses.ReplaceAllString(text, "X")
	for _, r := range rules {
		if r.lang != "" && r.lang != lang {
			continue
		}
		for _, at := range r.find.FindAllStringIndex(text, -1) {
			list = append(list, Misprint{r.want, around(text, at[0], at[1])})
		}
	}
	return list
}

// addresses matches addresses of pages, mailboxes, files and machines, in which
// punctuation follows other rules. A point or a bracket at the end belongs to the
// sentence.
var addresses = regexp.MustCompile(`(?:https?|smtps?|mailto|cid):[^\s\x{a0}\x{202f}]*[^\s\x{a0}\x{202f}.,;:)»>]|[^\s\x{a0}\x{202f}<>«»(]+@[^\s\x{a0}\x{202f}<>«»)]*[^\s\x{a0}\x{202f}.,;:)»>?!]`)

// The languages, as HTML names them. Package locale has the same names; its own
// tests use this package, which therefore does not import it.
const french, english = "fr", "en"

const (
	days          = `(?:Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche)`
	months        = `(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)`
	capitalMonths = `(?:Janvier|Février|Mars|Avril|Mai|Juin|Juillet|Août|Septembre|Octobre|Novembre|Décembre)`
)

var rules = []struct {
	lang string // "" for both
	want string
	find *regexp.Regexp
}{
	{french, "no-break space before : ; ? ! »", regexp.MustCompile(`[^\s] [:;?!»]`)},
	{french, "no-break space before ; ? !", regexp.MustCompile(`[\p{L}\d)”»][;?!](?:\s|$|»)`)},
	{french, "no-break space before :", regexp.MustCompile(`[\p{L}\d)”»]:(?:\s|$)`)},
	{french, "no-break space after «", regexp.MustCompile(`«[^\x{a0}\x{202f}]`)},
	{french, "no-break space before »", regexp.MustCompile(`[^\s\x{a0}\x{202f}]»`)},
	// Not a capital H: a short code may contain « 69H3 ».
	{french, "hours as 9 h 30 with no-break spaces", regexp.MustCompile(`\b\d{1,2}(?:h\d{0,2}\b|[ \x{a0}]h[ ]?\d\d\b|[ ]h\b|:\d\d\b)`)},
	{french, "no capital on a day", regexp.MustCompile(`[\p{Ll},] ` + days + `\b`)},
	{french, "no capital on a month", regexp.MustCompile(`\b\d{1,2}(?:er)? ` + capitalMonths + `\b`)},
	{french, "1er", regexp.MustCompile(`(?:^|[^\d])0?1 ` + months + `\b`)},
	{french, "no zero before the day", regexp.MustCompile(`\b0\d ` + months + `\b`)},
	{french, "1re, 2e", regexp.MustCompile(`\b(?:1ère|\d+(?:ème|ième|eme))\b`)},
	{french, "narrow no-break space between thousands", regexp.MustCompile(`\b\d{1,3} \d{3}\b`)},
	{french, "no-break space before % and €", regexp.MustCompile(`\d ?[%€]`)},
	{"", "no-break space between postcode and town", regexp.MustCompile(`\b\d{5} \p{Lu}\p{Ll}`)},
	{english, "no space before : ; ? !", regexp.MustCompile(`[^\s][ \x{a0}][:;?!](?:\s|$)`)},
	{"", "apostrophe ’", regexp.MustCompile(`\p{L}'\p{L}`)},
	{"", "the right quotation marks", regexp.MustCompile(`"`)},
	{"", "… for three dots", regexp.MustCompile(`\.\.\.`)},
	{"", "one space", regexp.MustCompile(`[^\s]  +[^\s]`)},
	{"", "a word for the key", regexp.MustCompile(`⟦[^⟧]*⟧`)},
	{"", "a value for the placeholder", regexp.MustCompile(`<no value>|\{\{|\}\}|%!\w?\(|<nil>`)},
}

// around returns text[from:to] with some characters on each side, cut between
// characters.
func around(text string, from, to int) string {
	before, after := []rune(text[:from]), []rune(text[to:])
	before = before[max(0, len(before)-20):]
	after = after[:min(len(after), 20)]
	return string(before) + text[from:to] + string(after)
}
