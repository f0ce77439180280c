package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// overviewPage is the first page of a meeting for organisers: what needs
// attention, how full the meeting is, and how sign-ups come in.
type overviewPage struct {
	kernel.Layout
	kernel.MeetingView
	attention
	Sessions []session
	Days     daily
}

// attention is what an organiser should see to in a meeting, the most urgent
// first.
type attention struct {
	Tasks    []task
	Deadline string // the next date to know of, "" for none
}

// task is a line with a link to the list of the people whom it is about.
type task struct{ Text, Href string }

// showOverview answers GET /organisation/rencontres/{slug}/apercu.
func showOverview(r *kernel.Request) error {
	o, err := r.Site.Desk.Overview(r.Context(), r.PathValue("slug"))
	if err != nil {
		return slowList(r, err)
	}
	page := overviewPage{Layout: r.Layout(r.Words.T("overview.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(o.View)}
	page.attention = newAttention(r, page.Layout, o)
	page.Sessions = allSessions(page.Layout, o.View)
	page.Days = newDaily(r, page.Layout, o.Statistics)
	return r.Page(http.StatusOK, "overview", page)
}

// listOf returns the address of a meeting's list with filters: pairs has
// their names and values by turns.
func listOf(l kernel.Layout, slug string, pairs ...string) string {
	return l.Path("/organisation/rencontres/", slug, "?", listQuery{}.with(pairs...))
}

// sessionsOf says how full each session is.
func sessionsOf(l kernel.Layout, v registration.View) (list []session) {
	for _, s := range v.Meeting.Sessions {
		o, id := v.In(s.ID), string(s.ID)
		list = append(list, session{s, kernel.NewSeats(o), o.Taken, o.Queued, listOf(l, v.Meeting.Slug, "session", id), listOf(l, v.Meeting.Slug, "waiting", id)})
	}
	return list
}

// allSessions is like sessionsOf, with the meeting itself first.
func allSessions(l kernel.Layout, v registration.View) []session {
	whole := l.T("overview.whole")
	v.Meeting.Sessions = append([]registration.Session{{ID: registration.MeetingSession, Title: registration.Localized{FR: whole, EN: whole}}}, v.Meeting.Sessions...)
	return sessionsOf(l, v)
}

// newAttention says what needs attention in a meeting.
func newAttention(r *kernel.Request, l kernel.Layout, o registration.Overview) (w attention) {
	m := o.Meeting
	add := func(n int, key, name, value string) {
		if n > 0 {
			w.Tasks = append(w.Tasks, task{l.N("overview."+key, n), listOf(l, m.Slug, name, value)})
		}
	}
	if o.Strained > 0 {
		whence := listOf(l, m.Slug, "status", string(registration.StatusPending))
		if r.Organiser.May(registration.RightAct, m.Slug) {
			whence = l.Path(networksPath(m.Slug))
		}
		w.Tasks = append(w.Tasks, task{l.N("overview.strained", o.Strained), whence})
	}
	if phase := m.Phase(r.Now); phase == registration.PhasePast || phase == registration.PhaseCancelled {
		o.Holds, o.Offers, o.FreeButAwaited = 0, 0, nil // no seat is waited for any more
	} else {
		add(o.Count(registration.GroupAll, "", registration.StatusApproval), "approvals", "status", string(registration.StatusApproval))
	}
	add(o.Refused, "refused", "mail", "refused")
	add(o.Holds, "holds", "status", string(registration.StatusPending))
	add(o.Offers, "offers", "status", string(registration.StatusOffered))
	for _, id := range o.FreeButAwaited {
		title := l.T("overview.the_meeting")
		if s, ok := m.Session(id); ok {
			title = l.T("overview.quoted", "Title", l.Text(s.Title))
		}
		text := l.N("overview.awaited", o.In(id).Free(), "Title", title)
		w.Tasks = append(w.Tasks, task{text, listOf(l, m.Slug, "waiting", string(id))})
	}
	if !o.Deletion.At.IsZero() {
		key := "overview.deletion"
		if o.Deletion.Question != "" {
			key = "overview.deletion_answers"
		}
		w.Tasks = append(w.Tasks, task{l.T(key, "Day", r.Words.LongDate(o.Deletion.At)), l.Path("/organisation/rencontres/", m.Slug, "#export")})
	}
	if d := o.Deadline; !d.At.IsZero() {
		when := r.Words.LongDate(d.At)
		switch d.Kind {
		case registration.DeadlineDeletion:
		case registration.DeadlineCloses:
			when = kernel.Closing(r.Words, d.At)
		default:
			when = r.Words.Moment(d.At)
		}
		key := "overview.next." + string(d.Kind)
		if d.Kind == registration.DeadlineFreezes && !m.Queue {
			key = "overview.next.freezes_alone"
		}
		w.Deadline = l.T(key, "When", when)
	}
	return w
}
