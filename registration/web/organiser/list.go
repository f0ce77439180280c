package organiser

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// listPage is the list of the sign-ups of a meeting, or of those that a filter
// selects.
type listPage struct {
	kernel.Layout
	kernel.MeetingView
	Filter   filter
	Counts   []count // by status, those that occur
	All      int     // sign-ups of the meeting
	Rows     []row   // of this page of the list
	Selected int     // rows on all pages
	Page     int     // from 1
	Before   string  // addresses of the pages around; "" at the ends
	After    string
}

// Filtered reports whether a filter is set.
func (p listPage) Filtered() bool { return p.Filter != filter{} }

// Statuses lists what can be filtered by.
func (p listPage) Statuses() []registration.Status { return registration.Statuses() }

type count struct {
	Status registration.Status
	N      int
}

// row is a line of the list.
type row struct {
	registration.Signup
	Status    registration.Status
	Territory string
	Created   string
}

// perPage is how many lines a page of the list has.
const perPage = 100

// showList answers GET /organisation/rencontres/{slug}.
func showList(r *kernel.Request) error {
	view, err := r.Site.Desk.Meeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	query := r.URL.Query()
	page := listPage{
		Layout: r.Layout(r.Words.T("words.signups"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		Filter: filter{strings.TrimSpace(query.Get("q")), registration.Status(query.Get("status")), registration.SessionID(query.Get("session"))},
	}
	counts := map[registration.Status]int{}
	var rows []row
	for signup, err := range r.Site.Desk.Signups(r.Context(), registration.Query{Meeting: view.Meeting.Slug}) {
		if err != nil {
			return err
		}
		status := signup.Status()
		counts[status]++
		page.All++
		if page.Filter.selects(signup, status) {
			rows = append(rows, row{Signup: signup, Status: status})
		}
	}
	for _, status := range registration.Statuses() {
		if counts[status] > 0 {
			page.Counts = append(page.Counts, count{status, counts[status]})
		}
	}
	sortByName(rows)
	paginate(r, &page, rows)
	return r.Page(http.StatusOK, "list", page)
}

// paginate puts the lines of the page that is asked for into words.
func paginate(r *kernel.Request, page *listPage, rows []row) {
	page.Selected = len(rows)
	last := max(1, (len(rows)+perPage-1)/perPage)
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	page.Page = min(max(1, number), last)
	page.Rows = rows[(page.Page-1)*perPage : min(page.Page*perPage, len(rows))]
	for i := range page.Rows {
		row := &page.Rows[i]
		row.Created = r.Words.DayMonth(row.CreatedAt) + ", " + r.Words.Hour(row.CreatedAt)
		row.Territory = kernel.TerritoryName(row.Signup.Territory)
	}
	if page.Page > 1 {
		page.Before = pageAddress(r, page.Page-1)
	}
	if page.Page < last {
		page.After = pageAddress(r, page.Page+1)
	}
}

// pageAddress is the address of another page of the same list.
func pageAddress(r *kernel.Request, page int) string {
	query := r.URL.Query()
	query.Set("page", strconv.Itoa(page))
	return "?" + query.Encode()
}
