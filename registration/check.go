package registration

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// The bounds of a configuration.
const (
	maxText      = 5000 // characters of a text of several lines
	maxLine      = 300  // characters of a title, a label, a line
	maxList      = 200  // elements of a list
	maxSeats     = 1_000_000
	maxRetention = 3650 // days
	maxPatience  = 30 * 24 * time.Hour
	firstYear    = 2000
	lastYear     = 2100
)

// Check returns a [*validation.Error] with everything that is wrong with the
// configuration, nil if nothing is; its paths are the keys of a meeting file,
// such as sessions[1].seats. A store checks what it is given to write. What an
// older version stored is read without a check: see [Desk.Apply].
func (m Meeting) Check() error {
	var f faults
	m.checkTexts(&f)
	m.checkTimes(&f)
	m.checkSessions(&f)
	m.checkProgramme(&f)
	m.checkQuestions(&f)
	f.number("companions", m.Companions, 0, maxCompanions)
	f.number("notice.retention_days", m.Notice.RetentionDays, 0, maxRetention)
	if m.Door != "" && m.Door != DoorSeats && m.Door != DoorBeyond {
		f.add("door", "oneof", string(DoorSeats+" "+DoorBeyond))
	}
	if len(f) == 0 {
		return nil
	}
	return &validation.Error{Fields: f}
}

func (m Meeting) checkTexts(f *faults) {
	if !isSlug(m.Slug) {
		f.add("slug", "slug", "")
	}
	f.localized("title", m.Title, true)
	f.text("summary.fr", m.Summary.FR)
	f.text("summary.en", m.Summary.EN)
	f.localized("venue.name", m.Venue.Name, false)
	f.lines("venue.lines", m.Venue.Lines)
	f.line("venue.room", m.Venue.Room, false)
	f.text("venue.access.fr", m.Venue.Access.FR)
	f.text("venue.access.en", m.Venue.Access.EN)
	f.lines("organisers", m.Organisers)
	// An address and nothing around it: mails carry it as it is.
	if m.Contact != "" && !isBareAddress(m.Contact) {
		f.add("contact", "email", "")
	}
	n := m.Notice
	f.lines("notice.controllers", n.Controllers)
	f.line("notice.dpo", n.DPO, false)
	f.text("notice.publisher", n.Publisher)
	f.text("notice.director", n.Director)
	f.text("notice.host", n.Host)
	f.text("notice.legal_basis.fr", n.LegalBasis.FR)
	f.text("notice.legal_basis.en", n.LegalBasis.EN)
	f.line("notice.version", n.Version, false)
}

func (m Meeting) checkTimes(f *faults) {
	day := f.day("day", m.Day)
	starts, ends := f.hour("starts", m.Starts), f.hour("ends", m.Ends)
	if starts && ends && m.Starts != "" && m.Ends != "" && m.Ends <= m.Starts { // written 09:30, so their order is that of time
		f.add("ends", "later", "starts")
	}
	opens, closes := f.instant("opens_at", m.OpensAt, true), f.instant("closes_at", m.ClosesAt, true)
	if opens && closes && !m.OpensAt.Before(m.ClosesAt) {
		f.add("closes_at", "later", "opens_at")
	}
	if !m.FreezesAt.IsZero() && f.instant("freezes_at", m.FreezesAt, false) && opens && starts && day &&
		(!m.OpensAt.Before(m.FreezesAt) || m.FreezesAt.After(m.Starts.On(m.Day))) {
		f.add("freezes_at", "freeze", "")
	}
	f.instant("cancelled_at", m.CancelledAt, false)
	f.duration("hold", m.Hold)
	f.duration("offer_for", m.OfferFor)
}

func (m Meeting) checkSessions(f *faults) {
	f.seats("seats", m.Seats)
	f.size("sessions", len(m.Sessions))
	seen := map[SessionID]bool{}
	for i, s := range m.Sessions {
		at := index("sessions", i)
		switch {
		case !isSlug(string(s.ID)):
			f.add(at+".id", "slug", "")
		case s.ID == MeetingSession:
			f.add(at+".id", "reserved", "")
		case seen[s.ID]:
			f.add(at+".id", "twice", "")
		}
		seen[s.ID] = true
		f.localized(at+".title", s.Title, true)
		f.line(at+".room", s.Room, false)
		f.seats(at+".seats", s.Seats)
		f.line(at+".slot", s.Slot, false)
	}
}

func (m Meeting) checkProgramme(f *faults) {
	f.size("programme", len(m.Programme))
	for i, it := range m.Programme {
		at := index("programme", i)
		if it.Half != Morning && it.Half != Afternoon {
			f.add(at+".half", "oneof", string(Morning+" "+Afternoon))
		}
		f.localized(at+".title", it.Title, true)
		f.hour(at+".starts", it.Starts)
		if _, ok := m.Session(it.Session); it.Session != "" && !ok {
			f.add(at+".session", "no_session", "")
		}
	}
}

