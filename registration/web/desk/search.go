package desk

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// searchPage is the page on which the desk looks for people. It shows nobody
// until somebody searches, so that nobody can read the list over a shoulder.
type searchPage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Others   []kernel.MeetingView // other meetings for which the organiser may check people in
	Today    bool
	OtherDay string // why arrivals are not recorded on another day
	Half     registration.HalfDay
	Query    string // what was searched for
	Why      string // why nobody is shown, in words; "" if somebody is, or nothing was asked
	People   []found
	More     bool         // there are others: search more closely
	Done     *checkInPage // whose arrival was recorded from here; nil otherwise
	WalkIn   registration.ID
	Namesake bool // of the walk-in: the people shown have the same name
	Counts   []arrivalCount
	Refused  *registration.NoSeatError // of the walk-in; nil otherwise
	now      time.Time
}

// found is a person in the list, in the words of the page. It has plain
// fields only, because they are the quickest for a template.
type found struct {
	Href, Name, Family, Given, Organisation string
	In                                      string // the label that says whose arrival the button records, "" for no button
	Shape                                   template.HTML
	Status, Hour                            string
	OtherHalf                               string // the only half-day on which the person is expected
	Assistance, NoPhotographs               bool
}

// add adds somebody to those that are shown.
func (p *searchPage) add(r *kernel.Request, s registration.Signup) {
	who := newPerson(r, p.Meeting, s)
	line := found{
		Href: r.Path("/accueil/", s.Code), Name: who.Name(), Family: s.FamilyName, Given: s.GivenName, Organisation: s.Organisation,
		Shape: kernel.Shape(who.Status), Status: r.Words.T("words.status." + string(who.Status)), Hour: who.Hour,
		Assistance: s.NeedsAssistance(), NoPhotographs: s.RefusesPhotographs(),
	}
	if p.Today && who.HasSeat && who.Hour == "" {
		line.In = r.Words.T("desk.in_of", "Name", line.Name)
	}
	if who.OtherHalf != "" {
		line.OtherHalf = r.Words.T("desk.other_half", "Half", r.Words.T("desk.half."+string(who.OtherHalf)))
	}
	p.People = append(p.People, line)
}

// arrivalCount is how many people arrived in a session on a half-day.
type arrivalCount struct {
	Title, Half string
	Arrived     int
	Seats       int // with a seat
}

// leastLetters is the fewest letters that are searched for.
const leastLetters = 3

// search answers GET /accueil/.
func search(r *kernel.Request) error {
	page, views, err := newSearchPage(r, r.URL.Query().Get("rencontre"))
	if err != nil {
		return err
	}
	if err := page.search(r, views, strings.TrimSpace(r.URL.Query().Get("q"))); err != nil {
		return err
	}
	if err := page.done(r); err != nil {
		return err
	}
	return r.Page(http.StatusOK, "search", page)
}

// search looks for people, or says why none are shown.
func (p *searchPage) search(r *kernel.Request, views []registration.View, query string) error {
	p.Query = query
	switch {
	case query == "":
		return nil
	case utf8.RuneCountInString(query) < leastLetters:
		p.Why = r.Words.T("desk.short")
		return nil
	}
	found, more, err := r.Site.Desk.Find(r.Context(), p.Meeting.Slug, query)
	if _, ok := errors.AsType[*validation.Error](err); err != nil && !ok { // too long to be anybody's name: nobody is found
		return err
	}
	p.More = more
	for _, e := range found {
		p.add(r, e.Signup)
	}
	if len(found) == 0 {
		p.Why, err = nobody(r, views, p.Meeting, query, false)
	}
	return err
}

// nobody says in one sentence why nobody was found, and what to do. The query
// counts as a part of a code if it has a digit, or if it came from a ticket.
func nobody(r *kernel.Request, views []registration.View, m registration.Meeting, query string, ticket bool) (string, error) {
	if code, ok := registration.ParseCode(query); ok {
		for _, v := range views {
			_, err := r.Site.Desk.ByCode(r.Context(), v.Meeting.Slug, code)
			if err == nil && v.Meeting.Slug != m.Slug {
				return r.Words.T("desk.code_elsewhere", "Meeting", r.Layout("", "").Text(v.Meeting.Title), "Day", r.Words.LongDate(v.Meeting.Day.In(registration.Paris))), nil
			}
			if err != nil && !errors.Is(err, registration.ErrNotFound) {
				return "", err
			}
		}
		return r.Words.T("desk.code_unknown"), nil
	}
	letters := strings.Join(strings.FieldsFunc(query, func(c rune) bool { return c == '-' || unicode.IsSpace(c) }), "")
	switch {
	case !ticket && (!strings.ContainsFunc(letters, unicode.IsDigit) || len(letters) > registration.CodeLength):
		return r.Words.T("desk.nobody"), nil
	case registration.BeginsCode(letters):
		return r.Words.T("desk.code_short", "Letters", registration.CodeLength), nil
	}
	return r.Words.T("desk.code_misread"), nil
}

