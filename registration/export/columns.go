package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// sessionPrefix begins the name of a column that says who is in a session.
const sessionPrefix = "session:"

// The prefixes of columns with the first arrival of a person, on a half-day
// and in a session.
const (
	arrivedPrefix        = "arrived:"
	arrivedSessionPrefix = arrivedPrefix + "session:"
)

// Columns are the names of the columns that every meeting has, in their
// order. They are the keys of JSON and the header of the standard CSV.
func Columns() []string {
	return strings.Fields("code status family_name given_name email organisation function category territory region " +
		"sessions language party companion_of created_at confirmed_at present_at")
}

// Default returns the names of the columns that a file has if none were
// chosen: [Columns], then the interests if the meeting asks for them, then
// one for each question.
func (o Options) Default() []string {
	list := Columns()
	if o.Meeting.Interests {
		list = append(list, "interests")
	}
	for _, q := range o.Meeting.Questions {
		list = append(list, answerColumn(q.ID))
	}
	for _, id := range o.Removed {
		list = append(list, answerColumn(id))
	}
	return list
}

// answerPrefix begins the name of a question's column if the question's id is
// also the name of another column. New questions cannot have such an id.
const answerPrefix = "answers."

func answerColumn(id string) string {
	if id == "interests" || id == "source" || slices.Contains(Columns(), id) {
		return answerPrefix + id
	}
	return id
}

// All returns the names of all columns that can be chosen: those of
// [Options.Default], one for each session, one for the arrivals on each
// half-day and in each session, and how the person was signed up.
func (o Options) All() []string {
	list := o.Default()
	for _, s := range o.Meeting.Sessions {
		list = append(list, sessionPrefix+string(s.ID))
	}
	for _, h := range o.Meeting.HalfDays() {
		list = append(list, arrivedPrefix+string(h))
	}
	for _, s := range o.Meeting.Sessions {
		list = append(list, arrivedSessionPrefix+string(s.ID))
	}
	return append(list, "source")
}

// UnknownColumnError is the error of a column that a meeting does not have.
type UnknownColumnError struct{ Column string }

// Error names the column.
func (e *UnknownColumnError) Error() string { return fmt.Sprintf("export: no column %q", e.Column) }

// Check returns an [*UnknownColumnError] for the first chosen column that the
// meeting does not have.
func (o Options) Check() error {
	all := o.All()
	for _, c := range o.Columns {
		if !slices.Contains(all, c) {
			return &UnknownColumnError{c}
		}
	}
	return nil
}

// Title is the French header of a column.
func (o Options) Title(name string) string { return o.TitleIn(name, locale.For(locale.French)) }

// TitleIn is the header of a column in the language of w. What the organisers
// wrote only in French stays French.
func (o Options) TitleIn(name string, w *locale.Words) string {
	own := func(l registration.Localized) string {
		if w.Lang() == locale.English && l.EN != "" {
			return l.EN
		}
		return l.FR
	}
	if id, ok := strings.CutPrefix(name, sessionPrefix); ok {
		if s, ok := o.Meeting.Session(registration.SessionID(id)); ok {
			return own(s.Title)
		}
		return id
	}
	if id, ok := strings.CutPrefix(name, arrivedSessionPrefix); ok {
		if s, ok := o.Meeting.Session(registration.SessionID(id)); ok {
			id = own(s.Title)
		}
		return w.T("words.arrived.session", "Title", id)
	}
	if half, ok := strings.CutPrefix(name, arrivedPrefix); ok {
		return w.T("words.arrived." + half)
	}
	if name == "interests" || name == "source" || slices.Contains(Columns(), name) {
		return w.T("words.column." + name)
	}
	id := strings.TrimPrefix(name, answerPrefix)
	if q, ok := o.question(id); ok && own(q.Label) != "" {
		return own(q.Label)
	}
	return id
}

func (o Options) question(id string) (registration.Question, bool) {
	i := slices.IndexFunc(o.Meeting.Questions, func(q registration.Question) bool { return q.ID == id })
	if i < 0 {
		return registration.Question{}, false
	}
	return o.Meeting.Questions[i], true
}

// table is the columns of one file.
type table struct {
	columns []column
	places  map[string]place // by the id of the territory
}

// column is one column, with a text or an instant in each row.
type column struct {
	name, title string
	width       float64 // in characters, where the format has widths
	text        func(r *row) string
	list        func(r *row) []string  // set where JSON has a list instead of the text
	at          func(r *row) time.Time // set where the column has instants instead of texts
}

// row is a sign-up with the names of its territory and région.
type row struct {
	registration.Entry
	place
}

type place struct{ territory, region string }

// row looks up the names that a sign-up does not hold.
func (t *table) row(e registration.Entry) *row {
	p, ok := t.places[e.Territory]
	if !ok {
		if found, known := territoires.Lookup(territoires.PhaseI, territoires.ID(e.Territory)); known {
			region, _ := cog.V2019.Region(cog.RegionCode(e.Region()))
			p = place{found.Name, region.Name}
		}
		t.places[e.Territory] = p
	}
	return &row{e, p}
}

