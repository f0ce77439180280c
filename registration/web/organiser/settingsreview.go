package organiser

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// settingsReview shows what a change of settings would do before it is made.
type settingsReview struct {
	settings
	kernel.Form
	Back        string // the address of the form, or of the page before this one
	Edit        bool   // there is a form to go back to, with what was typed
	Changes     []settingChange
	Effects     []string          // whom the change concerns
	Needs       []string          // consequences that the organiser must agree to
	Warnings    []string          // what should be corrected afterwards
	Missing     []settingsProblem // what is still missing in a meeting that is about to be published
	MaySkipMail bool              // the organiser may choose that nobody gets a mail
	MailCount   int               // how many people would get a mail
	Hidden      []kernel.Field
	Preview     []kernel.Question // the fields that the questions would make
	Button      string            // the text of the button
}

// apply shows what m would change or, with save, makes the change.
func (p settingsPartPage) apply(m registration.Meeting, save bool) error {
	r := p.request
	back := p.Settings()
	if p.Part != "" && p.Part != "publication" {
		back = p.Settings("/", p.Part)
	}
	err := p.decide(m, save, back, back != p.Settings())
	bad, wrong := errors.AsType[*validation.Error](err)
	switch {
	case wrong:
		p.blame(bad)
		return p.show(http.StatusUnprocessableEntity)
	case errors.Is(err, registration.ErrStale): // somebody was faster by a moment
		again, _, err := findSettings(r, p.Title)
		if err != nil {
			return err
		}
		base := p.Meeting
		p.settings.Meeting, p.settings.Version = again.Meeting, again.Version
		return p.showMeanwhile(base, m, http.StatusConflict)
	}
	return err
}

// decide shows what a configuration would change. With save it puts the
// configuration in force if the form agrees to the consequences. It returns the
// errors of [registration.Desk.Apply] that a form shows beside its fields.
func (p settingsForm) decide(m registration.Meeting, save bool, back string, edit bool) error {
	r := p.request
	o := registration.ApplyOptions{
		Careful: true, Seen: &p.Version, DryRun: !save, Yes: p.Value("agreed") == "yes", Quiet: p.Value("tell") == "no",
	}
	if p.Meeting.Broken != "" {
		o.Seen = nil
	}
	plan, err := r.Site.Desk.Apply(r.Context(), m, o)
	asked := errors.Is(err, registration.ErrNeedsYes)
	if err != nil && !asked {
		return err
	}
	if save && !asked {
		r.Site.Log.InfoContext(r.Context(), "meeting configured", "organiser", r.Organiser.ID, "meeting", m.Slug, "keys", len(plan.Changes))
		return r.Redirect(settingsPath(m.Slug), "?fait=enregistre")
	}
	if len(plan.Changes) == 0 {
		return r.Redirect(settingsPath(m.Slug), "?fait=rien")
	}
	page := settingsReview{settings: p.settings, Form: p.Form, Back: back, Edit: edit}
	page.Title = page.T("settings.review.title")
	page.settings.Meeting, page.other = m, []registration.Meeting{p.Meeting} // the names that things will have
	page.Changes = page.changesOf(plan)
	for i, c := range page.Changes {
		if c.list != "" { // the Desk takes away nothing that somebody has chosen or answered
			page.Changes[i].Whom = page.T("settings.review.untouched." + c.list)
		}
	}
	switch page.Button = page.T("settings.review.save"); { // in the words of the button that led here
	case m.Published && !p.Meeting.Published:
		page.Button, page.Missing = page.T("settings.draft.button"), missing(p.settings)
	case p.Meeting.Published && !m.Published:
		page.Button = page.T("settings.published.button")
	}
	page.effects(r, plan)
	for _, need := range plan.Needs {
		page.Needs = append(page.Needs, page.sentenceOn(need.Path, page.sentence(need)))
	}
	for _, e := range m.OutsideHours() {
		page.Warnings = append(page.Warnings, page.sentenceOn(e.Path, page.sentence(e)))
	}
	status := http.StatusOK
	if asked {
		page.Add("agreed", page.T("settings.review.agree_error"))
		page.Title = page.T("form.error.prefix", "Title", page.Title)
		status = http.StatusUnprocessableEntity
	}
	page.keepForm()
	page.NoOther = true
	return r.Page(status, "settingsreview", page)
}

// effects says whom a change concerns.
func (p *settingsReview) effects(r *kernel.Request, plan registration.Plan) {
	if p.Meeting.Broken == "" {
		people := p.N("settings.review.people", plan.People)
		if plan.People == 0 {
			people = p.T("settings.review.nobody_yet")
		}
		p.Effects = append(p.Effects, people)
	}
	for _, m := range plan.Mails {
		if m.N == 0 {
			continue
		}
		if m.Kind == registration.MailMeetingChanged {
			p.MailCount = m.N
		}
		p.Effects = append(p.Effects, p.N("settings.review.mails", m.N, "Kind", p.T("words.mail."+string(m.Kind))))
	}
	if p.MailCount == 0 && len(plan.Mails) == 0 && plan.People > 0 {
		p.Effects = append(p.Effects, p.T("settings.review.nobody"))
	}
	// People are always told of another day, whoever changes it.
	p.MaySkipMail = p.MailCount > 0 && !slices.ContainsFunc(plan.Changes, func(c registration.FieldChange) bool { return c.Path == "day" })
	if p.Value("tell") == "no" {
		p.MaySkipMail = true
	}
	if slices.ContainsFunc(plan.Changes, func(c registration.FieldChange) bool { return strings.HasPrefix(c.Path, "questions") }) {
		p.Preview = r.Questions(p.Meeting, r.NewForm(nil))
	}
}

// keepForm adds the form as hidden fields to the one that confirms it.
func (p *settingsReview) keepForm() {
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		if name == "agreed" || name == "tell" {
			continue
		}
		for _, v := range p.Values[name] {
			p.Hidden = append(p.Hidden, kernel.Field{Name: name, Value: v})
		}
	}
	p.Hidden = append(p.Hidden, kernel.Field{Name: "version", Value: strconv.Itoa(p.Version)})
}
