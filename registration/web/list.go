package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
)

// organiserPage lists the meetings with their sign-ups in numbers.
type organiserPage struct {
	layout
	Meetings []countedMeeting
}

type countedMeeting struct {
	meetingView
	counts map[registration.Status]int
}

// Count returns how many sign-ups have the status.
func (c countedMeeting) Count(status string) int { return c.counts[registration.Status(status)] }

// organiserHome answers GET /organisation/.
func (s *site) organiserHome(v *visit) error {
	views, err := s.desk.Meetings(v.Context())
	if err != nil {
		return err
	}
	page := organiserPage{layout: v.layout(v.words.T("organisation.title"), organisers)}
	for _, view := range views {
		counted := countedMeeting{v.view(view), map[registration.Status]int{}}
		for signup, err := range s.desk.Signups(v.Context(), registration.Query{Meeting: view.Meeting.Slug}) {
			if err != nil {
				return err
			}
			counted.counts[signup.Status()]++
		}
		page.Meetings = append(page.Meetings, counted)
	}
	return v.page(http.StatusOK, "organiser", page)
}

// listPage is the list of the sign-ups of a meeting, or of those that a filter
// selects.
type listPage struct {
	layout
	meetingView
	Filter   filter
	Counts   []count // by status, those that occur
	All      int     // sign-ups of the meeting
	Rows     []row   // of this page of the list
	Selected int     // rows on all pages
	Page     int     // from 1
	Before   string  // addresses of the pages around; "" at the ends
	After    string
}

// Filtered reports whether the list is a selection.
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

// filter is what the form above the list asks for.
type filter struct {
	Words   string
	Status  registration.Status
	Session registration.SessionID
}

// perPage is how many lines a page of the list has.
const perPage = 100

// list answers GET /organisation/rencontres/{slug}.
func (s *site) list(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	query := v.URL.Query()
	page := listPage{
		layout: v.layout(v.words.T("organisation.list.title"), organisers), meetingView: v.view(view),
		Filter: filter{strings.TrimSpace(query.Get("q")), registration.Status(query.Get("status")), registration.SessionID(query.Get("session"))},
	}
	counts := map[registration.Status]int{}
	var rows []row
	for signup, err := range s.desk.Signups(v.Context(), registration.Query{Meeting: view.Meeting.Slug}) {
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
	v.paginate(&page, rows)
	return v.page(http.StatusOK, "list", page)
}

// paginate puts the lines of the page that is asked for into words.
func (v *visit) paginate(page *listPage, rows []row) {
	page.Selected = len(rows)
	last := max(1, (len(rows)+perPage-1)/perPage)
	number, _ := strconv.Atoi(v.URL.Query().Get("page"))
	page.Page = min(max(1, number), last)
	page.Rows = rows[(page.Page-1)*perPage : min(page.Page*perPage, len(rows))]
	for i := range page.Rows {
		r := &page.Rows[i]
		r.Created = v.words.DayMonth(r.CreatedAt) + ", " + v.words.Hour(r.CreatedAt)
		r.Territory = territoryName(r.Signup.Territory)
	}
	if page.Page > 1 {
		page.Before = v.listAt(page.Page - 1)
	}
	if page.Page < last {
		page.After = v.listAt(page.Page + 1)
	}
}

// listAt is the address of another page of the same list.
func (v *visit) listAt(page int) string {
	query := v.URL.Query()
	query.Set("page", strconv.Itoa(page))
	return "?" + query.Encode()
}

// selects reports whether the filter lets a sign-up through.
func (f filter) selects(s registration.Signup, status registration.Status) bool {
	if f.Status != "" && f.Status != status || f.Session != "" && !s.State(f.Session).TakesSeat() {
		return false
	}
	if code, ok := registration.ParseCode(f.Words); ok && code == s.Code {
		return true
	}
	text := folded(strings.Join([]string{s.GivenName, s.FamilyName, s.GivenName, s.Organisation, s.Email, territoryName(s.Territory)}, " "))
	for _, word := range strings.Fields(folded(f.Words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// folded returns text without case and accents, as people type it when they
// look for somebody.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if r == '’' {
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

// sortByName puts the rows in the order of a French list: NOM, then prénom,
// accents and case only where nothing else tells two names apart.
func sortByName(rows []row) {
	c, buf := collate.New(language.French), new(collate.Buffer)
	type key struct{ family, given string }
	keys := make(map[registration.ID]key, len(rows))
	for _, r := range rows {
		keys[r.ID] = key{string(c.KeyFromString(buf, r.FamilyName)), string(c.KeyFromString(buf, r.GivenName))}
		buf.Reset()
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		ka, kb := keys[a.ID], keys[b.ID]
		return cmp.Or(strings.Compare(ka.family, kb.family), strings.Compare(ka.given, kb.given))
	})
}
