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

// leftOut replaces letters that cannot be drawn.
const leftOut = "[…]"

var leftOutTwice = regexp.MustCompile(`\[…\](?:\s*\[…\])+`)

// The fonts, by the names that [style] uses.
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

// drawable returns the text that is drawn for a text. Invisible characters
// are dropped. Letters that the font lacks and letters of scripts that run
// from right to left are replaced by [leftOut]; then whole is false.
func drawable(font, text string) (shown string, whole bool) {
	var b strings.Builder
	var buf sfnt.Buffer
	whole = true
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\n':
			b.WriteRune(r)
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.IsControl(r):
		case canDraw(fonts()[font], &buf, r):
			b.WriteRune(r)
		default:
			whole = false
			b.WriteString(leftOut)
		}
	}
	return leftOutTwice.ReplaceAllString(b.String(), leftOut), whole
}

// Drawable reports whether every letter of a text can be drawn in all fonts
// of this package.
func Drawable(text string) bool {
	for font := range fontFiles {
		if _, whole := drawable(font, text); !whole {
			return false
		}
	}
	return true
}

// canDraw reports whether a letter can be drawn: the font has it, it runs
// from left to right, and it is no combining accent, which the PDF would not
// place over its letter, nor above U+FFFF, which the PDF cannot contain.
func canDraw(font *sfnt.Font, buf *sfnt.Buffer, r rune) bool {
	p, _ := bidi.LookupRune(r)
	if c := p.Class(); r > 0xffff || unicode.Is(unicode.M, r) || c == bidi.R || c == bidi.AL || c == bidi.AN {
		return false
	}
	glyph, err := font.GlyphIndex(buf, r)
	return err == nil && glyph != 0
}
