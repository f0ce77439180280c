package print

import (
	"io"
)

// List is a table on paper. A page and the PDF show the same of it.
type List struct {
	Title   string // of the document
	Meeting Text   // its title
	Facts   []Fact
	Columns []Column
	Parts   []Part
	Notice  string // at the foot of every page
	Wide    bool   // across the page

	paper Paper
	row   float64
}

// Column is a column of a list.
type Column struct {
	Title string
	Kind  ColumnKind
	width float64 // in millimetres
}

// ColumnKind is what a column contains. The zero value is a text.
type ColumnKind string

// The kinds of columns.
const (
	TextColumn   ColumnKind = ""
	NumberColumn ColumnKind = "number"
	NameColumn   ColumnKind = "name" // a family name, which rows are found by
	SignColumn   ColumnKind = "sign" // a family name, by which people look for a row
	TickColumn   ColumnKind = "tick" // a box to tick
)

// Part is a section of a list: rows under a title.
type Part struct {
	Title string // "" for the first part
	Note  string // a sentence under the title, "" for none
	Rows  []Row
	Blank int // how many empty rows follow, to be filled in by hand
}

// Row is the row of one person, with a cell for each column.
type Row struct {
	Cells      []string
	Struck     bool     // the person was on the list and is not expected any more
	substitute []string // what the PDF shows in place of cells that it cannot draw, "" for the cell itself
}

// The text of lists.
var (
	titleStyle = style{"serif", 18, ink}
	partStyle  = style{"serif", 13, ink}
	cellStyle  = style{"sans", 10, ink}
	nameStyle  = style{"bold", 10, ink}
	headStyle  = style{"bold", 9, muted}
	factStyle  = style{"sans", 10, ink}
	noteStyle  = style{"sans", 9, muted}
)

// Of a list, in millimetres.
const (
	cellPad   = 1.6  // above and below the text of a cell
	columnGap = 3.0  // between the text of a cell and the next column
	footWidth = 56.0 // of the page number and the time of printing, beside the notice
)

// PDF implements [Document].
func (l List) PDF(w io.Writer) error {
	size := portrait
	if l.Wide {
		size = landscape
	}
	t := newSheet(wordingIn(l.paper.Language), l.Title+" – "+l.Meeting.Text, size, l.paper.At)
	p := &pager{sheet: t, list: l, width: size.Wd - 2*margin}
	p.measure(size.Ht)
	p.lay()
	for i, page := range p.pages {
		p.draw(i, page)
	}
	return t.Output(w)
}

// pager distributes the rows of a list over pages before it draws anything,
// because the foot of each page says how many pages there are.
type pager struct {
	*sheet
	list        List
	width       float64
	top, bottom float64 // between which there is room for rows
	foot        float64 // where the notice begins
	notice      []string
	pages       [][]block
	y           float64 // of the page that is being filled
}

// block is something with a height: the title of a part, the titles of the
// columns, or a row.
type block struct {
	height float64
	draw   func(y float64)
}

// measure finds the room between head and foot. Both are the same on every
// page, because pages come apart.
func (p *pager) measure(pageHeight float64) {
	p.notice = p.wrap(noteStyle, drawableIn(noteStyle, p.list.Notice), p.width-footWidth-4)
	p.foot = pageHeight - margin - max(2, float64(len(p.notice)))*noteStyle.leading()
	p.bottom = p.foot - 4
	p.AddPage() // fonts can only be measured on a page
	p.top = p.head() + 5
}

// drawableIn is a text without what the font of the style cannot draw.
func drawableIn(s style, text string) string {
	text, _ = drawable(s.font, text)
	return text
}

// head draws the head of a page and returns where it ends.
func (p *pager) head() float64 {
	y := p.paragraph(titleStyle, margin, margin, p.width, p.list.Title)
	y = p.paragraph(style{"serif", 12, ink}, margin, y+1, p.width, p.list.Meeting.Text) + 2
	p.set(noteStyle)
	label := 0.0
	for _, f := range p.list.Facts {
		label = max(label, p.GetStringWidth(f.Label)+3)
	}
	for _, f := range p.list.Facts {
		p.put(noteStyle, margin, y+0.2, label, "L", []string{f.Label})
		y = p.paragraph(factStyle, margin+label, y, p.width-label, f.value())
	}
	return y
}

// lay puts every block on a page. Each page repeats the titles of the
// columns, and the title of a part never stands alone at the end of a page.
func (p *pager) lay() {
	p.newPage()
	for i, part := range p.list.Parts {
		if len(part.Rows)+part.Blank == 0 && part.Note == "" {
			continue
		}
		title := p.partTitle(part, i > 0)
		if p.y+title.height+p.columns().height+2*p.list.row > p.bottom {
			p.newPage()
		}
		p.add(title)
		if len(part.Rows)+part.Blank == 0 {
			continue
		}
		p.add(p.columns())
		for _, r := range part.Rows {
			p.addRow(p.cells(r))
		}
		for range part.Blank {
			p.addRow(p.blank())
		}
	}
}

