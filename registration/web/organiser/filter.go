package organiser

import (
	"cmp"
	"errors"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// answerPrefix begins the name of the parameter that filters by an answer.
const answerPrefix = "answer."

// filterNames are the parameters that filter or order a list, besides the answers.
var filterNames = strings.Fields("q sort status session waiting category territory region axis day arrived half source companions mail")

// listQuery is the filter, the order and the page that the address of a list
// asks for.
type listQuery struct {
	registration.Filter
	Order  registration.Order
	values url.Values // only what filters or orders, without what is empty
}

// newListQuery reads the address of a list of m.
func newListQuery(m registration.Meeting, all url.Values) listQuery {
	values := url.Values{}
	for name, list := range all {
		if !slices.Contains(filterNames, name) && !strings.HasPrefix(name, answerPrefix) {
			continue
		}
		for _, v := range list {
			if v = strings.TrimSpace(v); v != "" && !slices.Contains(values[name], v) {
				values.Add(name, v)
			}
		}
	}
	if values.Get("companions") == "0" {
		values.Del("companions")
	}
	if values.Get("waiting") == "1" { // in the session that is named
		values.Del("waiting")
		if id := values.Get("session"); id != "" {
			values.Set("waiting", id)
		}
		values.Del("session")
	}
	q := listQuery{values: values, Order: registration.Order(values.Get("sort"))}
	q.Filter = registration.Filter{
		Words: values.Get("q"), Session: registration.SessionID(values.Get("session")), Waiting: registration.SessionID(values.Get("waiting")),
		Category: registration.Category(values.Get("category")), Territory: values.Get("territory"), Region: values.Get("region"),
		Axis: values.Get("axis"), Day: values.Get("day"),
		Arrived:    registration.ArrivalFilter{Session: registration.SessionID(values.Get("arrived")), Half: registration.HalfDay(values.Get("half"))},
		Source:     registration.Source(values.Get("source")),
		Companions: values.Has("companions"), MailRefused: values.Get("mail") == "refused",
	}
	if t, ok := territoires.ByName(territoires.PhaseI, q.Territory); ok { // somebody typed it
		q.Territory = string(t.ID)
	}
	for _, s := range values["status"] {
		q.Status = append(q.Status, registration.Status(s))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if id, ok := strings.CutPrefix(name, answerPrefix); ok && len(q.Answers) > registration.MaxAnswers {
			values.Del(name) // the page would show each with all others
		} else if ok {
			q.Answers = append(q.Answers, registration.AnswerFilter{Question: id, Answer: values.Get(name), Begins: !hasOptions(m, id)})
		}
	}
	return q
}

// hasOptions reports whether a question is answered by choosing an option.
func hasOptions(m registration.Meeting, id string) bool {
	return slices.ContainsFunc(m.Questions, func(q registration.Question) bool {
		return q.ID == id && q.Kind != registration.TextQuestion
	})
}

// Filtered reports whether the address filters the list. An order alone is no
// filter.
func (q listQuery) Filtered() bool {
	return len(q.values) > 1 || len(q.values) == 1 && !q.values.Has("sort")
}

// with returns the query with other parameters: pairs has their names and
// values by turns.
func (q listQuery) with(pairs ...string) string {
	values := url.Values{}
	for name, list := range q.values {
		values[name] = list
	}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// choice is one filter, with options to choose from or a field to type into.
type choice struct {
	Name, Label, Lang string // Lang is the language of an organiser's text, "" for that of the page
	Hint              string // the option for no choice, or what to type
	Options           []kernel.Option
	Value             string // what is asked for
	Error             string
}

// choiceKey is the key of a filter's control in the site's cache. Only controls
// without a value are cached: they are most of the page and hardly ever change.
type choiceKey struct{ slug, lang, template, name string }

// drawnChoice is a cached control, with the filter from which it was
// rendered.
type drawnChoice struct {
	of   choice
	html template.HTML
}

// drawing has the templates of controls on their own, without a page.
var drawing = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(files, "templates/parts/filter.html"))
})

// Draw returns the HTML of a control. It comes from the cache if the filter
// has no value and has not changed.
func (p listPage) Draw(c choice) (template.HTML, error) {
	c.Error = p.Error("f-" + c.Name)
	if c.Value != "" || c.Error != "" {
		return draw("filter", c)
	}
	return p.drawCached("filter", c)
}

