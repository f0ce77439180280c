package print

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
)

// leftOut stands for letters that a file cannot show: square brackets and an
// ellipsis, as in a quotation.
const leftOut = "[…]"

var leftOutTwice = regexp.MustCompile(`\[…\](?:\s*\[…\])+`)

// The fonts of tickets, by the names that this package gives them.
var (
	fontFiles = map[string][]byte{"serif": liberationserifbold.TTF, "sans": liberationsansregular.TTF}
	fonts     = sync.OnceValue(func() map[string]*sfnt.Font {
		parsed := map[string]*sfnt.Font{}
		for name, ttf := range fontFiles {
			font, err := sfnt.Parse(ttf)
			if err != nil {
				panic("print: embedded font: " + err.Error())
			}
			parsed[name] = font
		}
		return parsed
	})
)

// drawable returns text as the font can draw it. Characters without a shape are
// dropped; letters that the font lacks, or that are written from right to left,
// are replaced by a mark. It also reports whether every letter is there.
func drawable(font, text string) (shown string, whole bool) {
	var b strings.Builder
	var buf sfnt.Buffer
	whole = true
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.IsControl(r):
		case drawn(fonts()[font], &buf, r):
			b.WriteRune(r)
		default:
			whole = false
			b.WriteString(leftOut)
		}
	}
	return leftOutTwice.ReplaceAllString(b.String(), leftOut), whole
}

// drawn reports whether a letter can be drawn after those before it: the PDF
// numbers letters up to U+FFFF.
func drawn(font *sfnt.Font, buf *sfnt.Buffer, r rune) bool {
	p, _ := bidi.LookupRune(r)
	if c := p.Class(); r > 0xffff || c == bidi.R || c == bidi.AL || c == bidi.AN {
		return false
	}
	glyph, err := font.GlyphIndex(buf, r)
	return err == nil && glyph != 0
}
