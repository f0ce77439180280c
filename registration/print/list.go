package print

import (
	"io"
)

// List is a table on paper: what a page shows of it is what its PDF says.
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

// Column is one of a list.
type Column struct {
	Title string
	Kind  ColumnKind
	width float64 // in millimetres
}

// ColumnKind is what stands in a column. The zero value is a text.
type ColumnKind string

// The kinds of columns.
const (
	TextColumn   ColumnKind = ""
	NumberColumn ColumnKind = "number"
	NameColumn   ColumnKind = "name" // a family name, which rows are found by
	SignColumn   ColumnKind = "sign" // empty, to sign in
	TickColumn   ColumnKind = "tick" // a box to tick
)

// Part is some rows of a list under a title.
type Part struct {
	Title string // "" for the only one, or the first
	Note  string // what to know of it, "" for nothing
	Rows  []Row
	Blank int // empty rows to be filled in by hand, after the others
}

// Row is one person's, a cell for each column.
type Row struct {
	Cells  []string
	Struck bool     // who was here, and is not expected any more
	stand  []string // what a PDF has instead of cells whose letters it cannot draw
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
	pad       = 1.6  // above and below the text of a cell
	gap       = 3.0  // beside it, before the next column
	footWidth = 56.0 // of what stands beside the notice: page and hour
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

// pager lays a list out on pages before it draws them, because the foot of
// each says how many there are.
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

// block is something of a height: a part's title, the columns' titles, or a row.
type block struct {
	height float64
	draw   func(y float64)
}

// measure finds the room that head and foot leave: they are the same on every
// page, for sheets come apart.
func (p *pager) measure(pageHeight float64) {
	p.notice = p.wrap(noteStyle, shown(noteStyle, p.list.Notice), p.width-footWidth-4)
	p.foot = pageHeight - margin - max(2, float64(len(p.notice)))*noteStyle.leading()
	p.bottom = p.foot - 4
	p.AddPage() // fonts can only be measured on a page
	p.top = p.head() + 5
}

// shown is a text as the font can draw it.
func shown(s style, text string) string {
	text, _ = drawable(s.font, text)
	return text
}

// head draws the head of a page and returns where it ends.
func (p *pager) head() float64 {
	y := p.par(titleStyle, margin, margin, p.width, p.list.Title)
	y = p.par(style{"serif", 12, ink}, margin, y+1, p.width, p.list.Meeting.Text) + 2
	p.set(noteStyle)
	label := 0.0
	for _, f := range p.list.Facts {
		label = max(label, p.GetStringWidth(f.Label)+3)
	}
	for _, f := range p.list.Facts {
		p.put(noteStyle, margin, y+0.2, label, "L", []string{f.Label})
		y = p.par(factStyle, margin+label, y, p.width-label, f.value())
	}
	return y
}

// lay puts every block on a page. The titles of the columns are repeated, and no
// title is left alone at the end of a page.
func (p *pager) lay() {
	p.turn()
	for i, part := range p.list.Parts {
		if len(part.Rows)+part.Blank == 0 && part.Note == "" {
			continue
		}
		title := p.partTitle(part, i > 0)
		if p.y+title.height+p.columns().height+2*p.list.row > p.bottom {
			p.turn()
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

func (p *pager) turn() {
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
		p.turn()
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
	p.draws(hair, 0.2)
	p.Line(margin, p.foot-2, margin+p.width, p.foot-2)
	p.put(noteStyle, margin, p.foot, p.width-footWidth-4, "L", p.notice)
	p.put(noteStyle, margin+p.width-footWidth, p.foot, footWidth, "R", []string{
		p.words.T("paper.page", "Page", p.words.Number(i+1), "Pages", p.words.Number(len(p.pages))),
		p.words.T("paper.printed", "Day", p.words.Date(p.list.paper.At), "Hour", p.words.Hour(p.list.paper.At)),
	})
}

// partTitle is the title of a part and what to know of it.
func (p *pager) partTitle(part Part, after bool) block {
	above := 0.0
	if after {
		above = 6
	}
	title := p.wrap(partStyle, shown(partStyle, part.Title), p.width)
	note := p.wrap(factStyle, shown(factStyle, part.Note), p.width)
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
		p.draws(ink, 0.4)
		p.Line(margin, y+height, margin+p.width, y+height)
	}, 6, false)
}

// cells is the row of a person.
func (p *pager) cells(r Row) block {
	s := func(c Column, i int) (style, string) {
		text := r.Cells[i]
		if r.stand != nil && r.stand[i] != "" {
			text = r.stand[i]
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

// blank is a row to be filled in by hand.
func (p *pager) blank() block {
	return p.cells(Row{Cells: make([]string, len(p.list.Columns))})
}

// line lays out one text for each column, as high as the highest.
func (p *pager) line(text func(Column, int) (style, string), around func(y, height float64), least float64, struck bool) block {
	type cell struct {
		style
		lines []string
	}
	all, height := make([]cell, len(p.list.Columns)), least
	for i, c := range p.list.Columns {
		s, words := text(c, i)
		all[i] = cell{s, p.wrap(s, shown(s, words), c.width-gap)}
		height = max(height, float64(len(all[i].lines))*s.leading()+2*pad)
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
			p.put(all[i].style, x, y+above, c.width-gap, align, all[i].lines)
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
	p.draws(muted, 0.35)
	for i, text := range lines {
		at := y + (float64(i)+0.5)*s.leading()
		p.Line(x, at, x+p.GetStringWidth(text), at)
	}
}

// frame draws the line under a row, boxes to sign in and boxes to tick.
func (p *pager) frame(y, height float64, r Row) {
	x := margin
	for i, c := range p.list.Columns {
		switch {
		case r.Cells[i] != "" || r.Struck:
		case c.Kind == SignColumn:
			p.draws(line, 0.2)
			p.Line(x-pad/2, y, x-pad/2, y+height)
		case c.Kind == TickColumn:
			p.draws(ink, 0.3)
			p.Rect(x, y+height/2-2, 4, 4, "D")
		}
		x += c.width
	}
	p.draws(hair, 0.2)
	p.Line(margin, y+height, margin+p.width, y+height)
}
