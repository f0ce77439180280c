package print

import (
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
)

// Signs are the signs for the doors, one page for each room.
type Signs struct {
	Title   string
	Meeting Text
	Day     string
	All     []Sign

	paper Paper
}

// Sign is the sign of one room.
type Sign struct {
	Room     Text // the name of the venue where no room is known
	HalfDays []SignHalfDay
}

// SignHalfDay is the programme of a room on a half-day.
type SignHalfDay struct {
	Title string
	Items []SignItem
}

// SignItem is a line of the programme.
type SignItem struct {
	Hour  string // "" if it is unknown
	Title Text
}

// NewSigns returns the signs of all rooms, in the order in which the
// programme names them.
func NewSigns(p Paper) Signs {
	w := wordingIn(p.Language)
	s := Signs{
		Title: w.T("paper.signs.title"), Meeting: w.written(p.Meeting.Title), Day: w.LongDate(p.Meeting.Day.In(registration.Paris)), paper: p,
	}
	for _, it := range p.Meeting.Programme {
		if p.Half == "" || it.Half == p.Half {
			s.add(w, p.Meeting, it)
		}
	}
	if len(s.All) == 0 {
		s.All = []Sign{{Room: roomOf(w, p.Meeting, registration.Item{})}}
	}
	return s
}

// roomOf is the room of an item of the programme, or the name of the venue.
// It begins with a capital, because it stands alone on the sign.
func roomOf(w wording, m registration.Meeting, it registration.Item) Text {
	if session, ok := m.Session(it.Session); ok && session.Room != "" {
		return Text{capital(session.Room), registration.French}
	}
	if m.Venue.Room != "" {
		return Text{capital(m.Venue.Room), registration.French}
	}
	return w.written(m.Venue.Name)
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// add adds an item to the sign of its room.
func (s *Signs) add(w wording, m registration.Meeting, it registration.Item) {
	room, i := roomOf(w, m, it), 0
	for i < len(s.All) && s.All[i].Room != room {
		i++
	}
	if i == len(s.All) {
		s.All = append(s.All, Sign{Room: room})
	}
	sign, half := &s.All[i], w.T("paper.signs."+string(it.Half))
	if n := len(sign.HalfDays); n == 0 || sign.HalfDays[n-1].Title != half {
		sign.HalfDays = append(sign.HalfDays, SignHalfDay{Title: half})
	}
	item := SignItem{Title: w.written(it.Title)}
	if it.Starts != "" {
		item.Hour = w.Hour(it.Starts.On(m.Day))
	}
	last := &sign.HalfDays[len(sign.HalfDays)-1]
	last.Items = append(last.Items, item)
}

// PDF implements [Document].
func (s Signs) PDF(w io.Writer) error {
	t := newSheet(wordingIn(s.paper.Language), s.Title+" – "+s.Meeting.Text, landscape, s.paper.At)
	for _, sign := range s.All {
		t.AddPage()
		t.sign(s, sign)
	}
	return t.Output(w)
}

// sign draws the sign of one room with the largest text that fits.
func (t *sheet) sign(s Signs, sign Sign) {
	const width, bottom = 297 - 2*margin, 210 - margin
	y := t.paragraph(style{"serif", 20, ink}, margin, margin, width, s.Meeting.Text)
	y = t.paragraph(style{"sans", 15, muted}, margin, y+1, width, s.Day) + 4
	t.setPen(ink, 0.6)
	t.Line(margin, y, margin+width, y)
	y += 6
	for scale := 1.0; ; scale -= 0.05 {
		set := t.setSign(sign, scale, width)
		if set.height <= bottom-y || scale < 0.35 {
			set.draw(y)
			break
		}
	}
	if s.paper.Meeting.Example {
		note := style{"sans", 10, muted}
		lines := t.wrap(note, drawableIn(note, t.words.T("meeting.examples")), width)
		t.put(note, margin, 210-8-float64(len(lines))*note.leading(), width, "L", lines)
	}
}

// setSign lays out a sign at a scale, without drawing it.
func (t *sheet) setSign(sign Sign, scale, width float64) block {
	room, half := style{"serif", 64 * scale, ink}, style{"bold", 15 * max(scale, 0.6), muted}
	what := style{"sans", 24 * max(scale, 0.4), ink}
	hours := 40 * max(scale, 0.5)
	type line struct {
		style
		x, above float64
		width    float64
		lines    []string
	}
	all := []line{{room, margin, 0, width, t.wrap(room, drawableIn(room, sign.Room.Text), width)}}
	for _, h := range sign.HalfDays {
		all = append(all, line{half, margin, 8 * scale, width, []string{h.Title}})
		for _, it := range h.Items {
			all = append(all, line{style{"bold", what.size, ink}, margin, 3 * scale, hours, []string{it.Hour}})
			all = append(all, line{what, margin + hours, -1, width - hours, t.wrap(what, drawableIn(what, it.Title.Text), width-hours)})
		}
	}
	height, tops := 0.0, make([]float64, len(all))
	for i, l := range all {
		if l.above < 0 { // beside the line before
			tops[i] = tops[i-1]
			height = max(height, tops[i]+float64(len(l.lines))*l.leading())
			continue
		}
		tops[i] = height + l.above
		height = tops[i] + float64(len(l.lines))*l.leading()
	}
	return block{height, func(y float64) {
		for i, l := range all {
			t.put(l.style, l.x, y+tops[i], l.width, "L", l.lines)
		}
	}}
}