func newSearchPage(r *kernel.Request, slug string) (searchPage, []registration.View, error) {
	page := searchPage{
		Layout: r.Layout(r.Words.T("desk.title"), kernel.OrganisersSection), Form: r.NewFormOfOther(nil),
		Half: registration.HalfDayAt(r.Now), WalkIn: registration.NewID(), now: r.Now,
	}
	page.Script = "door.js"
	views, err := meetings(r)
	if err != nil {
		return page, views, err
	}
	at, err := here(views, slug)
	if err != nil {
		return page, views, err
	}
	r.About(views[at].Meeting)
	page.MeetingView, page.Today, page.OtherDay = r.MeetingView(views[at]), today(r, views[at].Meeting), otherDay(r, views[at].Meeting)
	for i, v := range views {
		if i != at {
			page.Others = append(page.Others, r.MeetingView(v))
		}
	}
	return page, views, page.count(r)
}

// Least is the fewest letters that are searched for.
func (searchPage) Least() int { return leastLetters }

// Most is the most people that a search shows.
func (searchPage) Most() int { return registration.MaxFound }

// word is a sentence that the script says.
type word struct{ Key, Text string }

// Spoken lists the words that the script says.
func (p searchPage) Spoken() (list []word) {
	for _, key := range []string{"found", "found_one", "more", "nobody_here", "in_of", "away", "away_unprepared", "away_undo", "back", "prepared", "not_prepared",
		"noted", "undo", "undo_of", "undone", "sent", "sent_one", "failed"} {
		list = append(list, word{key, p.T("desk.script." + key)})
	}
	return list
}

// Midnight is the number of seconds until the day of the page is over.
func (p searchPage) Midnight() int {
	tomorrow := territoires.DateOf(p.now, registration.Paris).AddDays(1).In(registration.Paris)
	return int(tomorrow.Sub(p.now).Seconds())
}

// done adds the person whose arrival was just recorded from the list, if the
// address says so.
func (p *searchPage) done(r *kernel.Request) error {
	did, query := r.URL.Query().Get("fait"), r.URL.Query().Get("code")
	code, ok := registration.ParseCode(query)
	if !ok || !r.Words.Has("desk.did."+did) {
		return nil
	}
	s, err := r.Site.Desk.ByCode(r.Context(), p.Meeting.Slug, code)
	if errors.Is(err, registration.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	page, err := personPage(r, p.View, s)
	page.Did = did
	p.Done = &page
	return err
}

// count adds how many people arrived, by session and half-day. The entrance
// on this half-day is there even if nobody has arrived.
func (p *searchPage) count(r *kernel.Request) error {
	if !p.Today {
		return nil
	}
	list, err := r.Site.Desk.Attendance(r.Context(), p.Meeting.Slug)
	if err != nil {
		return err
	}
	entrance := registration.Attendance{Session: registration.MeetingSession, Half: p.Half}
	known := false
	for _, a := range list {
		known = known || a.Session == entrance.Session && a.Half == entrance.Half
	}
	if !known {
		list = append([]registration.Attendance{entrance}, list...)
	}
	for _, a := range list {
		c := arrivalCount{Title: r.Words.T("desk.entrance"), Half: r.Words.T("desk.half." + string(a.Half)), Arrived: a.Arrived, Seats: p.In(a.Session).Taken}
		if s, ok := p.Meeting.Session(a.Session); ok {
			c.Title = p.Text(s.Title)
		}
		p.Counts = append(p.Counts, c)
	}
	return nil
}

// walkIn answers POST /accueil/: it admits somebody who has not signed up.
func walkIn(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, _, err := newSearchPage(r, values.Get("rencontre"))
	if err != nil {
		return err
	}
	if !page.Today {
		return notToday(r, page.Meeting)
	}
	walk := registration.WalkIn{
		GivenName: values.Get("given_name"), FamilyName: values.Get("family_name"), Organisation: values.Get("organisation"),
		CheckIn: registration.CheckIn{By: r.Organiser.ID, Beyond: values.Get("admit") == "yes"}, Sure: values.Get("sure") == "yes",
	}
	if id := values.Get("id"); id != "" && walk.ID.UnmarshalText([]byte(id)) != nil {
		return kernel.ErrMalformed
	}
	if walk.ID != (registration.ID{}) {
		page.WalkIn = walk.ID
	}
	signup, err := r.Site.Desk.Admit(r.Context(), page.Meeting.Slug, walk)
	page.Values = values
	bad, invalid := errors.AsType[*validation.Error](err)
	known, namesake := errors.AsType[*registration.NamesakeError](err)
	no, full := errors.AsType[*registration.NoSeatError](err)
	switch {
	case err == nil:
		return r.Redirect("/accueil/", signup.Code, "?fait=walkin&rencontre=", url.QueryEscape(page.Meeting.Slug))
	case invalid:
		page.AddErrors(bad)
		page.Title = r.Words.T("form.error.prefix", "Title", r.Words.T("desk.title"))
		return r.Page(http.StatusUnprocessableEntity, "search", page)
	case namesake:
		for _, s := range known.People {
			page.add(r, s)
		}
		page.Why, page.Namesake = r.Words.T("desk.namesake"), true
		return r.Page(http.StatusConflict, "search", page)
	case full:
		page.Refused = no
		return r.Page(http.StatusConflict, "search", page)
	case errors.Is(err, registration.ErrNotToday):
		return notToday(r, page.Meeting)
	}
	return err
}
