package organiser

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// listPage is the list of the sign-ups of a meeting that a filter selects.
type listPage struct {
	kernel.Layout
	kernel.MeetingView
	site         *kernel.Site
	mayAct       bool
	started      bool // the day has come
	Query        listQuery
	Errors       []listError // why nobody can be selected
	Counts       []count     // by status, those that occur
	Sessions     []session   // how full each is
	All          int         // sign-ups of the meeting
	Rows         []row       // of this page of the list
	Selected     int         // rows on all pages: see [registration.Page]
	Before       string      // addresses of the previous and the next page, "" at the ends
	After        string
	Gone         bool     // the page that was asked for began beside somebody who is not there
	Choices      []choice // filters besides words
	Export       export.Options
	SavedColumns []string // the columns that the organiser chose for files
	Did          string   // what was just done, as the catalogue names it; "" if nothing
}

// MayAct reports whether the organiser may act on the people in the list.
func (p listPage) MayAct() bool { return p.mayAct }

// PageCodes are the codes of the people on this page of the list.
func (p listPage) PageCodes() string {
	var list []string
	for _, row := range p.Rows {
		list = append(list, row.Code)
	}
	return strings.Join(list, " ")
}

// BulkActions lists what can be done for many people at once: acts, and a
// message to them.
func (p listPage) BulkActions() (list []string) {
	for _, a := range registration.BulkActions() {
		if p.Meeting.Approval || a != registration.BulkApprove && a != registration.BulkRefuse {
			list = append(list, string(a))
		}
	}
	return append(list, "write")
}

// Order is the order of the list.
func (p listPage) Order() registration.Order {
	if p.Query.Order == "" {
		return registration.OrderName
	}
	return p.Query.Order
}

// Orders lists the orders to choose from.
func (listPage) Orders() []registration.Order { return registration.Orders() }

// Caption says how many people the list has, and in which order.
func (p listPage) Caption() string {
	order := p.T("organiser.list.by." + string(p.Order()))
	switch {
	case !p.Query.Filtered():
		return p.N("organiser.list.count", p.Selected, "Order", order)
	case p.Selected == registration.CountLimit+1 && p.Selected < p.All:
		return p.T("organiser.list.above", "Count", p.Number(registration.CountLimit), "All", p.Number(p.All), "Order", order)
	}
	return p.N("organiser.list.selected", p.Selected, "All", p.Number(p.All), "Order", order)
}

// listError is what is wrong with one filter.
type listError struct{ ID, Text string } // ID of the control that is wrong, "" if there is none

// Error returns what is wrong with the control of an id, "" for nothing.
func (p listPage) Error(id string) string {
	for _, e := range p.Errors {
		if e.ID == id {
			return e.Text
		}
	}
	return ""
}

// Folded reports whether the filters may be folded away, because none of them
// is wrong.
func (p listPage) Folded() bool {
	return !slices.ContainsFunc(p.Errors, func(e listError) bool { return e.ID != "q" && e.ID != "" })
}

type count struct {
	Status registration.Status
	N      int
	Href   string
}

// session is how full a session is, with the lists of who has a seat and who
// waits.
type session struct {
	registration.Session
	Seats         kernel.Seats
	Taken, Queued int
	Seated, Waits string // addresses
}

// row is a line of the list, in the words of the page. It has only plain fields:
// methods and fields of an embedded struct take a template several times as long,
// and there are a hundred rows.
type row struct {
	Code, Href, Mark   string // Mark is the label of the row's box
	Grouped            string // the code, as tickets write it
	Family, Given      string
	Erased             bool
	Email              string
	With               string // the person who signed up this companion, "" for others
	Shape              template.HTML
	Status             string
	Came               []string // when, by half-day
	MailRefused        bool
	Organisation       string
	Function           string
	Territory, Created string
	Places             []title // with a seat
	Queues             []title // sessions with a place in the queue, or an offer
}

// title is the title of a session, with its language.
type title struct{ Text, Lang string }

// perPage is how many lines a page of the list has.
const perPage = 100

