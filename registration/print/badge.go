package print

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// Format is what badges are printed on. The zero value is no format: use
// [ParseFormat].
type Format string

// The formats: a sheet of A4 with eight badges of 90 by 60 mm to be cut out,
// or one badge on a label of a label printer, in two sizes.
const (
	A4       Format = "a4"
	SmallTag Format = "89x41"
	LargeTag Format = "100x62"
)

// Formats lists the formats.
func Formats() []Format { return []Format{A4, SmallTag, LargeTag} }

// ParseFormat returns the format that s names, A4 if s is empty. It returns
// false for an unknown name.
func ParseFormat(s string) (Format, bool) {
	if s == "" {
		return A4, true
	}
	return Format(s), slices.Contains(Formats(), Format(s))
}

// geometry is the layout of badges on a page, in millimetres.
type geometry struct {
	page          fpdf.SizeType
	width, height float64 // of a badge
	columns, rows int
	qr, band      float64 // width of the QR code, height of the band with the category
	given         float64 // points of a given name at most
	cutMarks      bool    // marks at the corners
	small         bool    // without the meeting's title
}

var geometries = map[Format]geometry{
	A4:       {page: portrait, width: 90, height: 60, columns: 2, rows: 4, qr: 22, band: 7.5, given: 18, cutMarks: true},
	SmallTag: {page: fpdf.SizeType{Wd: 89, Ht: 41}, width: 89, height: 41, columns: 1, rows: 1, qr: 18.5, band: 5.8, given: 12, small: true},
	LargeTag: {page: fpdf.SizeType{Wd: 100, Ht: 62}, width: 100, height: 62, columns: 1, rows: 1, qr: 24, band: 7.5, given: 18},
}

// Badges are the badges of people.
type Badges struct {
	Title   string
	Meeting Text
	All     []Badge

	paper  Paper
	format Format
}

// Badge is what one person's badge shows.
type Badge struct {
	Family, Given string
	Organisation  string
	Territory     string // official name, "" for none
	Category      string // in words, "" for none
	CategoryID    registration.Category
	NoPhotograph  bool // the person refuses photographs
	Code          string
	Address       string // the address of the person at the desk: all that the QR code contains
	OnScreen      bool   // the PDF shows the code, because its fonts lack a letter of the name
}

// NewBadges returns the badges of people, in the order given. The QR code of
// each contains address(code).
func NewBadges(p Paper, f Format, people []registration.Signup, address func(code string) string) Badges {
	w := wordingIn(p.Language)
	b := Badges{Title: w.T("paper.badges.title"), Meeting: w.written(p.Meeting.Title), paper: p, format: f}
	for _, s := range people {
		badge := Badge{
			Family: s.FamilyName, Given: s.GivenName, Organisation: s.Organisation, Territory: territory(s.Territory), CategoryID: s.Category,
			NoPhotograph: s.RefusesPhotographs(), Code: ticket.Grouped(s.Code), Address: address(s.Code),
			OnScreen: !Drawable(s.FamilyName) || !Drawable(s.GivenName),
		}
		if s.Category != "" {
			badge.Category = w.T("words.category." + string(s.Category))
		}
		b.All = append(b.All, badge)
	}
	return b
}

// categoryInk is the colour of the band of a category. White is legible on
// each.
var categoryInk = map[registration.Category]colour{
	registration.Elected:    {0x0b, 0x55, 0x63},
	registration.RegionBody: {0x5b, 0x3a, 0x8c},
	registration.StateBody:  {0x1d, 0x23, 0x27},
	registration.Operator:   {0x54, 0x5c, 0x63},
	registration.Industry:   {0x8a, 0x53, 0x00},
	registration.Student:    {0x3c, 0x63, 0x14},
	registration.Press:      {0xa4, 0x16, 0x1a},
	registration.Other:      {0x83, 0x2a, 0x61},
}

