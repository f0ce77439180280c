package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// writePage is where an organiser writes to many, and reads it before it goes.
type writePage struct {
	layout
	meetingView
	form
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

// Line returns a field of the message.
func (p writePage) Line(name string) input {
	in := input{Type: "text", Autocomplete: "off", Label: p.T("organisation.write." + name)}
	if key := "organisation.write." + name + "_hint"; p.Has(key) {
		in.Hint = p.T(key, "Placeholders", "{"+strings.Join(registration.Placeholders(), "} {")+"}")
	}
	if strings.HasSuffix(name, "_en") {
		in.Optional = "yes"
	}
	return p.filled(in, name)
}

// Carried lists what was typed, for the form that confirms it.
func (p writePage) Carried() []pair {
	var all []pair
	for _, name := range messageFields {
		all = append(all, pair{name, p.Value(name)})
	}
	return all
}

// Audiences lists the statuses that a message can be for: the active ones.
func (p writePage) Audiences() []registration.Status {
	return []registration.Status{registration.StatusConfirmed, registration.StatusWaitlisted, registration.StatusOffered, registration.StatusApproval}
}

// Courier is the path of the meeting's mail.
func (p writePage) Courier() string { return p.Path(courierPath(p.Meeting.Slug)) }

func (v *visit) writing(values url.Values) (writePage, error) {
	view, err := v.site.desk.Meeting(v.Context(), v.PathValue("slug"))
	return writePage{
		layout: v.layout(v.words.T("organisation.write.title"), organisers), meetingView: v.view(view),
		form: form{values: values, words: v.words},
	}, err
}

// writeForm answers GET /organisation/rencontres/{slug}/courrier/message.
func (s *site) writeForm(v *visit) error {
	page, err := v.writing(url.Values{})
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, "write", page)
}

// write answers POST /organisation/rencontres/{slug}/courrier/message: it shows
// what would be sent, and sends it when that was confirmed.
func (s *site) write(v *visit) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	page, err := v.writing(values)
	if err != nil {
		return err
	}
	if values.Get("go") == "edit" {
		return v.page(http.StatusOK, "write", page)
	}
	all, first, note, err := s.desk.Audience(v.Context(), page.Meeting.Slug, message(values), samples)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page.blameMessage(bad)
		return v.showWrong(page)
	}
	if err != nil {
		return err
	}
	if all == 0 {
		page.add("to", v.words.T("organisation.write.error.nobody"))
		return v.showWrong(page)
	}
	var id registration.ID
	if values.Get("go") != "send" || id.Scan(values.Get("id")) != nil || id == (registration.ID{}) {
		page.confirm(v, all, first, note)
		return v.page(http.StatusOK, "write", page)
	}
	if err := s.desk.Write(v.Context(), page.Meeting.Slug, id, note); err != nil {
		return err
	}
	s.log.InfoContext(v.Context(), "message written", "organiser", v.organiser.ID, "meeting", page.Meeting.Slug, "mailing", id)
	return v.redirect(courierPath(page.Meeting.Slug), "?fait=message")
}

// message is the note that was typed.
func message(values url.Values) registration.Note {
	n := registration.Note{
		Subject: registration.Text{FR: values.Get("subject"), EN: values.Get("subject_en")},
		Body:    registration.Text{FR: values.Get("body"), EN: values.Get("body_en")},
	}
	if to := values.Get("to"); to != "" {
		n.To = []registration.Status{registration.Status(to)}
	}
	return n
}

// blameMessage puts what is wrong with a message beside its fields.
func (p *writePage) blameMessage(bad *validation.Error) {
	for _, name := range messageFields { // in the order of the page
		for _, e := range bad.Fields {
			if e.Path == name {
				key := "organisation.write.error." + e.Rule
				if e.Rule == "required" {
					key += "." + name
				}
				p.add(name, p.T(key, "Max", e.Param, "Placeholders", "{"+strings.ReplaceAll(e.Param, " ", "} {")+"}"))
			}
		}
	}
}

// showWrong answers with the form, what was typed kept.
func (v *visit) showWrong(page writePage) error {
	page.Title = v.words.T("signup.error.prefix", "Title", page.Title)
	return v.page(http.StatusUnprocessableEntity, "write", page)
}

// confirm makes p the page that shows what would be sent.
func (p *writePage) confirm(v *visit, all int, first []registration.Signup, note registration.Note) {
	p.Title, p.ID, p.Count = p.T("organisation.write.confirm"), registration.NewID().String(), all
	for _, s := range first {
		l := registration.Letter{Mail: registration.Mail{Kind: registration.MailMessage}, Meeting: p.Meeting, Signup: s, Note: note}
		// A link is the person's own: organisers see where it stands.
		l.Links.Manage = v.site.origin + v.site.prefix + "/mon-inscription/…"
		subject, paragraphs := v.site.preview(l)
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
