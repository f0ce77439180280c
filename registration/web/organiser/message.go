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

// messagePage is the page on which an organiser writes a message to many
// people, and then reads it again before it is sent. The recipients are given
// by the filter in the page's address, or by the codes in its form.
type messagePage struct {
	kernel.Layout
	kernel.MeetingView
	kernel.Form
	Filter   registration.Filter
	Whom     []string // the filter in words, none for everybody
	Filtered bool     // the people are those of a list, or were chosen
	Action   string   // the address to which the form is sent, "" for that of the page
	// Of the page that asks for confirmation:
	ID       string // id of the message, so that it is sent once even if the button is pressed twice
	Count    int    // how many people would get it; 0 while it is being written
	Samples  []sample
	Tried    bool // a test has just been sent to the organiser
	Restored bool // what was typed before the session ended
}

// sample is the mail that one of the recipients would get.
type sample struct {
	registration.Shown
	Name, Email string
	Lang        registration.Language
}

// maxSamples is how many of these mails are shown.
const maxSamples = 3

// messageFields are the fields that the page of confirmation sends again.
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

// Hidden lists the message as hidden fields, for the form that confirms it.
func (p messagePage) Hidden() []kernel.Field {
	var all []kernel.Field
	for _, name := range messageFields {
		if p.Values.Has(name) {
			all = append(all, kernel.Field{Name: name, Value: p.Value(name)})
		}
	}
	return all
}

// Audiences lists the statuses whose people a message can be sent to: the
// active ones.
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
	page.chooseRecipients(r)
	return page, nil
}

// chooseRecipients reads from the address and the form who the recipients
// are.
func (p *messagePage) chooseRecipients(r *kernel.Request) {
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

// codesOf returns the codes of the sign-ups that a form names, one or several
// in each field.
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
		return page.nobodyProblem(r, err)
	}
	return r.Page(http.StatusOK, "message", page)
}

// nobodyProblem returns the error for a filter or codes that no sign-up can match.
func (p messagePage) nobodyProblem(r *kernel.Request, err error) error {
	return &kernel.Problem{Status: http.StatusUnprocessableEntity, Key: "message_wrong", Next: r.Path("/organisation/rencontres/" + url.PathEscape(p.Meeting.Slug)), Err: err}
}

// postMessage answers POST /organisation/rencontres/{slug}/courrier/message. It
// shows what would be sent, and sends the organiser a test if the form asks for
// one. When the organiser confirms, it sends the message.
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
		return page.nobodyProblem(r, err)
	}
	if values.Get("go") == "edit" {
		return r.Page(http.StatusOK, "message", page)
	}
	note := noteFrom(values)
	audience, err := r.Site.Desk.Audience(r.Context(), page.Meeting.Slug, note, page.Filter, maxSamples)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		page.blameMessage(bad)
		return showErrors(r, page)
	}
	if err != nil {
		return slowList(r, err)
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
			return page.showUntested(r, err)
		}
		page.Tried = true
	}
	if err := page.preview(r, id, audience); err != nil {
		return err
	}
	r.ShowsMail()
	return r.Page(http.StatusOK, "message", page)
}

// showUntested returns the error for a test that was not sent. If there were too many
// tests, its page says so.
func (p messagePage) showUntested(r *kernel.Request, err error) error {
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

// blameMessage puts the faults of a message beside its fields.
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

// showErrors answers with what was typed and what is wrong with it.
func showErrors(r *kernel.Request, page messagePage) error {
	page.Title = r.Words.T("form.error.prefix", "Title", page.Title)
	return r.Page(http.StatusUnprocessableEntity, "message", page)
}

// preview turns p into the page that shows the mails that would be sent.
func (p *messagePage) preview(r *kernel.Request, id registration.ID, a registration.Audience) error {
	show := r.Site.Preview
	if show == nil {
		show = showAsTyped
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

// showAsTyped shows a message with its placeholders, for a site without
// previews.
func showAsTyped(l registration.Letter) (registration.Shown, error) {
	return registration.Shown{Subject: l.Note.Subject.In(l.Signup.Language), Text: l.Note.Body.In(l.Signup.Language)}, nil
}