// PDF implements [Document].
func (b Badges) PDF(w io.Writer) error {
	g := geometries[b.format]
	t := newSheet(wordingIn(b.paper.Language), b.Title+" – "+b.Meeting.Text, g.page, b.paper.At)
	for i, badge := range b.All {
		n := i % (g.columns * g.rows)
		if n == 0 {
			t.AddPage()
		}
		x := (g.page.Wd-g.width*float64(g.columns))/2 + g.width*float64(n%g.columns)
		y := (g.page.Ht-g.height*float64(g.rows))/2 + g.height*float64(n/g.columns)
		if g.cutMarks {
			t.cutMarks(x, y, g)
		}
		if err := t.badge(badge, b.Meeting.Text, g, x, y); err != nil {
			return err
		}
	}
	if len(b.All) == 0 {
		t.AddPage()
		t.paragraph(style{"sans", 10, ink}, 6, 6, g.page.Wd-12, t.words.T("paper.badges.none"))
	}
	return t.Output(w)
}

// cutMarks draws a small cross at each corner of a badge.
func (t *sheet) cutMarks(x, y float64, g geometry) {
	t.setPen(line, 0.15)
	for _, cx := range []float64{x, x + g.width} {
		for _, cy := range []float64{y, y + g.height} {
			t.Line(cx-2, cy, cx+2, cy)
			t.Line(cx, cy-2, cx, cy+2)
		}
	}
}

// badgePad is the margin within a badge, in millimetres.
const badgePad = 4.0

// smallNameSize is a size in points. A larger name stands on two lines at
// most, with its words whole.
const smallNameSize = 16

// minNameSize is the smallest size of a name, in points. A name of a hundred
// letters fits into every format at this size.
const minNameSize = 6.5

// badge draws one badge with its upper left corner at x, y: the family name
// over the whole width, the rest beside the QR code.
func (t *sheet) badge(b Badge, meeting string, g geometry, x, y float64) error {
	inside := g.width - 2*badgePad
	left, bottom := x+badgePad, y+g.height-g.band
	top := y + badgePad - 1
	if !g.small {
		top = t.put(noteStyle, left, top+0.5, inside, "L", t.oneLine(noteStyle, meeting, inside)) + 1
	}
	family, given := b.Family, b.Given
	if b.OnScreen {
		family, given = b.Code, t.words.T("paper.name_on_screen")
	}
	beside := bottom - g.qr - 1 // where the QR code begins
	large := t.familyStyle(family, inside, beside-top)
	lines := t.wrap(large, drawableIn(large, family), inside)
	top += max(0, (beside-top-float64(len(lines))*large.leading())/2)
	t.put(large, left, top, inside, "L", lines)
	if err := t.qr(b.Address, x+g.width-badgePad-g.qr+1, bottom-g.qr-0.4, g.qr); err != nil {
		return err
	}
	width := inside - g.qr - 1
	small := style{"sans", min(max(12, large.size*0.5), g.given), ink}
	lines = t.givenLines(&small, given, width, 0.6*g.qr)
	top = t.put(small, left, beside, width, "L", lines)
	t.affiliation(b, left, top+0.8, width, bottom-0.8)
	t.band(b, x, bottom, g) // last: texts are read in this order
	return nil
}

// familyStyle is the largest style in which a family name fits into the room.
func (t *sheet) familyStyle(name string, width, room float64) style {
	for s := (style{"serif", 36, ink}); ; s.size -= 0.5 {
		lines := t.wrap(s, drawableIn(s, name), width)
		fits := float64(len(lines))*s.leading() <= room
		if fits && s.size > smallNameSize {
			fits = len(lines) <= 2 && !t.broken(s, drawableIn(s, name), width)
		}
		if fits || s.size <= minNameSize {
			return s
		}
	}
}

// givenLines wraps a given name and makes its style smaller until it fits
// into the room. It uses one line if that is possible with 10 points or more.
func (t *sheet) givenLines(s *style, name string, width, room float64) []string {
	for ; ; s.size -= 0.5 {
		lines := t.wrap(*s, drawableIn(*s, name), width)
		crowded := float64(len(lines))*s.leading() > room
		if s.size <= minNameSize || !crowded && (len(lines) <= 1 || s.size <= 10) {
			return lines
		}
	}
}

// broken reports whether a word of the text is too wide for a line at this
// size.
func (t *sheet) broken(s style, text string, width float64) bool {
	t.SetFont(s.font, "", s.size)
	return slices.ContainsFunc(pieces(text), func(word string) bool {
		return t.GetStringWidth(strings.TrimRight(word, " ")) > width
	})
}

