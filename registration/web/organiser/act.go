package organiser

import (
	"errors"
	"net/url"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// The functions of this file and of decide.go fill the forms of [acts] and
// run them.

// fillAnswers adds the fields of the sign-up form, except address, sessions
// and companions.
func (p *actPage) fillAnswers(r *kernel.Request, m registration.Meeting) {
	c := p.CategoryIn(m)
	c.Label = p.T("words.column.category")
	p.choose(c)
	p.ask("organisation", "function")
	p.Territories = kernel.DrawnTerritories()
	if p.Error("territory") != "" {
		p.Suggestions = kernel.Suggestions(p.Value("territory"))
	}
	if m.Interests {
		c := p.Interests()
		p.Questions = append(p.Questions, kernel.Question{Choice: &c})
	}
	p.Questions = append(p.Questions, r.Questions(m, p.Form)...)
	c = p.Form.Language()
	p.Questions = append(p.Questions, kernel.Question{Choice: &c})
}

func fillCorrection(r *kernel.Request, p *actPage) error {
	now := kernel.SignUpValues(p.Signup)
	if p.Values == nil {
		p.Values = now
	}
	p.Hidden = append(p.Hidden, kernel.Field{Name: "was", Value: now.Encode()})
	p.ask("given_name", "family_name")
	p.fillAnswers(r, p.Meeting)
	p.previewEffects(r, "", func(d *registration.Desk) error {
		fields := kernel.SignUpFields(now)
		if fields.Language = registration.English; p.Signup.Language == registration.English {
			fields.Language = registration.French // every edit has the same effects, and an edit of nothing is always possible
		}
		_, err := d.Correct(r.Context(), p.Meeting.Slug, p.Signup.ID, fields)
		return err
	})
	return nil
}

func correct(r *kernel.Request, d *registration.Desk, p *actPage) error {
	fields := kernel.SignUpFields(p.Values)
	if fields.Language == "" {
		fields.Language = p.Signup.Language
	}
	now, err := d.Correct(r.Context(), p.Meeting.Slug, p.Signup.ID, fields)
	p.noteEdit(now)
	return err
}

// noteEdit makes the next page say that nothing changed, if that is so.
func (p *actPage) noteEdit(now registration.Signup) {
	if now.Revision == p.Signup.Revision {
		p.Done = "inchange"
	}
}

func fillAddress(_ *kernel.Request, p *actPage) error {
	if p.Values == nil {
		p.Values = url.Values{"email": {p.Signup.Email}}
	}
	p.ask("email")
	p.Effects = []string{p.Say("links"), p.Say("seat"), p.Say("mail")}
	return nil
}

func correctAddress(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.CorrectAddress(r.Context(), p.Meeting.Slug, p.Signup.ID, p.Value("email"))
}

// hasCompanions reports whether the person leads companions whose sign-ups
// have not ended.
func (p signupPage) hasCompanions() bool {
	for _, m := range p.Party {
		if m.EndedAt.IsZero() && m.Party == p.Signup.ID {
			return true
		}
	}
	return false
}

func fillCancellation(r *kernel.Request, p *actPage) error {
	try := func(alone bool) func(*registration.Desk) error {
		return func(d *registration.Desk) error {
			return d.CancelFor(r.Context(), p.Meeting.Slug, p.Signup.ID, alone)
		}
	}
	if !p.hasCompanions() {
		p.previewEffects(r, "", try(false))
		return nil
	}
	p.previewEffects(r, p.Say("for_group"), try(false))
	p.previewEffects(r, p.Say("for_one"), try(true))
	p.Buttons = []actButton{{"group", p.Say("group"), true}, {"alone", p.Say("alone"), true}}
	return nil
}

func cancel(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.CancelFor(r.Context(), p.Meeting.Slug, p.Signup.ID, p.Value("answer") == "alone")
}

func fillUndo(r *kernel.Request, p *actPage) error {
	p.Effects = []string{p.Say("seat")}
	p.previewEffects(r, "", func(d *registration.Desk) error { return undo(r, d, p) })
	return nil
}

func undo(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.UndoCancellation(r.Context(), p.Meeting.Slug, p.Signup.ID)
}

func fillErasure(r *kernel.Request, p *actPage) error {
	p.Effects = []string{p.Say("all"), p.Say("for_good")}
	p.previewEffects(r, "", func(d *registration.Desk) error { return erase(r, d, p) })
	return nil
}

func erase(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.EraseFor(r.Context(), p.Meeting.Slug, p.Signup.ID)
}

// fillPromotion names those who came earlier.
func fillPromotion(r *kernel.Request, p *actPage) error {
	var e registration.Effects
	passed, err := r.Site.Desk.Preview(&e).Promote(r.Context(), p.Meeting.Slug, p.Signup.ID, true)
	if err != nil {
		return nil // the act itself says why
	}
	_, err = r.Site.Desk.Preview(&registration.Effects{}).Promote(r.Context(), p.Meeting.Slug, p.Signup.ID, false)
	if errors.Is(err, registration.ErrFull) { // also where some seats are free, but too few for the party
		view, err := r.Site.Desk.OrganisersMeeting(r.Context(), p.Meeting.Slug)
		if err != nil {
			return err
		}
		text := "beyond"
		if view.In(registration.MeetingSession).Free() > 0 {
			text = "beyond_party"
		}
		p.Effects = append(p.Effects, p.Say(text))
		p.Buttons = []actButton{{"beyond", p.Say("button_beyond"), false}}
	}
	p.previewEffects(r, "", func(d *registration.Desk) error {
		_, err := d.Promote(r.Context(), p.Meeting.Slug, p.Signup.ID, true)
		return err
	})
	if len(passed) == 0 {
		p.Effects = append(p.Effects, p.Say("nobody_passed"))
		return nil
	}
	var names []string
	for _, s := range passed[:min(len(passed), 10)] {
		names = append(names, s.GivenName+" "+s.FamilyName)
	}
	p.Effects = append(p.Effects, p.N("organiser.act.promotion.passed", len(passed), "Names", p.List(names)))
	return nil
}

func promote(r *kernel.Request, d *registration.Desk, p *actPage) error {
	_, err := d.Promote(r.Context(), p.Meeting.Slug, p.Signup.ID, p.Value("answer") == "beyond")
	return err
}

func fillSendAgain(r *kernel.Request, p *actPage) error {
	what := "organiser.act.envoi.what"
	if p.Signup.Expected() {
		what = "organiser.act.envoi.what_ticket"
	}
	p.Effects = []string{p.T(what, "Email", p.Signup.Email)}
	p.previewEffects(r, "", func(d *registration.Desk) error { return sendAgain(r, d, p) })
	return nil
}

func sendAgain(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.SendAgain(r.Context(), p.Meeting.Slug, p.Signup.ID)
}

func fillSessions(r *kernel.Request, p *actPage) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), p.Meeting.Slug)
	if err != nil {
		return err
	}
	if p.Values == nil {
		p.Values = url.Values{}
		for _, pl := range p.Signup.Places {
			if pl.Session != registration.MeetingSession && !pl.State.Ended() {
				p.Values.Add("sessions", string(pl.Session))
			}
		}
	}
	for _, c := range r.SessionChoices(view, p.Form, p.Signup) {
		p.choose(c)
	}
	p.Effects = []string{p.Say("seats"), p.Say("mail")}
	return nil
}