func (p *pager) newPage() {
	p.pages = append(p.pages, nil)
	p.y = p.top
}

func (p *pager) add(b block) {
	if b.height == 0 {
		return
	}
	last := len(p.pages) - 1
	p.pages[last] = append(p.pages[last], b)
	p.y += b.height
}

func (p *pager) addRow(b block) {
	if p.y+b.height > p.bottom {
		p.newPage()
		p.add(p.columns())
	}
	p.add(b)
}

// draw draws page i.
func (p *pager) draw(i int, page []block) {
	if i > 0 {
		p.AddPage()
		p.head()
	}
	y := p.top
	for _, b := range page {
		b.draw(y)
		y += b.height
	}
	p.setPen(hairline, 0.2)
	p.Line(margin, p.foot-2, margin+p.width, p.foot-2)
	p.put(noteStyle, margin, p.foot, p.width-footWidth-4, "L", p.notice)
	p.put(noteStyle, margin+p.width-footWidth, p.foot, footWidth, "R", []string{
		p.words.T("paper.page", "Page", p.words.Number(i+1), "Pages", p.words.Number(len(p.pages))),
		p.words.T("paper.printed", "Day", p.words.Date(p.list.paper.At), "Hour", p.words.Hour(p.list.paper.At)),
	})
}

// partTitle is the title of a part with its note.
func (p *pager) partTitle(part Part, after bool) block {
	above := 0.0
	if after {
		above = 6
	}
	title := p.wrap(partStyle, drawableIn(partStyle, part.Title), p.width)
	note := p.wrap(factStyle, drawableIn(factStyle, part.Note), p.width)
	height := float64(len(title))*partStyle.leading() + float64(len(note))*factStyle.leading()
	if height == 0 {
		return block{}
	}
	return block{height + above + 3, func(y float64) {
		y = p.put(partStyle, margin, y+above, p.width, "L", title)
		p.put(factStyle, margin, y+0.5, p.width, "L", note)
	}}
}

// columns is the line of the columns' titles.
func (p *pager) columns() block {
	return p.line(func(c Column, _ int) (style, string) { return headStyle, c.Title }, func(y, height float64) {
		p.setPen(ink, 0.4)
		p.Line(margin, y+height, margin+p.width, y+height)
	}, 6, false)
}

// cells is the row of one person.
func (p *pager) cells(r Row) block {
	s := func(c Column, i int) (style, string) {
		text := r.Cells[i]
		if r.substitute != nil && r.substitute[i] != "" {
			text = r.substitute[i]
		}
		s := cellStyle
		if c.Kind == NameColumn {
			s = nameStyle
		}
		if r.Struck {
			s.ink = muted
		}
		return s, text
	}
	return p.line(s, func(y, height float64) { p.frame(y, height, r) }, p.list.row, r.Struck)
}

// blank is an empty row, to be filled in by hand.
func (p *pager) blank() block {
	return p.cells(Row{Cells: make([]string, len(p.list.Columns))})
}

// line lays out one text in each column. Its height is that of the highest.
func (p *pager) line(text func(Column, int) (style, string), around func(y, height float64), least float64, struck bool) block {
	type cell struct {
		style
		lines []string
	}
	all, height := make([]cell, len(p.list.Columns)), least
	for i, c := range p.list.Columns {
		s, words := text(c, i)
		all[i] = cell{s, p.wrap(s, drawableIn(s, words), c.width-columnGap)}
		height = max(height, float64(len(all[i].lines))*s.leading()+2*cellPad)
	}
	return block{height, func(y float64) {
		around(y, height)
		x := margin
		for i, c := range p.list.Columns {
			above := (height - float64(len(all[i].lines))*all[i].leading()) / 2
			align := "L"
			if c.Kind == NumberColumn { // units below units
				align = "R"
			}
			p.put(all[i].style, x, y+above, c.width-columnGap, align, all[i].lines)
			if struck && c.Kind == NameColumn {
				p.strike(all[i].style, x, y+above, all[i].lines)
			}
			x += c.width
		}
	}}
}

// strike draws a line through texts.
func (p *pager) strike(s style, x, y float64, lines []string) {
	p.set(s)
	p.setPen(muted, 0.35)
	for i, text := range lines {
		at := y + (float64(i)+0.5)*s.leading()
		p.Line(x, at, x+p.GetStringWidth(text), at)
	}
}

// frame draws the line under a row, the lines between signatures and the
// boxes to tick.
func (p *pager) frame(y, height float64, r Row) {
	x := margin
	for i, c := range p.list.Columns {
		switch {
		case r.Cells[i] != "" || r.Struck:
		case c.Kind == SignColumn:
			p.setPen(line, 0.2)
			p.Line(x-cellPad/2, y, x-cellPad/2, y+height)
		case c.Kind == TickColumn:
			p.setPen(ink, 0.3)
			p.Rect(x, y+height/2-2, 4, 4, "D")
		}
		x += c.width
	}
	p.setPen(hairline, 0.2)
	p.Line(margin, y+height, margin+p.width, y+height)
}
