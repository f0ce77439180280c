package print

import (
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// walkIns is how many empty rows an attendance sheet has for people who have
// not signed up.
const walkIns = 20

// SecurityList returns the list for the building's security: the people who
// are let in, with organisation and half-day. Nothing else about them is on
// it.
func SecurityList(p Paper, list registration.SecurityList) List {
	w := wordingIn(p.Language)
	l := p.list("paper.security.title", []Column{
		{w.T("paper.number"), NumberColumn, 14}, {w.T("words.column.family_name"), NameColumn, 43}, {w.T("words.column.given_name"), TextColumn, 33},
		{w.T("words.column.organisation"), TextColumn, 49}, {w.T("paper.comes"), TextColumn, 22}, {w.T("paper.security.checked"), TickColumn, 19},
	})
	l.Notice, l.row = w.T("paper.security.notice"), 8
	state := w.T("paper.security.open", "Moment", w.Moment(p.Meeting.FreezeAt()))
	if !list.FrozenAt.IsZero() {
		state = w.T("paper.security.frozen", "Moment", w.Moment(list.FrozenAt))
	}
	l.Facts = append(l.Facts, Fact{w.T("paper.security.state"), []Text{{state, w.lang}}})
	l.Parts = []Part{w.firstPart(p.securityRows(w, list.Listed, "", list.Replaced))}
	if late := p.securityRows(w, list.Late, w.T("paper.security.late_number"), func(registration.Signup) bool { return false }); len(late) > 0 {
		l.Parts = append(l.Parts, Part{Title: w.T("paper.security.late"), Note: w.T("paper.security.late_note"), Rows: late})
	}
	return l
}

// securityRows returns the rows of people who come at the paper's half-day,
// and struck rows of people who were on the list and do not come any more.
// Everybody keeps the number that they have on the list of the whole day.
func (p Paper) securityRows(w wording, people []registration.Signup, before string, replaced func(registration.Signup) bool) []Row {
	var rows []Row
	for i, s := range people {
		number := before + strconv.Itoa(i+1)
		switch {
		case s.Erased():
			rows = append(rows, struckRow(number, w.T("paper.erased")))
		case replaced(s):
			rows = append(rows, struckRow(number, w.T("paper.replaced")))
		case !s.Expected():
			r := p.personRow(w, s, number, w.T("words.status."+string(s.Status())), "–")
			r.Struck = true
			rows = append(rows, r)
		case p.includes(s):
			rows = append(rows, p.personRow(w, s, number, p.when(w, s), ""))
		}
	}
	return rows
}

// struckRow is the struck row of somebody whose name may not be shown any
// more.
func struckRow(number, why string) Row {
	return Row{Cells: []string{number, "", "", why, "", "–"}, Struck: true}
}

// personRow is the row of one person: number, family name, given name,
// organisation, and more cells. If the fonts lack a letter of the name, the
// PDF shows the code.
func (p Paper) personRow(w wording, s registration.Signup, number string, more ...string) Row {
	r := Row{Cells: append([]string{number, s.FamilyName, s.GivenName, s.Organisation}, more...)}
	if !Drawable(s.FamilyName) || !Drawable(s.GivenName) {
		r.substitute = make([]string, len(r.Cells))
		r.substitute[1], r.substitute[2] = w.T("paper.name_on_screen"), ticket.Grouped(s.Code)
	}
	return r
}

// includes reports whether a paper of this half-day or session lists a
// person: somebody who is expected there.
func (p Paper) includes(s registration.Signup) bool {
	switch {
	case p.Session != "":
		return s.Expected() && s.State(p.Session) == registration.Seated
	case p.Half != "":
		return s.ExpectedIn(p.Meeting, p.Half)
	}
	return s.Expected()
}

// when says at which half-days somebody comes.
func (p Paper) when(w wording, s registration.Signup) string {
	var halves []registration.HalfDay
	for _, h := range p.Meeting.HalfDays() {
		if s.ExpectedIn(p.Meeting, h) {
			halves = append(halves, h)
		}
	}
	if len(halves) == 1 {
		return w.T("paper.half." + string(halves[0]))
	}
	return w.T("paper.half.day")
}

// signedHalves lists the half-days that have a column for signatures. On the
// paper of a session there is one column without a half-day.
func (p Paper) signedHalves() []registration.HalfDay {
	switch {
	case p.Session != "":
		return nil
	case p.Half != "":
		return []registration.HalfDay{p.Half}
	}
	return p.Meeting.HalfDays()
}

// AttendanceSheet returns the sheet that people sign at the door, for the
// paper's half-day or session. Only people who are expected there are on it.
func AttendanceSheet(p Paper, people []registration.Signup) List {
	w := wordingIn(p.Language)
	columns := []Column{
		{w.T("paper.number"), NumberColumn, 12}, {w.T("words.column.family_name"), NameColumn, 50}, {w.T("words.column.given_name"), TextColumn, 40},
		{w.T("words.column.organisation"), TextColumn, 61},
	}
	halves := p.signedHalves()
	if halves == nil {
		columns = append(columns, Column{w.T("paper.signature"), SignColumn, 104})
	}
	for _, h := range halves {
		columns = append(columns, Column{w.T("paper.signature_half", "Half", w.T("paper.half."+string(h))), SignColumn, 104 / float64(len(halves))})
	}
	l := p.list("paper.attendance.title", columns)
	l.Notice, l.row, l.Wide = p.notice(w), 11, true
	var rows []Row
	for _, s := range people {
		if !p.includes(s) {
			continue
		}
		var signatures []string
		for _, h := range halves {
			signatures = append(signatures, signatureCell(s.ExpectedIn(p.Meeting, h)))
		}
		if halves == nil {
			signatures = []string{""}
		}
		rows = append(rows, p.personRow(w, s, strconv.Itoa(len(rows)+1), signatures...))
	}
	l.Parts = []Part{w.firstPart(rows), {Title: w.T("paper.attendance.walk_ins"), Note: w.T("paper.attendance.walk_ins_note"), Blank: walkIns}}
	return l
}

// firstPart is the part without a title. If there are no rows, its note says
// so.
func (w wording) firstPart(rows []Row) Part {
	if len(rows) == 0 {
		return Part{Note: w.T("paper.nobody")}
	}
	return Part{Rows: rows}
}

// signatureCell is empty where somebody signs, and has a dash where they need
// not.
func signatureCell(expected bool) string {
	if expected {
		return ""
	}
	return "–"
}

// ArrivalsList returns the list of everybody who was expected, with the hours
// of their arrivals.
func ArrivalsList(p Paper, people []registration.Signup) List {
	w := wordingIn(p.Language)
	columns := []Column{
		{w.T("paper.number"), NumberColumn, 12}, {w.T("words.column.family_name"), NameColumn, 40}, {w.T("words.column.given_name"), TextColumn, 30},
		{w.T("words.column.organisation"), TextColumn, 50},
	}
	halves := p.signedHalves()
	if halves == nil {
		halves = p.Meeting.HalfDays()
	}
	for _, h := range halves {
		columns = append(columns, Column{w.T("paper.arrival_half", "Half", w.T("paper.half."+string(h))), TextColumn, 48 / float64(len(halves))})
	}
	l := p.list("paper.arrivals.title", columns)
	l.Notice, l.row = p.notice(w), 8
	var rows []Row
	came := 0
	for _, s := range people {
		if !p.includes(s) {
			continue
		}
		var arrivals []string
		here := false
		for _, h := range halves {
			at := p.arrival(s, h)
			here = here || !at.IsZero()
			arrivals = append(arrivals, p.arrivalCell(w, s, h, at))
		}
		if here {
			came++
		}
		rows = append(rows, p.personRow(w, s, strconv.Itoa(len(rows)+1), arrivals...))
	}
	l.Facts = append(l.Facts, Fact{w.T("paper.arrivals.count"), []Text{{w.T("paper.arrivals.came", "Came", w.Number(came), "All", w.Number(len(rows))), w.lang}}})
	l.Parts = []Part{w.firstPart(rows)}
	return l
}

func (p Paper) arrivalCell(w wording, s registration.Signup, h registration.HalfDay, at time.Time) string {
	switch {
	case !at.IsZero():
		return w.Hour(at)
	case s.ExpectedIn(p.Meeting, h):
		return w.T("paper.arrivals.none")
	}
	return "–"
}

// arrival is when somebody first arrived on a half-day, in the session of the
// paper or, without one, anywhere. It is zero if they did not.
func (p Paper) arrival(s registration.Signup, h registration.HalfDay) time.Time {
	return s.FirstArrival(h, p.Session)
}

// list returns an empty list with its head.
func (p Paper) list(title string, columns []Column) List {
	w := wordingIn(p.Language)
	l := List{Title: w.T(title), Columns: columns, paper: p}
	l.Meeting, l.Facts = p.head(w)
	return l
}

// notice says who uses the data of a list with signatures, and whom to ask
// about it.
func (p Paper) notice(w wording) string {
	text := w.T("paper.notice_unnamed")
	if len(p.Meeting.Organisers) > 0 {
		text = w.T("paper.notice", "Organisers", w.List(p.Meeting.Organisers))
	}
	contact := p.Meeting.Notice.DPO
	if contact == "" {
		contact = p.Meeting.Contact
	}
	if contact != "" {
		text += " " + w.T("paper.rights", "Contact", contact)
	}
	return text
}

// Undrawable returns the people whose names have letters that the fonts lack.
// Papers show the codes of these people in place of their names.
func Undrawable(people []registration.Signup) []registration.Signup {
	var list []registration.Signup
	for _, s := range people {
		if !Drawable(s.FamilyName) || !Drawable(s.GivenName) {
			list = append(list, s)
		}
	}
	return list
}