// drawCached returns the HTML of a template for a filter, from the cache if
// the filter has not changed.
func (p listPage) drawCached(part string, c choice) (template.HTML, error) {
	key := choiceKey{p.Meeting.Slug, p.Lang(), part, c.Name}
	if last, ok := p.site.Fragment(key).(drawnChoice); ok && last.of.same(c) {
		return last.html, nil
	}
	html, err := draw(part, c)
	if err == nil {
		p.site.KeepFragment(key, drawnChoice{c, html})
	}
	return html, err
}

func draw(part string, c choice) (template.HTML, error) {
	var b strings.Builder
	err := drawing().ExecuteTemplate(&b, part, c)
	return template.HTML(b.String()), err // escaped by html/template
}

func (c choice) same(as choice) bool {
	return c.Name == as.Name && c.Label == as.Label && c.Lang == as.Lang && c.Hint == as.Hint && slices.Equal(c.Options, as.Options)
}

// choices returns all filters, except the search by words.
func (p listPage) choices() []choice {
	m := p.Meeting
	var list []choice
	add := func(name, label string, options []kernel.Option) {
		list = append(list, p.marked(choice{Name: name, Label: p.T(label), Options: options}))
	}
	var statuses []kernel.Option
	for _, status := range registration.Statuses() {
		statuses = append(statuses, kernel.Option{Value: string(status), Label: p.T("words.status." + string(status))})
	}
	add("status", "words.column.status", statuses)
	if len(m.Sessions) > 0 {
		add("session", "organiser.list.seat_in", p.sessionOptions())
	}
	add("waiting", "organiser.list.waits_for", append([]kernel.Option{{Value: string(registration.MeetingSession), Label: p.T("organiser.list.the_meeting")}}, p.sessionOptions()...))
	var categories []kernel.Option
	for _, c := range registration.Categories() {
		categories = append(categories, kernel.Option{Value: string(c), Label: p.T("words.category." + string(c))})
	}
	add("category", "words.column.category", categories)
	add("region", "words.column.region", regionOptions())
	add("territory", "words.column.territory", territoryOptions())
	if m.Interests {
		var axes []kernel.Option
		for _, a := range territoires.Axes(territoires.PhaseI) {
			axes = append(axes, kernel.Option{Value: a.String(), Label: a.Verb(), Lang: locale.French})
		}
		add("axis", "words.column.interests", axes)
	}
	for _, q := range m.Questions {
		list = append(list, p.question(q))
	}
	for _, a := range p.Query.Answers { // to a question that was removed: only links still set it
		if !slices.ContainsFunc(m.Questions, func(q registration.Question) bool { return q.ID == a.Question }) {
			list = append(list, p.marked(choice{Name: answerPrefix + a.Question, Label: a.Question}))
		}
	}
	p.addDays(add)
	add("companions", "organiser.list.companions", []kernel.Option{{Value: "1", Label: p.T("organiser.list.in_company")}})
	var sources []kernel.Option
	for _, s := range registration.Sources() {
		sources = append(sources, kernel.Option{Value: string(s), Label: p.T("words.source." + string(s))})
	}
	add("source", "words.column.source", sources)
	add("mail", "organiser.list.mail", []kernel.Option{{Value: "refused", Label: p.T("organiser.list.mail_refused")}})
	return list
}

// addDays adds the filters by day of sign-up, which only links set, and by
// arrival, from the day of the meeting on.
func (p listPage) addDays(add func(name, label string, options []kernel.Option)) {
	if day, err := territoires.ParseDate(p.Query.Day); err == nil {
		add("day", "organiser.list.signed_up", []kernel.Option{{Value: day.String(), Label: p.Layout.Date(day.In(registration.Paris))}})
	}
	if !p.started && p.Query.Arrived == (registration.ArrivalFilter{}) {
		return
	}
	add("arrived", "organiser.list.arrived", append([]kernel.Option{{Value: string(registration.MeetingSession), Label: p.T("organiser.list.the_meeting")}}, p.sessionOptions()...))
	var halves []kernel.Option
	for _, half := range p.Meeting.HalfDays() {
		halves = append(halves, kernel.Option{Value: string(half), Label: p.T("organiser.list.half." + string(half))})
	}
	add("half", "organiser.list.half.title", halves)
}

func (p listPage) sessionOptions() (list []kernel.Option) {
	for _, s := range p.Meeting.Sessions {
		list = append(list, kernel.Option{Value: string(s.ID), Label: p.Text(s.Title), Lang: p.TextLang(s.Title)})
	}
	return list
}

