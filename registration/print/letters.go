package print

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// leftOut stands for letters that a file cannot show: square brackets and an
// ellipsis, as in a quotation.
const leftOut = "[…]"

var leftOutTwice = regexp.MustCompile(`\[…\](?:\s*\[…\])+`)

// The fonts, by the names that this package gives them.
var (
	fontFiles = map[string][]byte{"serif": liberationserifbold.TTF, "sans": liberationsansregular.TTF, "bold": liberationsansbold.TTF}
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
	for _, r := range norm.NFC.String(text) {
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

// Drawable reports whether the fonts of this package have every letter of a
// text and set it right.
func Drawable(text string) bool {
	for font := range fontFiles {
		if _, whole := drawable(font, text); !whole {
			return false
		}
	}
	return true
}

// drawn reports whether a letter can be drawn after those before it: the PDF
// has only letters up to U+FFFF, and combining accents are not placed over
// their letter.
func drawn(font *sfnt.Font, buf *sfnt.Buffer, r rune) bool {
	p, _ := bidi.LookupRune(r)
	if c := p.Class(); r > 0xffff || unicode.Is(unicode.M, r) || c == bidi.R || c == bidi.AL || c == bidi.AN {
		return false
	}
	glyph, err := font.GlyphIndex(buf, r)
	return err == nil && glyph != 0
}
