package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// messagePage is where an organiser writes to many, and reads it before it goes.
type messagePage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	// Of the page that asks for confirmation:
	ID      string // of the message, so that a button pressed twice sends it once
	Count   int    // who would get it; 0 on the page to write on
	Samples []sample
}

// sample is the message as one person would get it.
type sample struct {
	Name, Email, Subject string
	Paragraphs           []string
	Lang                 registration.Language
}

// samples is how many people's messages are shown.
const samples = 3

// messageFields are those that the page of confirmation carries along.
var messageFields = []string{"subject", "body", "subject_en", "body_en", "to"}

// Line returns the input of a field of the message.
func (p messagePage) Line(name string) kernel.Input {
	in := kernel.Input{Type: "text", Autocomplete: "off", Label: p.T("organiser.message." + name)}
	if key := "organiser.message." + name + "_hint"; p.Has(key) {
		in.Hint = p.T(key, "Placeholders", "{"+strings.Join(registration.Placeholders(), "} {")+"}")
	}
	if strings.HasSuffix(name, "_en") {
		in.Optional = "yes"
	}
	return p.Filled(in, name)
}

// Hidden lists what was typed, for the hidden fields of the form that confirms
// it.
func (p messagePage) Hidden() []kernel.Field {
	var all []kernel.Field
	for _, name := range messageFields {
		all = append(all, kernel.Field{Name: name, Value: p.Value(name)})
	}
	return all
}

// Audiences lists the statuses that a message can be for: the active ones.
func (p messagePage) Audiences() []registration.Status {
	return []registration.Status{registration.StatusConfirmed, registration.StatusWaitlisted, registration.StatusOffered, registration.StatusApproval}
}

// Outbox is the path of the meeting's mail.
func (p messagePage) Outbox() string { return p.Path(outboxPath(p.Meeting.Slug)) }

// newMessagePage returns the page with what was typed.
func newMessagePage(r *kernel.Request, values url.Values) (messagePage, error) {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	return messagePage{
		Layout: r.Layout(r.Words.T("organiser.message.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		Form: r.NewForm(values),
	}, err
}

// messageForm answers GET /organisation/rencontres/{slug}/courrier/message.
func messageForm(r *kernel.Request) error {
	page, err := newMessagePage(r, url.Values{})
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "message", page)
}

// postMessage answers POST /organisation/rencontres/{slug}/courrier/message: it shows
// what would be sent, and sends it when that was confirmed.
func postMessage(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newMessagePage(r, values)
	if err != nil {
		return err
	}
	if values.Get("go") == "edit" {
		return r.Page(http.StatusOK, "message", page)
	}
	all, first, note, err := r.Site.Desk.Audience(r.Context(), page.Meeting.Slug, noteFrom(values), samples)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page.blameMessage(bad)
		return showErrors(r, page)
	}
	if err != nil {
		return err
	}
	if all == 0 {
		page.Add("to", r.Words.T("organiser.message.error.nobody"))
		return showErrors(r, page)
	}
	var id registration.ID
	if values.Get("go") != "send" || id.Scan(values.Get("id")) != nil || id == (registration.ID{}) {
		page.preview(r, all, first, note)
		return r.Page(http.StatusOK, "message", page)
	}
	if err := r.Site.Desk.Write(r.Context(), page.Meeting.Slug, id, note); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "message written", "organiser", r.Organiser.ID, "meeting", page.Meeting.Slug, "mailing", id)
	return r.Redirect(outboxPath(page.Meeting.Slug), "?fait=message")
}

// noteFrom returns the note that was typed.
func noteFrom(values url.Values) registration.Note {
	n := registration.Note{
		Subject: registration.Localized{FR: values.Get("subject"), EN: values.Get("subject_en")},
		Body:    registration.Localized{FR: values.Get("body"), EN: values.Get("body_en")},
	}
	if to := values.Get("to"); to != "" {
		n.To = []registration.Status{registration.Status(to)}
	}
	return n
}

// blameMessage puts what is wrong with a message beside its fields.
func (p *messagePage) blameMessage(bad *validation.Error) {
	for _, name := range messageFields { // in the order of the page
		for _, e := range bad.Fields {
			if e.Path == name {
				key := "organiser.message.error." + e.Rule
				if e.Rule == "required" {
					key += "." + name
				}
				p.Add(name, p.T(key, "Max", e.Param, "Placeholders", "{"+strings.ReplaceAll(e.Param, " ", "} {")+"}"))
			}
		}
	}
}

// showErrors answers with the form as it was typed and what is wrong with it.
func showErrors(r *kernel.Request, page messagePage) error {
	page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
	return r.Page(http.StatusUnprocessableEntity, "message", page)
}

// preview makes p the page that shows what would be sent.
func (p *messagePage) preview(r *kernel.Request, all int, first []registration.Signup, note registration.Note) {
	preview := r.Site.Preview
	if preview == nil {
		preview = asTyped
	}
	p.Title, p.ID, p.Count = p.T("organiser.message.confirm"), registration.NewID().String(), all
	for _, s := range first {
		l := registration.Letter{Mail: registration.Mail{Kind: registration.MailMessage}, Meeting: p.Meeting, Signup: s, Note: note}
		// A link is the person's own: organisers see where it stands.
		l.Links.Manage = r.Site.Origin + r.Site.Prefix + "/mon-inscription/…"
		subject, paragraphs := preview(l)
		lang := s.Language
		if note.Body.EN == "" {
			lang = registration.French
		}
		p.Samples = append(p.Samples, sample{s.GivenName + " " + s.FamilyName, s.Email, subject, paragraphs, lang})
	}
}

// asTyped shows a message without its values.
func asTyped(l registration.Letter) (subject string, paragraphs []string) {
	lines := strings.Split(l.Note.Body.In(l.Signup.Language), "\n")
	return l.Note.Subject.In(l.Signup.Language), slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
}