func (m Meeting) checkQuestions(f *faults) {
	f.size("questions", len(m.Questions))
	seen := map[string]bool{}
	for i, q := range m.Questions {
		at := index("questions", i)
		switch {
		case !isQuestionID(q.ID):
			f.add(at+".id", "question_id", "")
		case slices.Contains(exportColumns, q.ID):
			f.add(at+".id", "reserved", "")
		case seen[q.ID]:
			f.add(at+".id", "twice", "")
		}
		seen[q.ID] = true
		f.localized(at+".label", q.Label, true)
		f.text(at+".hint.fr", q.Hint.FR)
		f.text(at+".hint.en", q.Hint.EN)
		f.number(at+".retention_days", q.RetentionDays, 0, maxRetention)
		q.checkOptions(f, at)
	}
}

func (q Question) checkOptions(f *faults, at string) {
	f.size(at+".options", len(q.Options))
	chosen := q.Kind == ChoiceQuestion || q.Kind == ChoicesQuestion
	open := slices.ContainsFunc(q.Options, func(o Option) bool { return !o.Closed })
	switch {
	case !chosen && q.Kind != TextQuestion && q.Kind != YesNoQuestion:
		f.add(at+".kind", "oneof", string(TextQuestion+" "+ChoiceQuestion+" "+ChoicesQuestion+" "+YesNoQuestion))
	case chosen && !open && !q.Closed:
		f.add(at+".options", "options", "")
	case !chosen && len(q.Options) > 0:
		f.add(at+".options", "no_options", "")
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		at := index(at+".options", i)
		switch {
		case !isOptionID(o.ID):
			f.add(at+".id", "option_id", "")
		case seen[o.ID]:
			f.add(at+".id", "twice", "")
		}
		seen[o.ID] = true
		f.localized(at+".label", o.Label, true)
	}
}

// isSlug reports whether s can stand in an address, a file name and a column.
func isSlug(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func isQuestionID(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// isOptionID reports whether s can stand in a list that spaces divide.
func isOptionID(s string) bool {
	return s != "" && len(s) <= 80 && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
	})
}

// exportColumns are the columns of a list of sign-ups that no question may be
// named after: its answers are a column too.
var exportColumns = strings.Fields("code status family_name given_name email organisation function category territory region " +
	"sessions language party companion_of created_at confirmed_at present_at interests")

// faults collects what is wrong.
type faults []validation.FieldError

func (f *faults) add(path, rule, param string) {
	*f = append(*f, validation.FieldError{Path: path, Rule: rule, Param: param})
}

func index(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// localized checks a title or a label; the English may always be left out.
func (f *faults) localized(path string, t Localized, required bool) {
	f.line(path+".fr", t.FR, required)
	f.line(path+".en", t.EN, false)
}

func (f *faults) line(path, s string, required bool) {
	switch {
	case cleanLine(s) == "" && (required || s != ""):
		f.add(path, "required", "")
	case !isLine(s):
		f.add(path, "line", "")
	default:
		f.long(path, s, maxLine)
	}
}

// text checks a text that may have several lines.
func (f *faults) text(path, s string) {
	if !isLine(strings.NewReplacer("\n", "", "\t", "").Replace(s)) {
		f.add(path, "text", "")
		return
	}
	f.long(path, s, maxText)
}

func (f *faults) long(path, s string, most int) {
	if utf8.RuneCountInString(s) > most {
		*f = append(*f, validation.FieldError{Path: path, Rule: "max", Param: strconv.Itoa(most), Kind: "string"})
	}
}

func (f *faults) lines(path string, list []string) {
	f.size(path, len(list))
	for i, s := range list {
		f.line(index(path, i), s, true)
	}
}

func (f *faults) size(path string, n int) {
	if n > maxList {
		*f = append(*f, validation.FieldError{Path: path, Rule: "max", Param: strconv.Itoa(maxList), Kind: "slice"})
	}
}

func (f *faults) number(path string, n, least, most int) {
	if n < least {
		f.add(path, "min", strconv.Itoa(least))
	} else if n > most {
		f.add(path, "max", strconv.Itoa(most))
	}
}

func (f *faults) seats(path string, n Seats) {
	if n < Unlimited || n > maxSeats {
		f.add(path, "seats", strconv.Itoa(maxSeats))
	}
}

func (f *faults) hour(path string, h Hour) bool {
	_, err := ParseHour(string(h))
	if err != nil {
		f.add(path, "hour", "")
	}
	return err == nil
}

func (f *faults) day(path string, d territoires.Date) bool {
	switch {
	case d == territoires.Date{}:
		f.add(path, "required", "")
	case !d.Valid():
		f.add(path, "date", "")
	case d.Year < firstYear || d.Year > lastYear:
		f.add(path, "year", "")
	default:
		return true
	}
	return false
}

func (f *faults) instant(path string, t time.Time, required bool) bool {
	year := t.In(Paris).Year()
	switch {
	case t.IsZero() && !required:
		return true
	case t.IsZero():
		f.add(path, "required", "")
	case year < firstYear || year > lastYear:
		f.add(path, "year", "")
	default:
		return true
	}
	return false
}

func (f *faults) duration(path string, d time.Duration) {
	if d < 0 || d > maxPatience {
		f.add(path, "patience", strconv.Itoa(int(maxPatience.Hours())))
	}
}