// question is the filter by the answer to a question.
func (p listPage) question(q registration.Question) choice {
	c := choice{Name: answerPrefix + q.ID, Label: p.Text(q.Label), Lang: p.TextLang(q.Label)}
	for _, o := range q.Options {
		c.Options = append(c.Options, kernel.Option{Value: o.ID, Label: p.Text(o.Label), Lang: p.TextLang(o.Label)})
	}
	if q.Kind == registration.YesNoQuestion {
		c.Options = []kernel.Option{{Value: "yes", Label: p.T("organiser.list.yes")}, {Value: "no", Label: p.T("organiser.list.no")}}
	}
	return p.marked(c)
}

// marked returns a filter with the value that the address asks for.
func (p listPage) marked(c choice) choice {
	c.Value, c.Hint = p.Query.values.Get(c.Name), p.T("organiser.list.begins")
	if c.Options == nil {
		return c
	}
	c.Hint = p.T("organiser.list.any")
	if c.Value != "" {
		c.Options = slices.Clone(c.Options)
		for i, o := range c.Options {
			c.Options[i].Checked = o.Value == c.Value
		}
	}
	return c
}

// regionOptions lists the régions that lead a territory, by name.
var regionOptions = sync.OnceValue(func() (list []kernel.Option) {
	seen := map[string]bool{}
	for t := range territoires.All(territoires.PhaseI) {
		code := registration.Person{Territory: string(t.ID)}.Region()
		if r, ok := cog.V2019.Region(cog.RegionCode(code)); ok && !seen[code] {
			seen[code] = true
			list = append(list, kernel.Option{Value: code, Label: locale.Typeset(r.Name), Lang: locale.French})
		}
	}
	slices.SortFunc(list, func(a, b kernel.Option) int { return strings.Compare(a.Label, b.Label) })
	return list
})

// territoryOptions lists the territories, by name.
var territoryOptions = sync.OnceValue(func() (list []kernel.Option) {
	for t := range territoires.All(territoires.PhaseI) {
		list = append(list, kernel.Option{Value: string(t.ID), Label: locale.Typeset(t.Name), Lang: locale.French})
	}
	return list
})

// active is a filter that is set, with the address of the list without this
// filter.
type active struct{ Text, Href string }

// Active lists the filters that are set, except the search by words.
func (p listPage) Active() (list []active) {
	for _, c := range p.Choices {
		values := slices.Clone(p.Query.values[c.Name]) // several statuses are alternatives
		if len(values) == 0 {
			continue
		}
		if c.Name != "status" {
			values = values[:1]
		}
		for i, v := range values {
			for _, o := range c.Options {
				if o.Value == v {
					values[i] = o.Label
				}
			}
		}
		value := strings.Join(values, ", ")
		without := maps.Clone(p.Query.values)
		without.Del(c.Name)
		list = append(list, active{p.T("organiser.list.active", "Name", c.Label, "Value", value), "?" + without.Encode()})
	}
	return list
}

// header is the header of a column by which the list can be ordered.
type header struct {
	Text, Href string
	Aria       string // ascending or descending, "" if the list is ordered by another column
}

// Sorted returns the header of the column that this order belongs to.
func (p listPage) Sorted(order string) header {
	key := map[string]string{"name": "organiser.list.person", "date": "words.column.created_at"}[order]
	h := header{Text: p.T(cmp.Or(key, "words.column."+order)), Href: "?" + p.Query.with("sort", order)}
	switch {
	case order != string(p.Order()):
	case order == string(registration.OrderDate):
		h.Aria = "descending"
	default:
		h.Aria = "ascending"
	}
	return h
}

// blame says in sentences what is wrong with the address.
func (p *listPage) blame(err error) bool {
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return false
	}
	for _, e := range bad.Fields {
		kind := e.Path
		if strings.HasPrefix(kind, answerPrefix) {
			kind = "answer"
		}
		key := "organiser.list.error." + kind + "_" + e.Rule
		if !p.Has(key) {
			key = "organiser.list.error." + e.Rule
		}
		id := ""
		if e.Path == "q" {
			id = "q"
		} else if e.Path == "sort" || slices.ContainsFunc(p.Choices, func(c choice) bool { return c.Name == e.Path }) {
			id = "f-" + e.Path
		}
		p.Errors = append(p.Errors, listError{id, p.T(key, "Max", e.Param)})
	}
	return true
}
