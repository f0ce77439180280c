package organiser

import (
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// statisticsPage is a meeting in numbers.
type statisticsPage struct {
	kernel.Layout
	kernel.MeetingView
	Counts   []count
	All      int
	Days     daily
	Sessions []session
	Tables   []groupTable
	Map      kernel.Atlas
	Discs    []disc
	Deleted  bool // people's data was deleted: only these numbers are left
	Floor    int
	Arrivals []arrivals
	Came     task // how many came, and how many had a seat and did not come
	Missed   task
	Started  bool // the day has come
	Past     bool // the day is over
}

// Scale says which number the top of the chart stands for.
func (p statisticsPage) Scale() string {
	if p.Days.Weekly {
		return p.N("statistics.scale_week", p.Days.Top)
	}
	return p.N("statistics.scale_day", p.Days.Top)
}

// groupTable is how many sign-ups there are of each category, région and so on.
type groupTable struct {
	Key  string // names it in the catalogue
	Rows []groupRow
}

// Long reports whether the table is folded away.
func (t groupTable) Long() bool { return len(t.Rows) > 25 }

type groupRow struct {
	Label, Lang, Href string
	Seated, Waiting   int
	Percent           float64 // of the largest
	value             string
}

// disc is a territory on the map. Its size shows how many people come from
// it.
type disc struct {
	kernel.Spot
	Radius float64
	Title  string
}

// arrivals are the arrivals at the entrance, or in a session.
type arrivals struct {
	Title, Lang string
	Expected    int
	HalfDays    []halfDayArrivals
}

type halfDayArrivals struct {
	N    int
	Href string
}

// showStatistics answers GET /organisation/rencontres/{slug}/statistiques.
func showStatistics(r *kernel.Request) error {
	s, err := r.Site.Desk.Statistics(r.Context(), r.PathValue("slug"))
	if err != nil {
		return slowList(r, err)
	}
	l := r.Layout(r.Words.T("statistics.title"), kernel.OrganisersSection)
	page := statisticsPage{
		Layout: l, MeetingView: r.MeetingView(s.View), Days: newDaily(r, l, s), Sessions: allSessions(l, s.View), Map: kernel.France(),
		Deleted: slices.ContainsFunc(s.Tallies, func(t registration.Tally) bool { return t.Status == "" }),
		Floor:   registration.TallyFloor,
		Started: !r.Now.Before(s.Meeting.Day.In(registration.Paris)),
		Past:    s.Meeting.Phase(r.Now) == registration.PhasePast,
	}
	for _, status := range registration.Statuses() {
		if n := s.Count(registration.GroupAll, "", status); n > 0 {
			page.Counts = append(page.Counts, count{status, n, listOf(l, s.Meeting.Slug, "status", string(status))})
			page.All += n
		}
	}
	for _, g := range []struct {
		group registration.Group
		name  func(value string) (label, lang string)
	}{
		{registration.GroupCategory, func(v string) (string, string) { return l.T("words.category." + v), "" }},
		{registration.GroupRegion, func(v string) (string, string) {
			return kernel.RegionNames([]cog.RegionCode{cog.RegionCode(v)}), locale.French
		}},
		{registration.GroupAxis, func(v string) (string, string) { return axisName(v), locale.French }},
		{registration.GroupTerritory, func(v string) (string, string) { return kernel.TerritoryName(v), locale.French }},
	} {
		if rows := page.rows(s, g.group, g.name); len(rows) > 0 {
			page.Tables = append(page.Tables, groupTable{string(g.group), rows})
		}
	}
	page.drawTerritories()
	page.addArrivals(s)
	return r.Page(http.StatusOK, "statistics", page)
}

// axisName is the name of an axis in the programme.
func axisName(value string) string {
	a, err := territoires.ParseAxis(territoires.PhaseI, value)
	if err != nil {
		return value
	}
	return a.Verb()
}

// rows are the values of a group with their numbers, the largest first.
// People whose data was deleted count as having had a seat.
func (p statisticsPage) rows(s registration.Statistics, g registration.Group, name func(string) (string, string)) (rows []groupRow) {
	at := map[string]int{}
	for _, t := range s.Tallies {
		if t.Group != g {
			continue
		}
		i, ok := at[t.Value]
		if !ok {
			i = len(rows)
			at[t.Value] = i
			row := groupRow{value: t.Value, Label: p.T("statistics.others")}
			if t.Value != "" {
				row.Label, row.Lang = name(t.Value)
			}
			if t.Status != "" {
				row.Href = listOf(p.Layout, s.Meeting.Slug, string(g), t.Value)
			}
			rows = append(rows, row)
		}
		switch {
		case t.Status == "" || barPart(t.Status) == 0:
			rows[i].Seated += t.N
		case barPart(t.Status) == 1:
			rows[i].Waiting += t.N
		}
	}
	rows = slices.DeleteFunc(rows, func(r groupRow) bool { return r.Seated+r.Waiting == 0 })
	slices.SortStableFunc(rows, func(a, b groupRow) int {
		if d := b.Seated - a.Seated; d != 0 {
			return d
		}
		return strings.Compare(a.Label, b.Label)
	})
	for i := range rows {
		rows[i].Percent = 100 * float64(rows[i].Seated) / float64(max(1, rows[0].Seated))
	}
	return rows
}

// drawTerritories adds a disc for each territory that people with a seat come
// from.
func (p *statisticsPage) drawTerritories() {
	i := slices.IndexFunc(p.Tables, func(t groupTable) bool { return t.Key == string(registration.GroupTerritory) })
	if i < 0 {
		return
	}
	for _, row := range p.Tables[i].Rows {
		spot, ok := p.Map.Spot(row.value)
		if !ok || row.Seated == 0 {
			continue
		}
		p.Discs = append(p.Discs, disc{spot, min(40, 6+4*math.Sqrt(float64(row.Seated))), p.N("statistics.disc", row.Seated, "Name", row.Label)})
	}
}

// addArrivals says how many came: at the entrance and to each session, by
// half-day.
func (p *statisticsPage) addArrivals(s registration.Statistics) {
	slug, came := s.Meeting.Slug, s.Count(registration.GroupAll, "", registration.StatusPresent)
	if !p.Started && came == 0 {
		return
	}
	p.Came = task{p.N("statistics.came", came), listOf(p.Layout, slug, "status", string(registration.StatusPresent))}
	if missed := s.Count(registration.GroupAll, "", registration.StatusConfirmed); missed > 0 {
		key := "statistics.awaited"
		if p.Past {
			key = "statistics.missed"
		}
		p.Missed = task{p.N(key, missed), listOf(p.Layout, slug, "status", string(registration.StatusConfirmed))}
	}
	add := func(id registration.SessionID, title, lang string) {
		a := arrivals{Title: title, Lang: lang, Expected: s.Count(registration.GroupSeat, string(id), withSeat...)}
		for _, half := range []registration.HalfDay{registration.Morning, registration.Afternoon} {
			a.HalfDays = append(a.HalfDays, halfDayArrivals{s.Count(registration.GroupArrived, string(id)+"/"+string(half)), listOf(p.Layout, slug, "arrived", string(id), "half", string(half))})
		}
		p.Arrivals = append(p.Arrivals, a)
	}
	add(registration.MeetingSession, p.T("statistics.entrance"), "")
	for _, session := range s.Meeting.Sessions {
		add(session.ID, p.Text(session.Title), p.TextLang(session.Title))
	}
}
