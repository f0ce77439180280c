package print

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// Ticket is what the ticket of one person shows.
type Ticket struct {
	Meeting registration.Meeting
	Signup  registration.Signup
	Address string // the address of the person at the desk: all that the QR code contains
}

// The measures of a ticket, in millimetres. It is a card between the margins
// of the page, with a stub at its left.
const (
	pageWidth = 210.0
	cardWidth = pageWidth - 2*margin
	stubWidth = 62.0
	padding   = 8.0
	textLeft  = margin + stubWidth + padding
	textWidth = cardWidth - stubWidth - 2*padding
	qrWidth   = stubWidth - 2*padding
)

// Tickets writes a PDF in language l with one page of A4 for each ticket.
// Letters other than Latin, Greek and Cyrillic ones are replaced by a mark, and
// a name that has no others by the person's address or code; then a line says
// that the web page of the ticket shows them. It returns the error of w, or an
// error if a text is too long for a QR code.
func Tickets(w io.Writer, l registration.Language, tickets ...Ticket) error {
	t, err := drawTickets(l, true, tickets)
	if err == nil && t.lacksLetter {
		t, err = drawTickets(l, false, tickets)
	}
	if err != nil {
		return err
	}
	return t.Output(w)
}

// drawTickets draws with the fonts of [westernFonts], or with the whole
// fonts, which takes ten times as long.
func drawTickets(l registration.Language, western bool, tickets []Ticket) (*sheet, error) {
	words := wordingIn(l)
	t := newSheet(words, words.T("ticket.title"), portrait, time.Time{})
	t.western = western
	t.SetCellMargin(1)
	for _, p := range tickets {
		t.SetCreationDate(p.Signup.AddressConfirmedAt.UTC()) // not the present time, so that the same ticket is always the same file
		t.SetModificationDate(p.Signup.AddressConfirmedAt.UTC())
		t.AddPage()
		if err := t.draw(p); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// draw draws the ticket of one person. The stub has a fixed height; the card
// grows with the text beside it.
func (t *sheet) draw(p Ticket) error {
	m, top := p.Meeting, margin+padding
	t.lettersLost = false
	t.SetXY(textLeft, top)
	t.text("sans", 10, muted, t.words.T("ticket.title"))
	name, unnamed := p.shownName()
	t.name(name)
	for _, s := range []string{p.Signup.Function, p.Signup.Organisation} {
		t.text("sans", 11, ink, s)
	}
	t.gap(4)
	t.text("serif", 15, ink, t.words.text(m.Title))
	t.text("sans", 11, ink, t.words.venueLines(m))
	if sessions := t.words.sessions(p); sessions != "" {
		t.gap(4)
		t.text("sans", 10, muted, t.words.T("words.column.sessions"))
		t.text("sans", 11, ink, sessions)
	}
	if m.Example {
		t.gap(4)
		t.text("sans", 9, muted, t.words.T("meeting.examples"))
	}
	if unnamed {
		t.gap(4)
		t.text("sans", 10, ink, t.words.T("ticket.unnamed"))
	}
	if t.lettersLost {
		t.gap(4)
		t.text("sans", 10, ink, t.words.T("ticket.cut"))
	}
	textEnds := t.GetY()
	stubEnds, err := t.stub(p, top)
	if err != nil {
		return err
	}
	bottom := max(stubEnds, textEnds) + padding
	t.frame(bottom)
	t.SetXY(margin, bottom+6)
	t.SetLeftMargin(margin)
	t.belowCard("sans", 10, muted, t.words.T("ticket.use"))
	t.belowCard("sans", 10, muted, t.words.text(m.Venue.Access))
	return nil
}

// shownName returns the name of the person. If none of its letters can be drawn,
// unnamed is true and the name is the person's address, by which the person knows
// whose ticket it is, or else the code.
func (p Ticket) shownName() (name string, unnamed bool) {
	name = p.Signup.GivenName + " " + p.Signup.FamilyName
	if shown, whole := drawable("serif", name); whole || strings.Trim(shown, leftOut+" ") != "" {
		return name, false
	}
	if _, whole := drawable("serif", p.Signup.Email); whole && p.Signup.Email != "" {
		return p.Signup.Email, true
	}
	return ticket.Grouped(p.Signup.Code), true
}

// stub draws the day, the hours, the QR code and the short code, and returns
// the y below them.
func (t *sheet) stub(p Ticket, top float64) (float64, error) {
	m, day := p.Meeting, p.Meeting.Day.In(registration.Paris)
	x := margin + padding
	t.colour(ink)
	t.SetFont("serif", "", 54)
	number := t.encodeText(t.words.DayNumber(day))
	t.SetXY(x-1, top)
	t.Cell(0, 16, number)
	beside := x + t.GetStringWidth(number) + 3
	for i, word := range []string{t.words.Weekday(day), t.words.Month(day), strconv.Itoa(m.Day.Year)} {
		t.SetFont("sans", "", 11)
		t.SetXY(beside, top+0.5+float64(i)*5.2)
		t.Cell(0, 5, t.encodeText(word))
	}
	t.SetXY(x-1, top+20)
	t.SetFont("sans", "", 11)
	t.Cell(0, 5, t.encodeText(t.words.hours(m)))
	y := top + 28
	size, err := ticket.Runs(p.Address, func(int, int, int) {})
	if err != nil {
		return 0, fmt.Errorf("print: %w", err)
	}
	module := qrWidth / float64(size-8) // the white margin is that of the card
	t.SetFillColor(0, 0, 0)
	_, err = ticket.Runs(p.Address, func(col, row, n int) {
		t.Rect(x+float64(col-4)*module, y+float64(row-4)*module, float64(n)*module, module, "F")
	})
	t.SetFont("sans", "", 9)
	t.colour(muted)
	t.SetXY(x-1, y+qrWidth+1)
	t.Cell(0, 5, t.encodeText(t.words.T("words.column.code")))
	t.SetFont("serif", "", 19)
	t.colour(ink)
	t.SetXY(x-1, y+qrWidth+6)
	t.Cell(0, 8, t.encodeText(ticket.Grouped(p.Signup.Code)))
	return y + qrWidth + 14, err
}

// frame draws the edge of the card, and a dashed line where the stub is torn
// off.
func (t *sheet) frame(bottom float64) {
	t.setPen(line, 0.25)
	t.Rect(margin, margin, cardWidth, bottom-margin, "D")
	t.SetDashPattern([]float64{1.2, 1.2}, 0)
	t.Line(margin+stubWidth, margin, margin+stubWidth, bottom)
	t.SetDashPattern(nil, 0)
}

// name writes a name, as large as it fits on two lines with its words whole.
func (t *sheet) name(text string) {
	shown, _ := drawable("serif", text)
	size := 24.0
	for ; size > 13; size-- {
		s := style{"serif", size, ink}
		if len(t.lines(s, shown, textWidth)) <= 2 && !t.broken(s, t.encodeText(shown), textWidth-2*t.GetCellMargin()) {
			break
		}
	}
	t.gap(2)
	t.text("serif", size, ink, text)
	t.gap(1)
}

// lines breaks a text into the lines of a cell of this width.
func (t *sheet) lines(s style, text string, width float64) []string {
	return t.wrap(s, t.encodeText(text), width-2*t.GetCellMargin())
}

// text writes a text at the right of the stub. An empty text takes no room.
func (t *sheet) text(font string, size float64, c colour, text string) {
	t.SetLeftMargin(textLeft)
	t.SetX(textLeft)
	t.write(font, size, c, text, textWidth)
}

// belowCard writes a text under the card.
func (t *sheet) belowCard(font string, size float64, c colour, text string) {
	t.write(font, size, c, text, cardWidth)
	t.gap(2)
}

func (t *sheet) write(font string, size float64, c colour, text string, width float64) {
	text, whole := drawable(font, text)
	if text == "" {
		return
	}
	t.lettersLost = t.lettersLost || !whole
	s := style{font, size, c}
	lines := t.lines(s, text, width)
	t.SetY(t.put(s, t.GetX(), t.GetY(), width, "L", lines))
}

func (t *sheet) gap(mm float64) { t.SetY(t.GetY() + mm) }

func (t *sheet) colour(c colour) { t.SetTextColor(c[0], c[1], c[2]) }
