package locale

import (
	"regexp"
	"strings"
)

// Typeset returns a French text that was typed on an ordinary keyboard as it is
// printed. It writes typographic apostrophes, no-break spaces before : and », after
// « and around the h of hours, narrow ones before ; ? ! and between thousands, and …
// for three dots; a postcode stays with its town. It adds missing spaces, except before a colon, which may belong to
// an address. Placeholders such as {{.Name}} stay as they are, and so do the addresses
// that [Linked] finds. Typesetting a text twice gives the same as once.
//
// Sources of the rules: Lexique des règles typographiques en usage à
// l'Imprimerie nationale, as summarised in the programme's own notices.
func Typeset(text string) string {
	const apart = "\x00" // stands for an address meanwhile
	var kept []string
	if at := addresses(text); at != nil && !strings.Contains(text, apart) {
		var rest strings.Builder
		from := 0
		for _, a := range at {
			kept = append(kept, address(text[a[0]:a[1]]))
			rest.WriteString(text[from:a[0]] + apart)
			from = a[0] + len(kept[len(kept)-1])
		}
		text = rest.String() + text[from:]
	}
	for _, r := range typesetting {
		if strings.ContainsAny(text, r.near) { // most texts have few of them, and looking costs little
			text = r.find.ReplaceAllString(text, r.put)
		}
	}
	for _, a := range kept {
		text = strings.Replace(text, apart, a, 1)
	}
	return text
}

var typesetting = []struct {
	near string // every match contains one of these characters
	find *regexp.Regexp
	put  string
}{
	{"'", regexp.MustCompile(`([\p{L}\d}])'([\p{L}«{])`), "$1’$2"},
	{".", regexp.MustCompile(`\.\.\.`), "…"},
	{";?!", regexp.MustCompile(`[ \x{a0}\x{202f}]*([;?!]+)( |\n|$|\)|\x{a0}?»)`), narrow + "$1$2"},
	{":", regexp.MustCompile(` :`), nbsp + ":"},
	{"«", regexp.MustCompile(`«[ \x{202f}]*([^ \x{a0}])`), "«" + nbsp + "$1"},
	{"»", regexp.MustCompile(`([^ \x{a0}\x{202f}])[ \x{202f}]*»`), "$1" + nbsp + "»"},
	{"h", regexp.MustCompile(`(\d) ?h ?(\d\d)\b`), "$1" + nbsp + "h" + nbsp + "$2"},
	{"h", regexp.MustCompile(`(\d) h\b`), "$1" + nbsp + "h"},
	{"0123456789", regexp.MustCompile(`(\d) (\d{3})\b`), "$1" + narrow + "$2"},
	{"0123456789", regexp.MustCompile(`\b(\d{5}) (\p{Lu})`), "$1" + nbsp + "$2"},
	{"%€", regexp.MustCompile(`([\d}]) ([%€])`), "$1" + nbsp + "$2"},
	{"°", regexp.MustCompile(`\b([nN]°) `), "$1" + nbsp},
}