// table returns the columns of a file of this format.
func (o Options) table(f Format) *table {
	t := &table{places: map[string]place{}}
	names := o.Columns
	if len(names) == 0 {
		names = o.Default()
	}
	french := f == CSVExcelFR || f == XLSX
	for i, name := range names {
		if slices.Contains(names[:i], name) { // an object of JSON has each name once
			continue
		}
		c := o.column(name, french)
		c.name, c.title = name, name
		if french {
			c.title = o.Title(name)
		}
		if c.width == 0 {
			c.width = 22
		}
		t.columns = append(t.columns, c)
	}
	return t
}

// column returns a column whose cells are French words, or codes if french is
// false.
func (o Options) column(name string, french bool) column {
	if id, ok := strings.CutPrefix(name, sessionPrefix); ok {
		return o.session(registration.SessionID(id), french)
	}
	if id, ok := strings.CutPrefix(name, arrivedSessionPrefix); ok {
		return column{width: 17, at: func(r *row) time.Time { return r.FirstArrival("", registration.SessionID(id)) }}
	}
	if half, ok := strings.CutPrefix(name, arrivedPrefix); ok {
		return column{width: 17, at: func(r *row) time.Time { return r.FirstArrival(registration.HalfDay(half), "") }}
	}
	if c, ok := fixed[name]; ok {
		return c
	}
	words := locale.For(locale.French)
	word := func(area string, code func(r *row) string, width float64) column {
		if !french {
			return column{text: code}
		}
		said := map[string]string{"": ""} // asking the catalogue is slow
		return column{width: width, text: func(r *row) string {
			c := code(r)
			w, ok := said[c]
			if !ok {
				w = words.T("words." + area + "." + c)
				said[c] = w
			}
			return w
		}}
	}
	switch name {
	case "status":
		return word("status", func(r *row) string { return string(r.Status()) }, 14)
	case "category":
		return word("category", func(r *row) string { return string(r.Category) }, 24)
	case "language":
		return word("language", func(r *row) string { return string(r.Language) }, 10)
	case "source":
		return word("source", func(r *row) string { return string(r.Source) }, 14)
	case "sessions":
		return o.sessions(french)
	case "interests":
		return column{width: 30, text: func(r *row) string { return strings.Join(r.Interests, " ") }}
	}
	return o.answers(strings.TrimPrefix(name, answerPrefix), french)
}

// fixed are the columns that are the same in every format.
var fixed = map[string]column{
	"code":         {width: 11, text: func(r *row) string { return r.Code }},
	"family_name":  {width: 20, text: func(r *row) string { return r.FamilyName }},
	"given_name":   {width: 18, text: func(r *row) string { return r.GivenName }},
	"email":        {width: 30, text: func(r *row) string { return r.Email }},
	"organisation": {width: 28, text: func(r *row) string { return r.Organisation }},
	"function":     {width: 22, text: func(r *row) string { return r.Function }},
	"territory":    {width: 34, text: func(r *row) string { return r.territory }},
	"region":       {width: 24, text: func(r *row) string { return r.region }},
	"party":        {width: 11, text: func(r *row) string { return r.LeadCode }},
	"companion_of": {width: 11, text: func(r *row) string {
		if r.ID == r.Party {
			return ""
		}
		return r.LeadCode
	}},
	"created_at":   {width: 17, at: func(r *row) time.Time { return r.CreatedAt }},
	"confirmed_at": {width: 17, at: func(r *row) time.Time { return r.AddressConfirmedAt }},
	"present_at": {width: 17, at: func(r *row) (first time.Time) {
		if len(r.Arrivals) > 0 {
			first = r.Arrivals[0].At
		}
		return first
	}},
}

// sessions is the column of all sessions in which the person has a seat or a
// place in the queue.
func (o Options) sessions(french bool) column {
	if !french {
		return column{
			text: func(r *row) string { return strings.Join(r.Sessions(), " ") },
			list: func(r *row) []string { return r.Sessions() },
		}
	}
	titles := map[string]string{}
	for _, s := range o.Meeting.Sessions {
		titles[string(s.ID)] = s.Title.FR
		titles[string(s.ID)+"?"] = s.Title.FR + " (en attente)"
	}
	return column{width: 30, text: func(r *row) string { return joinNames(titles, r.Sessions()) }}
}

// session is the column of one session.
func (o Options) session(id registration.SessionID, french bool) column {
	seat, waits := "seat", "waits"
	if french {
		seat, waits = "place", "en attente"
	}
	return column{width: 14, text: func(r *row) string {
		switch r.State(id) {
		case registration.Seated:
			return seat
		case registration.Queued, registration.Offered:
			return waits
		}
		return "–"
	}}
}

// answers is the column of a question, also of one that is no longer asked.
// Several choices are written as ids in every format.
func (o Options) answers(id string, french bool) column {
	q, _ := o.question(id)
	words := map[string]string{}
	if french && q.Kind == registration.YesNoQuestion {
		w := locale.For(locale.French)
		words["yes"], words["no"] = w.T("words.answer.yes"), w.T("words.answer.no")
	}
	return column{width: 26, text: func(r *row) string {
		text := strings.Join(r.Answers[id], " ")
		if word, ok := words[text]; ok {
			return word
		}
		return text
	}}
}

// joinNames returns the names of ids, with commas between. An id without a
// name is written as it is.
func joinNames(names map[string]string, ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		if list[i] = names[id]; list[i] == "" {
			list[i] = id
		}
	}
	return strings.Join(list, ", ")
}
