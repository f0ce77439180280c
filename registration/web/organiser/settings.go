package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// settingsPart is one page of settings: the keys of a meeting file that it
// edits.
type settingsPart struct {
	Name string // the last part of its address
	keys []string
}

// settingsParts are the pages of settings. Together they edit every key of a
// meeting file but the slug, which is chosen when a meeting is created.
var settingsParts = []settingsPart{
	{"textes", []string{"title", "summary", "organisers", "contact", "example"}},
	{"jour", []string{"day", "starts", "ends", "venue"}},
	{"programme", []string{"programme"}},
	{"sessions", []string{"seats", "sessions"}},
	{"formulaire", []string{"categories", "approval", "queue", "companions", "interests", "questions"}},
	{"delais", []string{"opens_at", "closes_at", "hold", "offer_for", "freezes_at"}},
	{"donnees", []string{"notice"}},
	{"accueil", []string{"door"}},
	{"publication", []string{"published"}},
	{"annulation", []string{"cancelled_at", "cancel_reason"}},
}

// partOf returns the page of settings that edits the value at a path.
func partOf(path string) (settingsPart, bool) {
	for _, p := range settingsParts {
		if slices.ContainsFunc(p.keys, func(key string) bool { return isPartOf(path, key) }) {
			return p, true
		}
	}
	return settingsPart{}, false
}

// isPartOf reports whether the value at path is that of the key, or a part of
// it.
func isPartOf(path, key string) bool {
	rest := path[min(len(path), len(key)):]
	return path[:len(path)-len(rest)] == key && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// settingsPath is where the settings of a meeting are.
func settingsPath(slug string, parts ...string) string {
	path := "/organisation/rencontres/" + url.PathEscape(slug) + "/reglages"
	for _, p := range parts {
		path += "/" + p
	}
	return path
}

// settings has what every page of settings needs to know of its meeting.
type settings struct {
	kernel.Layout
	Meeting registration.Meeting
	Version int                    // in force, 0 if none is known
	other   []registration.Meeting // other versions, to name elements that Meeting does not have
}

// Settings returns the address of a page of settings, or of the page that
// leads to them.
func (s settings) Settings(parts ...any) string {
	return s.Path(append([]any{settingsPath(s.Meeting.Slug)}, parts...)...)
}

// findSettings returns the meeting in the address, published or not, with the
// version in force. If the stored meeting cannot be read, it returns only the
// slug, with the reason in Broken.
func findSettings(r *kernel.Request, title string) (settings, []registration.Version, error) {
	slug := r.PathValue("slug")
	s := settings{Layout: r.Layout(title, kernel.OrganisersSection)}
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), slug)
	if s.Meeting = view.Meeting; errors.Is(err, registration.ErrBroken) {
		s.Meeting, err = registration.Meeting{Slug: slug, Title: registration.Localized{FR: slug}, Broken: err.Error()}, nil
	}
	if err != nil {
		return s, nil, err
	}
	r.About(s.Meeting)
	all, err := r.Site.Desk.Versions(r.Context(), slug)
	if len(all) > 0 {
		s.Version = all[0].N
	}
	return s, all, err
}

// settingsPage is the page that leads to all others: links, what should be
// corrected, and the versions.
type settingsPage struct {
	settings
	Did      string // what was just done, as the catalogue names it; "" if nothing
	Parts    []partLink
	Problems []settingsProblem
	Missing  []settingsProblem // what is still missing in a meeting that is not published
	Versions []versionLine
	MayAdd   bool // the organiser may add meetings
	InUse    bool // somebody has signed up
}

// partLink leads to a page of settings.
type partLink struct {
	Name, Address string
	Brief         string // what is set on that page, "" for nothing to say
}

// settingsProblem is something to put right, and where.
type settingsProblem struct{ Text, Address string }

// shownVersions is how many versions the page lists.
const shownVersions = 20

// showSettings answers GET /organisation/rencontres/{slug}/reglages.
func showSettings(r *kernel.Request) error {
	s, versions, err := findSettings(r, r.Words.T("settings.title"))
	if err != nil {
		return err
	}
	page := settingsPage{settings: s, MayAdd: r.Organiser.MayEverywhere(registration.RightAct)}
	if did := r.URL.Query().Get("fait"); r.Words.Has("settings.did." + did) {
		page.Did = did
	}
	for _, p := range settingsParts {
		if p.Name != "publication" { // a button of this page
			page.Parts = append(page.Parts, partLink{p.Name, s.Settings("/", p.Name), s.summaryOf(p.Name)})
		}
	}
	if s.Meeting.Broken == "" {
		page.Problems, page.Missing = problemsOf(s), missing(s)
		counts, err := r.Site.Desk.StatusCounts(r.Context(), s.Meeting.Slug)
		if err != nil {
			return err
		}
		page.InUse = len(counts) > 0
	}
	page.Versions, err = versionLines(r, s, versions[:min(len(versions), shownVersions)])
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "settings", page)
}

