package attendee

import (
	"errors"
	"maps"
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

// formSnapshot is what a form carries in hidden fields: the revision of the sign-up,
// and the values of the form's fields when it was shown.
type formSnapshot struct {
	Revision int
	Was      url.Values
}

// Hidden lists the hidden fields of a form: the revision, and the values that were
// shown. These are one text, encoded as in an address.
func (s formSnapshot) Hidden() []kernel.Field {
	return []kernel.Field{{Name: "revision", Value: strconv.Itoa(s.Revision)}, {Name: "was", Value: s.Was.Encode()}}
}

// postedShown reads the hidden fields of a form that was sent. It leaves out what is
// malformed, which our form never sends.
func postedShown(values url.Values) formSnapshot {
	var s formSnapshot
	s.Revision, _ = strconv.Atoi(values.Get("revision"))
	s.Was, _ = url.ParseQuery(values.Get("was"))
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

// reloadWith returns the reload function that [save] needs. what returns the values
// that the form shows.
func reloadWith(r *kernel.Request, what func(registration.Signup) formSnapshot) func() (*editPage, error) {
	return func() (*editPage, error) {
		page, err := newEditPage(r)
		if page != nil && err == nil {
			page.formSnapshot = what(page.Signup)
		}
		return page, err
	}
}

// errAnswered says that the visitor has been redirected already.
var errAnswered = errors.New("web: answered")

// save runs an act of the Desk for a form. It returns what the next page says was
// done: did, or "inchange" if nothing changed. If a value that the form showed was
// changed elsewhere in the meantime, save stores nothing and returns the page of
// the form; changes of other values do not matter, nor changes to what the form asks
// for: it may have been sent twice. A form without a revision is saved unchecked. reload
// returns the page with the present values.
func save(r *kernel.Request, values url.Values, did string, reload func() (*editPage, error), act func(*registration.Desk) (registration.Signup, error)) (string, *editPage, error) {
	if values.Get("revision") == "" {
		_, err := act(r.Site.Desk)
		return did, nil, err
	}
	was, typed, twice := postedShown(values), maps.Clone(values), false
	typed["sessions"] = nil
	for _, id := range kernel.ChosenSessions(values) {
		typed.Add("sessions", string(id))
	}
	for range 3 { // each time it has moved again
		now, err := act(r.Site.Desk.IfUnchanged(was.Revision))
		if err == nil && now.Revision == was.Revision && !twice {
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
		if was.changed(r, page, typed) {
			page.Values, page.Notice = was.merged(page.Meeting, values, page.formSnapshot), "stale"
			return "", page, nil
		}
		was.Revision, twice = page.Revision, !was.same(page.formSnapshot, union(was.Was, page.Was))
	}
	return "", nil, registration.ErrUnavailable
}

// same reports whether the fields of these names have the same values now.
func (s formSnapshot) same(now formSnapshot, names url.Values) bool {
	for name := range names {
		if !sameTexts(s.Was[name], now.Was[name]) {
			return false
		}
	}
	return true
}

// changed adds to the page, in words, each value that differs from what the form had
// shown and from what was typed. It reports whether there is one.
func (s formSnapshot) changed(r *kernel.Request, page *editPage, typed url.Values) bool {
	now := page.formSnapshot
	r.FormMeeting = &page.Meeting
	for _, name := range sortedNames(union(s.Was, now.Was)) {
		if sameTexts(s.Was[name], now.Was[name]) || sameTexts(typed[name], now.Was[name]) {
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

// movedSessions says which sessions were added elsewhere and which were given up.
func (s formSnapshot) movedSessions(page *editPage, now formSnapshot) kernel.Fact {
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

// merged returns what the form shows after a conflict. A field that the visitor
// changed has what they typed; any other field has its present value. Sessions
// that were given up elsewhere are left out. Sessions that were added elsewhere
// are added, unless they clash with one that was chosen here.
func (s formSnapshot) merged(m registration.Meeting, typed url.Values, now formSnapshot) url.Values {
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

// sameTexts reports whether two lists hold the same texts in any order. Empty
// texts do not count.
func sameTexts(a, b []string) bool {
	sorted := func(list []string) []string {
		return slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })))
	}
	return slices.Equal(sorted(a), sorted(b))
}
