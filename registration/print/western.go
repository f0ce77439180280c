package print

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"math"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/charmap"
)

// western are the letters that almost every ticket does with: those of
// French, of neighbouring languages and of French typography. All of them are
// in Windows-1252, which PDF calls WinAnsi.
const western = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" +
	"\u00a0’‘“”«»–—…·°€ªº§ÀÂÄÆÇÈÉÊËÎÏÔÖÙÛÜŸŒàâäæçèéêëîïôöùûüÿœßáíñóúÁÉÍÑÓÚ"

// westernFont is a font with only these letters, in the form that it has in a
// PDF. Fonts are subset and compressed once for all tickets, because this
// takes longer than the rest of a ticket.
type westernFont struct {
	description []byte // JSON, as fpdf reads it
	file        []byte // zlib
}

var westernFonts = sync.OnceValue(func() map[string]westernFont {
	made := map[string]westernFont{}
	for name := range fontFiles {
		f, err := cutWestern(name)
		if err != nil {
			panic("print: embedded font: " + err.Error())
		}
		made[name] = f
	}
	return made
})

func cutWestern(name string) (f westernFont, err error) {
	about := struct {
		Tp, Name, File, Enc string
		OriginalSize        int
		Desc                fpdf.FontDescType
		Cw                  [256]int
	}{Tp: "TrueType", Name: "WESTRN+Liberation-" + name, File: name + ".z", Enc: "cp1252"}
	var buf sfnt.Buffer
	shapes := fonts()[name]
	em := fixed.I(int(shapes.UnitsPerEm()))
	of1000 := func(v fixed.Int26_6) int { return int(math.Round(float64(v) * 1000 / float64(em))) }
	for b := range about.Cw {
		glyph, err := shapes.GlyphIndex(&buf, charmap.Windows1252.DecodeByte(byte(b)))
		if err != nil {
			return f, err
		}
		advance, err := shapes.GlyphAdvance(&buf, glyph, em, font.HintingNone)
		if err != nil {
			return f, err
		}
		about.Cw[b] = of1000(advance)
	}
	m, err := shapes.Metrics(&buf, em, font.HintingNone)
	if err != nil {
		return f, err
	}
	box, err := shapes.Bounds(&buf, em, font.HintingNone) // its y grows downwards
	if err != nil {
		return f, err
	}
	d := &about.Desc
	d.Ascent, d.Descent, d.CapHeight = of1000(m.Ascent), -of1000(m.Descent), of1000(m.CapHeight)
	d.FontBBox.Xmin, d.FontBBox.Xmax = of1000(box.Min.X), of1000(box.Max.X)
	d.FontBBox.Ymin, d.FontBBox.Ymax = -of1000(box.Max.Y), -of1000(box.Min.Y)
	d.Flags, d.StemV = fpdf.FontFlagNonsymbolic, 80
	cut := fpdf.UTF8CutFont(fontFiles[name], western)
	about.OriginalSize = len(cut)
	if f.description, err = json.Marshal(about); err != nil {
		return f, err
	}
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		return f, err
	}
	if _, err := w.Write(cut); err != nil {
		return f, err
	}
	err = w.Close()
	f.file = packed.Bytes()
	return f, err
}

// encodeText returns text in Windows-1252 if the sheet uses the fonts of
// [westernFonts], which need it so. For a text with a letter that they lack
// it returns "" and sets lacksLetter.
func (t *sheet) encodeText(text string) string {
	if !t.western {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if r == '\u202f' { // has no number
			r = '\u00a0'
		}
		n, ok := charmap.Windows1252.EncodeRune(r)
		if !ok || r != '\n' && !strings.ContainsRune(western, r) {
			t.lacksLetter = true
			return ""
		}
		b.WriteByte(n)
	}
	return b.String()
}