// summaryOf says in a few words what is set on a page.
func (s settings) summaryOf(part string) string {
	m := s.Meeting
	if m.Broken != "" {
		return ""
	}
	var said []string
	switch part {
	case "jour":
		said = append(said, s.LongDate(m.Day.In(registration.Paris)))
		switch {
		case m.Starts != "" && m.Ends != "":
			said = append(said, s.T("settings.brief.hours", "From", s.Hour(m.Starts.On(m.Day)), "Until", s.Hour(m.Ends.On(m.Day))))
		case m.Starts != "":
			said = append(said, s.T("settings.brief.from", "From", s.Hour(m.Starts.On(m.Day))))
		}
	case "programme":
		said = append(said, s.countInWords("lines", len(m.Programme)))
	case "sessions":
		said = append(said, s.T("organiser.unlimited"))
		if m.Seats != registration.Unlimited {
			said[0] = s.N("settings.brief.seats", int(m.Seats))
		}
		said = append(said, s.countInWords("sessions", len(m.Sessions)))
	case "formulaire":
		asked := slices.DeleteFunc(slices.Clone(m.Questions), func(q registration.Question) bool { return q.Closed })
		said = append(said, s.countInWords("questions", len(asked)))
		if m.Queue {
			said = append(said, s.T("settings.brief.queue"))
		}
	case "delais":
		said = append(said, s.T("settings.brief.open", "From", kernel.Opening(s.Words, m.OpensAt.In(registration.Paris)), "Until", kernel.Closing(s.Words, m.ClosesAt.In(registration.Paris))))
	case "donnees":
		said = append(said, s.T("settings.brief.undecided"))
		if n := m.Notice.RetentionDays; n > 0 {
			said[0] = s.N("settings.brief.kept", n)
		}
	case "annulation":
		if !m.CancelledAt.IsZero() {
			said = append(said, s.T("settings.brief.cancelled", "When", s.Moment(m.CancelledAt.In(registration.Paris))))
		}
	}
	return strings.Join(said, ", ")
}

// countInWords says how many of something there are, or that there are none.
func (s settings) countInWords(key string, n int) string {
	if n == 0 {
		return s.T("settings.brief.none." + key)
	}
	return s.N("settings.brief."+key, n)
}

// Field is the hidden value that the button of publication sends.
func (p settingsPage) Field() string { return strconv.FormatBool(!p.Meeting.Published) }

// problemsOf lists the faults of a configuration that an older version of the
// program accepted, and values that are valid but probably not meant.
func problemsOf(s settings) (list []settingsProblem) {
	var all []validation.FieldError
	if bad, ok := errors.AsType[*validation.Error](s.Meeting.Check()); ok {
		all = bad.Fields
	}
	for _, e := range append(all, s.Meeting.OutsideHours()...) {
		problem := settingsProblem{Text: s.sentenceOn(e.Path, s.sentence(e))}
		if part, ok := partOf(e.Path); ok {
			problem.Address = s.Settings("/", part.Name)
		}
		list = append(list, problem)
	}
	return list
}

// missing lists what an organiser should fill in before publishing the meeting: what
// visitors look for, and what they need in order to sign up.
func missing(s settings) (list []settingsProblem) {
	m := s.Meeting
	for _, w := range []struct {
		what, part string
		is         bool
	}{
		{"organisers", "textes", len(m.Organisers) > 0},
		{"contact", "textes", m.Contact != ""},
		{"venue", "jour", m.Venue.Name.FR != "" || len(m.Venue.Lines) > 0},
		{"seats", "sessions", m.Seats != 0},
		{"retention", "donnees", m.Notice.RetentionDays > 0},
		{"legal", "donnees", m.Notice.LegalBasis.FR != "" && m.Notice.Publisher != "" && m.Notice.Director != "" && m.Notice.Host != ""},
	} {
		if !m.Published && !w.is {
			list = append(list, settingsProblem{s.T("settings.missing." + w.what), s.Settings("/", w.part)})
		}
	}
	return list
}

// readDocument is [meetingfile.ReadForm] for the form of these pages.
func readDocument(m registration.Meeting, keys []string, values url.Values) (registration.Meeting, url.Values, error) {
	m, tidy, err := meetingfile.ReadForm(m, keys, values)
	return m, tidy, err
}

// draftLink leads to the settings of a meeting that is not published yet.
type draftLink struct {
	registration.Meeting
	Address, Day string
}

// drafts lists the organiser's meetings that are not published, or cannot be read,
// with the page of each that they may see.
func drafts(r *kernel.Request) (list []draftLink, err error) {
	all, err := r.Site.Team.Meetings(r.Context())
	for _, m := range all {
		if m.Published || !r.Organiser.Knows(m.Slug) {
			continue
		}
		path := "/rencontres/" + m.Slug
		switch {
		case r.Organiser.May(registration.RightAct, m.Slug):
			path = settingsPath(m.Slug)
		case r.Organiser.May(registration.RightRead, m.Slug):
			path = "/organisation" + path
		}
		list = append(list, draftLink{m, r.Path(path), r.Words.LongDate(m.Day.In(registration.Paris))})
	}
	return list, err
}
