package attendee

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// Two people, or one in two tabs, may change a sign-up from the same page. A form
// carries the values that it showed. If one of these was changed elsewhere before
// the form comes back, nothing is saved: the page says what changed, keeps what
// was typed, and asks.

// shown is what a form carries in hidden fields: the revision of the sign-up, and
// what its fields held.
type shown struct {
	Revision int
	Was      url.Values
}

// Hidden lists the hidden fields of a form: the revision, and what was shown as
// one text, encoded as in an address.
func (s shown) Hidden() []kernel.Field {
	return []kernel.Field{{Name: "revision", Value: strconv.Itoa(s.Revision)}, {Name: "was", Value: s.Was.Encode()}}
}

// postedShown is what a form that was sent had shown.
func postedShown(values url.Values) shown {
	var s shown
	s.Revision, _ = strconv.Atoi(values.Get("revision")) // what was not sent by our form
	s.Was, _ = url.ParseQuery(values.Get("was"))         // reads as a form that showed nothing
	return s
}

func sortedNames(values url.Values) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// showing returns what reloads a page whose form shows this of the sign-up.
func showing(r *kernel.Request, what func(registration.Signup) shown) func() (*editPage, error) {
	return func() (*editPage, error) {
		page, err := newEditPage(r)
		if page != nil && err == nil {
			page.shown = what(page.Signup)
		}
		return page, err
	}
}

// errAnswered says that the visitor has been redirected already.
var errAnswered = errors.New("web: answered")

// save runs an act of the Desk for a form and returns what was done, for the page
// that follows: did, or that nothing was changed. If something that the form
// showed has changed since, it returns the page of the form instead. A form that
// carries no revision is saved as it is. Changes of values that the form did not
// show do not matter. reload returns the page as it is now, with what its form
// shows.
func save(r *kernel.Request, values url.Values, did string, reload func() (*editPage, error), act func(*registration.Desk) (registration.Signup, error)) (string, *editPage, error) {
	if values.Get("revision") == "" {
		_, err := act(r.Site.Desk)
		return did, nil, err
	}
	was := postedShown(values)
	for range 3 { // each time it has moved again
		now, err := act(r.Site.Desk.IfUnchanged(was.Revision))
		if err == nil && now.Revision == was.Revision {
			did = "inchange"
		}
		if !errors.Is(err, registration.ErrStale) {
			return did, nil, err
		}
		page, err := reload()
		if err != nil {
			return "", nil, err
		}
		if page == nil {
			return "", nil, errAnswered
		}
		if was.changed(r, page) {
			page.Values, page.Notice = was.merged(page.Meeting, values, page.shown), "stale"
			return "", page, nil
		}
		was.Revision = page.Revision
	}
	return "", nil, registration.ErrUnavailable
}

// changed adds to the page what differs between what was shown and what is, in
// words, and reports whether anything does.
func (s shown) changed(r *kernel.Request, page *editPage) bool {
	now := page.shown
	r.FormMeeting = &page.Meeting
	for _, name := range sortedNames(union(s.Was, now.Was)) {
		if sameTexts(s.Was[name], now.Was[name]) {
			continue
		}
		if name == "sessions" {
			page.Changes = append(page.Changes, s.movedSessions(page, now))
			continue
		}
		facts := r.ValueFacts(url.Values{name: now.Was[name]})
		if len(facts) == 0 { // it is empty now: only what it was has a name
			if facts = r.ValueFacts(url.Values{name: s.Was[name]}); len(facts) > 0 {
				facts[0].Lines, facts[0].LinesLang = []string{r.Words.T("attendee.stale.none")}, ""
			}
		}
		page.Changes = append(page.Changes, facts...)
	}
	return len(page.Changes) > 0
}

// movedSessions says which sessions were added elsewhere, and which given back.
func (s shown) movedSessions(page *editPage, now shown) kernel.Fact {
	f := kernel.Fact{Label: page.T("words.column.sessions")}
	for _, session := range page.Meeting.Sessions {
		was, is := slices.Contains(s.Was["sessions"], string(session.ID)), slices.Contains(now.Was["sessions"], string(session.ID))
		switch title := page.Text(session.Title); {
		case is && !was:
			f.Lines = append(f.Lines, page.T("attendee.stale.added", "Title", title))
		case was && !is:
			f.Lines = append(f.Lines, page.T("attendee.stale.gone", "Title", title))
		}
	}
	return f
}

// merged is what the form shows then: what was typed, and the present value of
// each field that was left as it was shown. Of the sessions, those added
// elsewhere are added and those given back elsewhere are left out, unless they
// clash with what was chosen here.
func (s shown) merged(m registration.Meeting, typed url.Values, now shown) url.Values {
	out := url.Values{}
	for name, texts := range typed {
		out[name] = texts
	}
	for name := range union(s.Was, now.Was) {
		if name != "sessions" && sameTexts(typed[name], s.Was[name]) {
			out[name] = now.Was[name]
		}
	}
	if _, asks := now.Was["sessions"]; !asks {
		return out
	}
	var ids []string
	slots := map[string]bool{}
	for _, id := range kernel.ChosenSessions(typed) {
		if slices.Contains(s.Was["sessions"], string(id)) && !slices.Contains(now.Was["sessions"], string(id)) {
			continue
		}
		session, _ := m.Session(id)
		ids, slots[session.Slot] = append(ids, string(id)), true
	}
	for _, id := range now.Was["sessions"] {
		session, _ := m.Session(registration.SessionID(id))
		if !slices.Contains(s.Was["sessions"], id) && !slices.Contains(ids, id) && (session.Slot == "" || !slots[session.Slot]) {
			ids = append(ids, id)
		}
	}
	for name := range out {
		if name == "sessions" || strings.HasPrefix(name, "sessions.") {
			delete(out, name)
		}
	}
	out["sessions"] = ids
	return out
}

func union(a, b url.Values) url.Values {
	all := url.Values{}
	for _, values := range []url.Values{a, b} {
		for name := range values {
			all[name] = nil
		}
	}
	return all
}

// sameTexts compares what a field holds, in any order; nothing is the same as
// the empty text.
func sameTexts(a, b []string) bool {
	sorted := func(list []string) []string {
		return slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })))
	}
	return slices.Equal(sorted(a), sorted(b))
}