// affiliation writes organisation and territory beside the QR code. What does
// not fit is cut off with an ellipsis.
func (t *sheet) affiliation(b Badge, x, y, width, bottom float64) {
	organisation, where := style{"bold", 11, ink}, style{"sans", 9, muted}
	if b.NoPhotograph {
		bottom -= noPhotographHeight
		defer t.noPhotograph(x, bottom)
	}
	place := t.wrap(where, drawableIn(where, b.Territory), width)
	if len(place) > 2 {
		place = t.cutOff(where, place[:2], width)
	}
	for organisation.size > 9 && t.lineCount(organisation, b.Organisation, width)*organisation.leading() > bottom-y-float64(len(place))*where.leading() {
		organisation.size--
	}
	lines := t.wrap(organisation, drawableIn(organisation, b.Organisation), width)
	for len(place) > 0 && float64(min(2, len(lines)))*organisation.leading()+float64(len(place))*where.leading() > bottom-y {
		place = place[:len(place)-1]
	}
	most := int((bottom - y - float64(len(place))*where.leading()) / organisation.leading())
	switch {
	case most < 1:
		lines = nil
	case len(lines) > most:
		lines = t.cutOff(organisation, lines[:most], width)
	}
	y = t.put(organisation, x, y, width, "L", lines)
	t.put(where, x, y, width, "L", place)
}

func (t *sheet) lineCount(s style, text string, width float64) float64 {
	return float64(len(t.wrap(s, drawableIn(s, text), width)))
}

// cutOff makes the last line end with an ellipsis.
func (t *sheet) cutOff(s style, lines []string, width float64) []string {
	t.SetFont(s.font, "", s.size)
	lines = slices.Clone(lines)
	last := []rune(lines[len(lines)-1])
	for len(last) > 0 && t.GetStringWidth(string(last)+"…") > width {
		last = last[:len(last)-1]
	}
	lines[len(lines)-1] = strings.TrimRight(string(last), " ") + "…"
	return lines
}

// oneLine is a text in one line, cut off with an ellipsis where needed.
func (t *sheet) oneLine(s style, text string, width float64) []string {
	lines := t.wrap(s, drawableIn(s, text), width)
	if len(lines) > 1 {
		return t.cutOff(s, lines[:1], width)
	}
	return lines
}

// band draws a band at the foot of a badge with the category in words, in its
// colour.
func (t *sheet) band(b Badge, x, y float64, g geometry) {
	fill, ok := categoryInk[b.CategoryID]
	if !ok {
		return
	}
	t.SetFillColor(fill[0], fill[1], fill[2])
	t.Rect(x, y, g.width, g.band, "F")
	s := style{"bold", 11, colour{255, 255, 255}}
	for s.size > 9 && t.lineCount(s, b.Category, g.width-2*badgePad) > 1 {
		s.size -= 0.5
	}
	t.put(s, x+badgePad, y+(g.band-s.leading())/2, g.width-2*badgePad, "L", t.oneLine(s, b.Category, g.width-2*badgePad))
}

// qr draws the QR code of an address with a part of its white margin.
func (t *sheet) qr(address string, x, y, width float64) error {
	size, err := ticket.Runs(address, func(int, int, int) {})
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	module := width / float64(size-4) // a margin of two modules is drawn; the badge has room for the other two
	t.SetFillColor(0, 0, 0)
	_, err = ticket.Runs(address, func(col, row, n int) {
		t.Rect(x+float64(col-2)*module, y+float64(row-2)*module, float64(n)*module, module, "F")
	})
	return err
}

const noPhotographHeight = 5.2

// noPhotograph draws a camera that is crossed out, and writes what it means.
func (t *sheet) noPhotograph(x, y float64) {
	red := colour{0xa4, 0x16, 0x1a}
	t.setPen(red, 0.45)
	t.RoundedRect(x, y+1, 6, 3.9, 0.6, "1234", "D")
	t.Circle(x+3, y+2.95, 1.15, "D")
	t.Line(x+1.6, y+1, x+2.2, y+0.3)
	t.Line(x+2.2, y+0.3, x+3.8, y+0.3)
	t.Line(x+3.8, y+0.3, x+4.4, y+1)
	t.Line(x-0.4, y+5.2, x+6.4, y+0)
	s := style{"bold", 9, red}
	t.put(s, x+7.6, y+0.9, 40, "L", []string{t.words.T("paper.badges.no_photograph")})
}
