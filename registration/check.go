package registration

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// The bounds of a configuration.
const (
	maxText      = 5000 // characters of a text of several lines
	maxLine      = 300  // characters of a title, a label, a line
	maxList      = 200  // elements of a list
	maxOptions   = 1000 // of all questions together
	maxSeats     = 1_000_000
	maxRetention = 3650 // days
	maxPatience  = 30 * 24 * time.Hour
	firstYear    = 2000
	lastYear     = 2100
)

// Check returns a [*validation.Error] with everything that is wrong with the
// configuration, nil if nothing is; its paths are the keys of a meeting file,
// such as sessions[1].seats. A store calls it before it writes, not when it reads:
// a configuration stored by an older version may be wrong.
func (m Meeting) Check() error {
	var f faults
	m.checkTexts(&f)
	m.checkTimes(&f)
	m.checkSessions(&f)
	m.checkProgramme(&f)
	m.checkQuestions(&f)
	for i, c := range m.Categories {
		if !slices.Contains(Categories(), c) || slices.Contains(m.Categories[:i], c) {
			f.add(index("categories", i), "word", "")
		}
	}
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
	f.texts("summary", m.Summary)
	f.texts("cancel_reason", m.CancelReason)
	f.localized("venue.name", m.Venue.Name, false)
	f.lines("venue.lines", m.Venue.Lines)
	f.line("venue.room", m.Venue.Room, false)
	f.texts("venue.access", m.Venue.Access)
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
	f.texts("notice.purposes", n.Purposes)
	f.texts("notice.recipients", n.Recipients)
	f.texts("notice.legal_basis", n.LegalBasis)
	f.line("notice.version", n.Version, false)
}

func (m Meeting) checkTimes(f *faults) {
	day := f.day("day", m.Day)
	starts, ends := f.hour("starts", m.Starts), f.hour("ends", m.Ends)
	if starts && ends && m.Starts != "" && m.Ends != "" && m.Ends <= m.Starts { // hours such as 09:30 compare as text
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
	seen, options := map[string]bool{}, 0
	for i, q := range m.Questions {
		at := index("questions", i)
		if options += len(q.Options); options > maxOptions && options-len(q.Options) <= maxOptions {
			f.add(at+".options", "all_options", strconv.Itoa(maxOptions))
		}
		switch {
		case !isQuestionID(q.ID):
			f.add(at+".id", "question_id", "")
		case q.Reserved():
			f.add(at+".id", "reserved", "")
		case seen[q.ID]:
			f.add(at+".id", "twice", "")
		}
		seen[q.ID] = true
		f.localized(at+".label", q.Label, true)
		f.texts(at+".hint", q.Hint)
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

// texts checks a text of several lines in both languages.
func (f *faults) texts(path string, t Localized) {
	f.text(path+".fr", t.FR)
	f.text(path+".en", t.EN)
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

// isBareAddress reports whether s is an address and nothing else.
func isBareAddress(s string) bool {
	a, ok := address.Parse(s)
	return ok && a.Text == s && isLine(s)
}

// Differences lists what changes from old to m: the values that are new or different in
// m, in its order; those that only old has; the lists whose order alone has changed.
func Differences(old, m Meeting) (list []FieldChange) {
	before, after := flatten(old), flatten(m)
	moved := reordered(before, after)
	for _, v := range after {
		i := slices.IndexFunc(before, func(b FieldChange) bool { return b.Path == v.Path })
		if i >= 0 {
			v.Old = before[i].New
			before = slices.Delete(before, i, i+1)
		}
		if v.Old != v.New {
			list = append(list, v)
		}
	}
	for _, v := range before {
		list = append(list, FieldChange{Path: v.Path, Old: v.New})
	}
	return append(list, moved...)
}

// reordered finds the lists that have the same elements in another order.
func reordered(before, after []FieldChange) (list []FieldChange) {
	was, is := elements(before), elements(after)
	for _, at := range slices.Sorted(maps.Keys(was)) {
		sorted := func(ids []string) []string { return slices.Sorted(slices.Values(ids)) }
		if !slices.Equal(was[at], is[at]) && slices.Equal(sorted(was[at]), sorted(is[at])) {
			list = append(list, FieldChange{at, strings.Join(was[at], ", "), strings.Join(is[at], ", ")})
		}
	}
	return list
}

// elements returns for each list the ids of its elements, in their order.
func elements(values []FieldChange) map[string][]string {
	ids := map[string][]string{}
	for _, v := range values {
		for end, r := range v.Path {
			if begin := strings.LastIndex(v.Path[:end], "["); r == ']' && !slices.Contains(ids[v.Path[:begin]], v.Path[begin+1:end]) {
				ids[v.Path[:begin]] = append(ids[v.Path[:begin]], v.Path[begin+1:end])
			}
		}
	}
	return ids
}

// flatten lists the values of a meeting that are set, each as New.
func flatten(m Meeting) (list []FieldChange) {
	flattenInto(&list, "", reflect.ValueOf(m))
	return list
}

func flattenInto(list *[]FieldChange, path string, v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		if !x.IsZero() {
			*list = append(*list, FieldChange{Path: path, New: x.In(Paris).Format("2006-01-02 15:04:05 -07:00")})
		}
		return
	case fmt.Stringer: // a day, a duration
		if !v.IsZero() {
			*list = append(*list, FieldChange{Path: path, New: x.String()})
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if options != "" && v.Field(i).IsZero() || v.Type().Field(i).Tag.Get("yaml") == "-" {
				continue
			}
			flattenInto(list, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			at := index(path, i)
			if e := v.Index(i); e.Kind() == reflect.Struct && e.FieldByName("ID").IsValid() {
				at = path + "[" + e.FieldByName("ID").String() + "]"
			}
			flattenInto(list, at, v.Index(i))
		}
	default:
		*list = append(*list, FieldChange{Path: path, New: fmt.Sprint(v)})
	}
}
