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

// messagePage is where an organiser writes to many people, and rereads the
// message before it is sent. The people come from the filter in its address, or
// from the codes in its form.
type messagePage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Filter   registration.Filter
	Whom     []string // the filter in words, none for everybody
	Filtered bool     // the people are those of a list, or were chosen
	Action   string   // where the form goes, "" for the address of the page
	// Of the page that asks for confirmation:
	ID       string // of the message, so that a button pressed twice sends it once
	Count    int    // who would get it; 0 on the page to write on
	Samples  []sample
	Tried    bool // a test has just been sent to the organiser
	Restored bool // what was typed before the session ended
}

// sample is the mail that one person would get.
type sample struct {
	registration.Shown
	Name, Email string
	Lang        registration.Language
}

// samples is how many people's messages are shown.
const samples = 3

// messageFields are those that the page of confirmation carries along.
var messageFields = []string{"subject", "body", "subject_en", "body_en", "to", "codes"}

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
		if p.Values.Has(name) {
			all = append(all, kernel.Field{Name: name, Value: p.Value(name)})
		}
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
	if err != nil {
		return messagePage{}, err
	}
	page := messagePage{
		Layout: r.Layout(r.Words.T("organiser.message.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		Form: r.NewForm(values),
	}
	page.aim(r)
	return page, nil
}

// aim reads whom the message is for.
func (p *messagePage) aim(r *kernel.Request) {
	address := r.URL.Query()
	if codes := address.Get("codes"); codes != "" && !p.Values.Has("codes") {
		p.Values.Set("codes", codes)
	}
	list := listPage{Layout: p.Layout, MeetingView: p.MeetingView, Query: newListQuery(p.Meeting, address)}
	p.Filter, p.Filtered = list.Query.Filter, list.Query.Filtered()
	p.Filter.Codes = codesOf(p.Values)
	list.Choices = list.choices()
	if list.Query.Words != "" {
		p.Whom = append(p.Whom, p.T("organiser.list.active", "Name", p.T("organiser.list.search"), "Value", list.Query.Words))
	}
	for _, a := range list.Active() {
		p.Whom = append(p.Whom, a.Text)
	}
	if n := len(p.Filter.Codes); n > 0 {
		p.Filtered = true
		p.Whom = append(p.Whom, p.N("organiser.message.chosen", n))
	}
	if to := p.Value("to"); to != "" && !p.Filtered {
		p.Filter.Status = []registration.Status{registration.Status(to)}
	}
}

// codesOf returns the codes of the sign-ups that a form names: each a field, or
// several in one.
func codesOf(values url.Values) []string {
	var list []string
	for _, v := range values["codes"] {
		list = append(list, strings.Fields(v)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// messageForm answers GET /organisation/rencontres/{slug}/courrier/message.
func messageForm(r *kernel.Request) error {
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	values := kept
	if kept == nil {
		values = url.Values{}
	}
	page, err := newMessagePage(r, values)
	if err != nil {
		return err
	}
	page.Restored = kept != nil
	if err := page.Filter.Check(page.Meeting); err != nil {
		return page.unaimed(r, err)
	}
	return r.Page(http.StatusOK, "message", page)
}

// unaimed is the page of a message whose address selects nobody that there can be.
func (p messagePage) unaimed(r *kernel.Request, err error) error {
	return &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: "message_wrong", Next: r.Path("/organisation/rencontres/" + url.PathEscape(p.Meeting.Slug)), Err: err}
}

// postMessage answers POST /organisation/rencontres/{slug}/courrier/message: it shows
// what would be sent, sends the organiser a test of it, and sends it when that was
// confirmed.
func postMessage(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newMessagePage(r, values)
	if err != nil {
		return err
	}
	if err := page.Filter.Check(page.Meeting); err != nil && page.Filtered {
		return page.unaimed(r, err)
	}
	if values.Get("go") == "edit" {
		return r.Page(http.StatusOK, "message", page)
	}
	note := noteFrom(values)
	audience, err := r.Site.Desk.Audience(r.Context(), page.Meeting.Slug, note, page.Filter, samples)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page.blameMessage(bad)
		return showErrors(r, page)
	}
	if err != nil {
		return slow(r, err)
	}
	if audience.Count == 0 {
		page.Add("to", r.Words.T("organiser.message.error.nobody"))
		return showErrors(r, page)
	}
	var id registration.ID
	if id.Scan(values.Get("id")) != nil || id == (registration.ID{}) {
		id = registration.NewID()
	} else if values.Get("go") == "send" {
		return page.send(r, id, note)
	}
	if values.Get("go") == "test" {
		if err := r.Site.Desk.SendTest(r.Context(), page.Meeting.Slug, note, page.Filter); err != nil {
			return page.untried(r, err)
		}
		page.Tried = true
	}
	if err := page.preview(r, id, audience); err != nil {
		return err
	}
	r.ShowsMail()
	return r.Page(http.StatusOK, "message", page)
}

// untried says why no test was sent.
func (p messagePage) untried(r *kernel.Request, err error) error {
	if errors.Is(err, registration.ErrTooMany) {
		return &kernel.Problem{Status: http.StatusTooManyRequests, Key: "message_tests", Next: p.Outbox(), Err: err}
	}
	return err
}

func (p messagePage) send(r *kernel.Request, id registration.ID, note registration.Note) error {
	if err := r.Site.Desk.Write(r.Context(), p.Meeting.Slug, id, note, p.Filter); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "message written", "organiser", r.Organiser.ID, "meeting", p.Meeting.Slug, "mailing", id)
	return r.Redirect(outboxPath(p.Meeting.Slug), "?fait=message")
}

// noteFrom returns the note that was typed.
func noteFrom(values url.Values) registration.Note {
	return registration.Note{
		Subject: registration.Localized{FR: values.Get("subject"), EN: values.Get("subject_en")},
		Body:    registration.Localized{FR: values.Get("body"), EN: values.Get("body_en")},
	}
}

// blameMessage puts what is wrong with a message beside its fields.
func (p *messagePage) blameMessage(bad *validation.Error) {
	for _, name := range messageFields { // in the order of the page
		for _, e := range bad.Fields {
			if e.Path == "status" { // of the list to choose from
				e.Path, e.Rule = "to", "status"
			}
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

// preview makes p the page that shows what would be sent: the mails themselves.
func (p *messagePage) preview(r *kernel.Request, id registration.ID, a registration.Audience) error {
	show := r.Site.Preview
	if show == nil {
		show = asTyped
	}
	p.Title, p.ID, p.Count, p.NoOther = p.T("organiser.message.confirm"), id.String(), a.Count, true
	for _, l := range a.Letters {
		mail, err := show(l)
		if err != nil {
			return err
		}
		lang := l.Signup.Language
		if l.Note.Body.EN == "" {
			lang = registration.French
		}
		p.Samples = append(p.Samples, sample{mail, l.Signup.GivenName + " " + l.Signup.FamilyName, l.Signup.Email, lang})
	}
	return nil
}

// asTyped shows a message without its values.
func asTyped(l registration.Letter) (registration.Shown, error) {
	return registration.Shown{Subject: l.Note.Subject.In(l.Signup.Language), Text: l.Note.Body.In(l.Signup.Language)}, nil
}
