package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// documentsPage lists the documents, each as a PDF and as a page.
type documentsPage struct {
	kernel.Layout
	kernel.MeetingView
	Did        string // what has just been done, a key of the catalogue; "" for nothing
	MayAct     bool   // the organiser may freeze the list and record prints of badges
	Undrawable []registration.Signup
	FrozenAt   string // when the security list was frozen, "" if it was not
	FreezesAt  string
	Past       bool // the day is over
	Came       int  // people who came
	Thanked    bool // and were written to
	Listed     int
	Late       int
	Expected   int
	NewBadges  int
	Prints     []badgePrint
	HalfDays   []registration.HalfDay
}

// badgePrint is a number of badges that were printed together.
type badgePrint struct {
	ID   registration.ID
	When string
	N    int
}

func documentsPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/documents"
}

// pair is the two forms of a document.
type pair struct {
	Part, Lang          string // the part of the day and its language, "" for that of the page
	PDF, Page           string
	PDFLabel, PageLabel string
	PageWord            string
}

// Pair returns the addresses of the PDF and of the page of a document. Without a
// value they are for the whole day, otherwise for the half-day or session in value;
// name is then the parameter, demi-journee or session.
func (p documentsPage) Pair(kind, title, name string, value ...any) pair {
	t, query := pair{Part: p.T("documents.whole"), PageWord: p.T("documents.page")}, ""
	for _, v := range value {
		switch v := v.(type) {
		case registration.HalfDay:
			t.Part = p.T("documents.half." + string(v))
			query = "?" + url.Values{name: {halfDayNames[v]}}.Encode()
		case registration.Session:
			t.Part, t.Lang = p.Text(v.Title), p.TextLang(v.Title)
			query = "?" + url.Values{name: {string(v.ID)}}.Encode()
		}
	}
	base := p.Path(documentsPath(p.Meeting.Slug), "/", kind)
	t.PDF, t.Page = base+".pdf"+query, base+".html"+query
	t.PDFLabel = p.T("documents.pdf_of", "Document", title, "Part", t.Part)
	t.PageLabel = p.T("documents.page_of", "Document", title, "Part", t.Part)
	return t
}

// Preview is the address of the page of all badges.
func (p documentsPage) Preview() string { return p.Path(documentsPath(p.Meeting.Slug), "/badges.html") }

// Badges is the address of the PDF with the badges of a print, in a format.
func (p documentsPage) Badges(id registration.ID, f print.Format) string {
	query := url.Values{"tirage": {id.String()}, "format": {string(f)}}
	return p.Path(documentsPath(p.Meeting.Slug), "/badges.pdf?", query.Encode())
}

// BadgesPage is the address of the page with the badges of a print.
func (p documentsPage) BadgesPage(id registration.ID) string {
	return p.Path(documentsPath(p.Meeting.Slug), "/badges.html?", url.Values{"tirage": {id.String()}}.Encode())
}

// Formats lists what badges are printed on.
func (p documentsPage) Formats() []print.Format { return print.Formats() }

// halfDayNames are the half-days as addresses have them.
var halfDayNames = map[registration.HalfDay]string{registration.Morning: "matin", registration.Afternoon: "apres-midi"}

// showDocuments answers GET /organisation/rencontres/{slug}/documents.
func showDocuments(r *kernel.Request) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	m := view.Meeting
	page := documentsPage{
		Layout: r.Layout(r.Words.T("documents.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		MayAct: r.Organiser.May(registration.RightAct, m.Slug), FreezesAt: r.Words.Moment(m.FreezeAt()), HalfDays: m.HalfDays(),
		Past: m.Phase(r.Now) == registration.PhasePast,
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("documents.did." + did) {
		page.Did = did
	}
	if err := page.addPeople(r); err != nil {
		return err
	}
	return r.Page(http.StatusOK, "documents", page)
}

// addPeople adds the numbers of people on the documents.
func (p *documentsPage) addPeople(r *kernel.Request) error {
	ctx, desk, slug := r.Context(), r.Site.Desk, p.Meeting.Slug
	list, err := desk.SecurityList(ctx, slug)
	if err != nil {
		return err
	}
	people := list.Listed // while it moves, those who are expected
	if !list.FrozenAt.IsZero() {
		p.FrozenAt = r.Words.Moment(list.FrozenAt)
		if people, err = desk.Expected(ctx, slug); err != nil {
			return err
		}
	}
	p.Expected, p.Undrawable, p.Listed, p.Late = len(people), print.Undrawable(people), len(list.Listed), len(list.Late)
	fresh, err := desk.WithoutBadge(ctx, slug, people)
	if err != nil {
		return err
	}
	p.NewBadges = len(fresh)
	counts, err := desk.StatusCounts(ctx, slug)
	if err != nil {
		return err
	}
	p.Came = counts[registration.StatusPresent]
	mailings, err := desk.Mailings(ctx, slug)
	if err != nil {
		return err
	}
	p.Thanked = slices.ContainsFunc(mailings, func(m registration.Mailing) bool { return m.Kind == registration.MailThanks })
	rolls, err := desk.BadgeRolls(ctx, slug)
	for _, roll := range rolls {
		p.Prints = append(p.Prints, badgePrint{roll.ID, r.Words.Moment(roll.At), len(roll.People)})
	}
	return err
}

// actOnDocuments answers POST /organisation/rencontres/{slug}/documents: it
// freezes the security list now, or records a print of badges and redirects
// to it.
func actOnDocuments(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	slug := view.Meeting.Slug
	switch act := values.Get("act"); act {
	case "freeze":
		if err := r.Site.Desk.FreezeList(r.Context(), slug); err != nil {
			return err
		}
		r.Site.Log.InfoContext(r.Context(), "security list frozen", "organiser", r.Organiser.ID, "meeting", slug)
		return r.Redirect(documentsPath(slug), "?fait=liste")
	case "thank":
		err := r.Site.Desk.Thank(r.Context(), slug)
		if errors.Is(err, registration.ErrNotOver) {
			return &kernel.Problem{Status: http.StatusConflict, Key: "not_over", Next: r.Path(documentsPath(slug)), Err: err}
		}
		if err != nil {
			return err
		}
		return r.Redirect(documentsPath(slug), "?fait=merci#arrivals")
	case "new", "all":
		return printBadges(r, slug, act == "all")
	}
	return kernel.ErrMalformed
}

// printBadges records that badges are printed: the new ones, or all.
func printBadges(r *kernel.Request, slug string, all bool) error {
	people, err := r.Site.Desk.Expected(r.Context(), slug)
	if err == nil && !all {
		people, err = r.Site.Desk.WithoutBadge(r.Context(), slug, people)
	}
	if err != nil {
		return err
	}
	roll, err := r.Site.Desk.PrintBadges(r.Context(), slug, people, all)
	switch {
	case errors.Is(err, registration.ErrNotFound): // somebody else has just printed them
		return r.Redirect(documentsPath(slug), "?fait=rien")
	case err != nil:
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "badges put down", "organiser", r.Organiser.ID, "meeting", slug, "roll", roll.ID, "people", len(roll.People))
	return r.Redirect(documentsPath(slug), "?fait=badges#prints")
}
