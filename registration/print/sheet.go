package print

import (
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// sheet is the PDF while it is drawn.
type sheet struct {
	*fpdf.Fpdf
	words       wording
	lettersLost bool // letters of this page's texts were left out

	western     bool // text must pass through [sheet.encodeText], for the fonts are those of [westernFonts]
	lacksLetter bool // encodeText met a letter that these fonts lack
}

// margin is the margin of a page of A4, in millimetres.
const margin = 15.0

// colour is red, green and blue.
type colour [3]int

// The colours of the light theme: text, secondary text, lines, and fainter
// lines between rows.
var ink, muted, line, hairline = colour{0x1d, 0x23, 0x27}, colour{0x54, 0x5c, 0x63}, colour{0x86, 0x8d, 0x93}, colour{0xc4, 0xc1, 0xb8}

// newSheet returns an empty PDF with pages of a size in millimetres. The PDF
// gives at as the time it was made, so the same texts at the same time give
// the same bytes.
func newSheet(w wording, title string, size fpdf.SizeType, at time.Time) *sheet {
	t := &sheet{Fpdf: fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: size}), words: w}
	t.SetMargins(margin, margin, margin)
	t.SetAutoPageBreak(false, 0)
	t.SetCellMargin(0)
	t.SetLang(string(w.lang))
	t.SetTitle(title, true)
	t.SetCatalogSort(true)
	t.SetCreationDate(at.UTC())
	t.SetModificationDate(at.UTC())
	return t
}

// SetFont sets the font, and reads its file at the first use: to read a font
// takes most of the time of a page.
func (t *sheet) SetFont(name, style string, size float64) {
	if t.western {
		t.AddFontFromBytes(name, "", westernFonts()[name].description, westernFonts()[name].file)
	} else {
		t.AddUTF8FontFromBytes(name, "", fontFiles[name])
	}
	t.Fpdf.SetFont(name, style, size)
}

// The sizes of a page of A4.
var (
	portrait  = fpdf.SizeType{Wd: 210, Ht: 297}
	landscape = fpdf.SizeType{Wd: 297, Ht: 210}
)

// style is font, size and colour of a text.
type style struct {
	font string
	size float64 // in points
	ink  colour
}

// leading is the height of a line of text, in millimetres.
func (s style) leading() float64 { return s.size * 0.45 }

func (t *sheet) set(s style) {
	t.SetFont(s.font, "", s.size)
	t.SetTextColor(s.ink[0], s.ink[1], s.ink[2])
}

// wrap breaks a text into lines of at most this width: at ordinary spaces,
// after hyphens and slashes, and within words that are too wide.
func (t *sheet) wrap(s style, text string, width float64) []string {
	t.SetFont(s.font, "", s.size)
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, t.wrapLine(paragraph, width)...)
	}
	return lines
}

func (t *sheet) wrapLine(text string, width float64) (lines []string) {
	current := ""
	for _, piece := range pieces(text) {
		if t.GetStringWidth(strings.TrimRight(current+piece, " ")) <= width {
			current += piece
			continue
		}
		if current != "" {
			lines = append(lines, strings.TrimRight(current, " "))
		}
		for current = piece; t.GetStringWidth(strings.TrimRight(current, " ")) > width; {
			head := t.prefixThatFits(current, width)
			lines, current = append(lines, current[:head]), current[head:]
		}
	}
	if current = strings.TrimRight(current, " "); current != "" {
		lines = append(lines, current)
	}
	return lines
}

// prefixThatFits is how many bytes of a word fit into the width. It is one
// letter at least.
func (t *sheet) prefixThatFits(word string, width float64) int {
	fits := 0
	for i := range word {
		if i > 0 {
			if fits > 0 && t.GetStringWidth(word[:i]) > width {
				break
			}
			fits = i
		}
	}
	if fits == 0 { // one letter
		return len(word)
	}
	return fits
}

// pieces cuts a text after each place where a line may end.
func pieces(text string) []string {
	var list []string
	from := 0
	for i, r := range text {
		if (r == ' ' || r == '-' || r == '/') && i > from {
			list, from = append(list, text[from:i+1]), i+1
		}
	}
	return append(list, text[from:])
}

// put writes lines from y downwards and returns the y below them.
func (t *sheet) put(s style, x, y, width float64, align string, lines []string) float64 {
	t.set(s)
	for _, text := range lines {
		t.SetXY(x, y)
		t.CellFormat(width, s.leading(), text, "", 0, align, false, 0, "")
		y += s.leading()
	}
	return y
}

// paragraph writes a text, without what the font cannot draw and wrapped, and
// returns the y below it.
func (t *sheet) paragraph(s style, x, y, width float64, text string) float64 {
	shown, whole := drawable(s.font, text)
	t.lettersLost = t.lettersLost || !whole
	return t.put(s, x, y, width, "L", t.wrap(s, shown, width))
}

// setPen sets colour and width of lines.
func (t *sheet) setPen(c colour, width float64) {
	t.SetDrawColor(c[0], c[1], c[2])
	t.SetLineWidth(width)
}