// showList answers GET /organisation/rencontres/{slug}.
func showList(r *kernel.Request) error {
	page, err := newListPage(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	list, err := r.Site.Desk.List(r.Context(), page.Meeting.Slug, page.Query.Filter, registration.Paging{
		Order: page.Query.Order, After: query.Get("after"), Before: query.Get("before"), Limit: perPage,
	})
	if err != nil && !page.blame(err) {
		return slowList(r, err)
	}
	if beside := cmp.Or(query.Get("after"), query.Get("before")); beside != "" {
		_, err := r.Site.Desk.ByCode(r.Context(), page.Meeting.Slug, beside)
		page.Gone = errors.Is(err, registration.ErrNotFound)
	}
	page.addRows(r, list)
	if page.Errors != nil {
		return r.Page(http.StatusUnprocessableEntity, "list", page)
	}
	return r.Page(http.StatusOK, "list", page)
}

// slowList turns the error of a list that took too long into a page that says
// so.
func slowList(r *kernel.Request, err error) error {
	if !errors.Is(err, registration.ErrUnavailable) {
		return err
	}
	return &kernel.Problem{Status: http.StatusServiceUnavailable, Key: "list_slow", Next: r.Path("/organisation/rencontres/" + r.PathValue("slug")), Err: err}
}

// newListPage returns the page without its lines.
func newListPage(r *kernel.Request) (listPage, error) {
	view, err := r.Site.Desk.ListView(r.Context(), r.PathValue("slug"))
	if err != nil {
		return listPage{}, slowList(r, err)
	}
	page := listPage{
		Layout: r.Layout(r.Words.T("words.signups"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		Query: newListQuery(view.Meeting, r.URL.Query()), Export: export.Options{Meeting: view.Meeting},
		site: r.Site, mayAct: r.Organiser.May(registration.RightAct, view.Meeting.Slug), started: !r.Now.Before(view.Meeting.Day.In(registration.Paris)),
	}
	counts, err := r.Site.Desk.StatusCounts(r.Context(), view.Meeting.Slug)
	if err != nil {
		return page, slowList(r, err)
	}
	for _, status := range registration.Statuses() {
		if n := counts[status]; n > 0 {
			page.Counts = append(page.Counts, count{status, n, page.address("status", string(status))})
			page.All += n
		}
	}
	page.Sessions = sessionsOf(page.Layout, view)
	page.Choices = page.choices()
	if page.Export.Removed, err = r.Site.Desk.RemovedQuestions(r.Context(), view.Meeting); err != nil {
		return page, slowList(r, err)
	}
	if page.SavedColumns, err = r.Site.Desk.Columns(r.Context(), r.Organiser.ID); err != nil {
		return page, err
	}
	if r.URL.Query().Get("fait") == "colonnes" {
		page.Did = "colonnes"
	}
	return page, nil
}

// address is the address of the meeting's list with one filter.
func (p listPage) address(name, value string) string {
	return listOf(p.Layout, p.Meeting.Slug, name, value)
}

// addRows puts the rows of this page of the list into words.
func (p *listPage) addRows(r *kernel.Request, list registration.Page) {
	p.Selected = list.Selected
	titles := make([]title, len(p.Meeting.Sessions))
	for i, s := range p.Meeting.Sessions {
		titles[i] = title{p.Text(s.Title), p.TextLang(s.Title)}
	}
	for _, e := range list.Entries {
		line := row{
			Code: e.Code, Grouped: ticket.Grouped(e.Code), Href: p.Path("/organisation/rencontres/", p.Meeting.Slug, "/inscriptions/", e.Code),
			Family: e.FamilyName, Given: e.GivenName, Erased: e.Erased(), Email: e.Email, Organisation: e.Organisation, Function: e.Function,
			Shape: kernel.Shape(e.Status()), Status: r.Words.T("words.status." + string(e.Status())), MailRefused: e.MailRefused,
			Territory: kernel.TerritoryName(e.Territory), Created: r.Words.DayMonth(e.CreatedAt) + ", " + r.Words.Hour(e.CreatedAt),
		}
		if p.mayAct {
			line.Mark = r.Words.T("organiser.bulk.mark_one", "Name", e.GivenName+" "+e.FamilyName)
		}
		if e.ID != e.Party {
			line.With = r.Words.T("organiser.list.with", "Code", ticket.Grouped(e.LeadCode))
		}
		for i, s := range p.Meeting.Sessions {
			switch e.State(s.ID) {
			case registration.Seated:
				line.Places = append(line.Places, titles[i])
			case registration.Queued, registration.Offered:
				line.Queues = append(line.Queues, titles[i])
			}
		}
		for _, h := range []registration.HalfDay{registration.Morning, registration.Afternoon} {
			if at := e.FirstArrival(h, ""); !at.IsZero() {
				line.Came = append(line.Came, r.Words.T("organiser.list.came", "Half", r.Words.T("documents.half."+string(h)), "Hour", r.Words.Hour(at)))
			}
		}
		p.Rows = append(p.Rows, line)
	}
	if n := len(list.Entries); n > 0 && list.Previous {
		p.Before = "?" + p.Query.with("before", list.Entries[0].Code)
	}
	if n := len(list.Entries); n > 0 && list.Next {
		p.After = "?" + p.Query.with("after", list.Entries[n-1].Code)
	}
}