func chooseSessions(r *kernel.Request, d *registration.Desk, p *actPage) error {
	now, err := d.ChooseSessionsFor(r.Context(), p.Meeting.Slug, p.Signup.ID, kernel.ChosenSessions(p.Values))
	p.noteEdit(now)
	return err
}

func fillCompanion(_ *kernel.Request, p *actPage) error {
	p.askPerson()
	p.Effects = []string{p.Say("seats"), p.Say("mail")}
	return nil
}

func addCompanion(r *kernel.Request, d *registration.Desk, p *actPage) error {
	return d.AddCompanionFor(r.Context(), p.Meeting.Slug, p.Signup.ID, p.person())
}

// actLink leads to the form of an act.
type actLink struct {
	Address, Text string
	Danger        bool
}

// Acts lists what the organiser may do with the sign-up now.
func (p signupPage) Acts() (list []actLink) {
	for _, a := range acts {
		if a.possible(p) {
			text := p.T("organiser.act." + a.name + ".link")
			switch {
			case a.name == "envoi" && !p.Signup.Expected():
				text = p.T("organiser.act.envoi.link_alone")
			case a.name == "decision" && p.Status == registration.StatusRefused:
				text = p.T("organiser.act.decision.link_again")
			}
			list = append(list, actLink{p.Address("/", a.name), text, a.danger})
		}
	}
	return list
}

// actRoutes are the routes of the acts on a sign-up. An act that cannot be
// undone needs a sign-in of the last ten minutes.
func actRoutes() (list []kernel.Route) {
	needs := kernel.Needs(registration.RightAct)
	for _, a := range acts {
		path := "/organisation/rencontres/{slug}/inscriptions/{code}/" + a.name
		post := needs
		if a.name == "effacement" {
			post = needs.Fresh()
		} else if a.hasInput {
			post = needs.SavesForm()
		}
		list = append(list, needs.Get(path, a.form), post.Post(path, a.submit))
	}
	return list
}
