package organiser

import (
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// fillDecision asks for the decision, and for the reason of a refusal.
// Somebody who was refused can still be approved.
func fillDecision(r *kernel.Request, p *actPage) error {
	decide := func(approve bool) func(d *registration.Desk) error {
		return func(d *registration.Desk) error { return d.Decide(r.Context(), p.Meeting.Slug, p.Signup.ID, approve) }
	}
	if len(p.Party) > 0 {
		p.Effects = append(p.Effects, p.Say("party"))
	}
	if p.Status == registration.StatusRefused {
		p.Heading = p.Say("title_again")
		p.Effects = append(p.Effects, p.Say("again"))
		p.previewEffects(r, "", decide(true))
		p.Buttons = []actButton{{"approve", p.Say("approve"), false}}
		return nil
	}
	p.previewEffects(r, p.Say("if_approve"), decide(true))
	p.previewEffects(r, p.Say("if_refuse"), decide(false))
	reason := reasonField(p.Form, p.Layout)
	p.Reason = &reason
	p.Buttons = []actButton{{"approve", p.Say("approve"), false}, {"refuse", p.Say("refuse"), true}}
	return nil
}

func decide(r *kernel.Request, d *registration.Desk, p *actPage) error {
	switch p.Value("answer") {
	case "approve":
		p.Done = "decision_approve"
		return d.Decide(r.Context(), p.Meeting.Slug, p.Signup.ID, true)
	case "refuse":
		p.Done = "decision_refuse"
		return d.Refuse(r.Context(), p.Meeting.Slug, p.Signup.ID, p.Value("reason"))
	}
	return kernel.ErrMalformed
}

func fillLink(_ *kernel.Request, p *actPage) error {
	p.Effects = []string{p.Say("sentence")}
	if !p.Signup.EndedAt.IsZero() {
		p.Effects = append(p.Effects, p.Say("no_mail"))
		p.Buttons = []actButton{{"quiet", p.Say("button_quiet"), true}}
		return nil
	}
	p.Effects = append(p.Effects, p.T("organiser.act.lien.mail", "Email", p.Signup.Email), p.Say("quiet"))
	p.Buttons = []actButton{{"send", p.Say("button"), true}, {"quiet", p.Say("button_quiet"), true}}
	return nil
}

func revokeLink(r *kernel.Request, d *registration.Desk, p *actPage) error {
	if p.Value("answer") == "quiet" {
		return d.Revoke(r.Context(), p.Meeting.Slug, p.Signup.ID)
	}
	return d.Reissue(r.Context(), p.Meeting.Slug, p.Signup.ID)
}

func fillReplacement(_ *kernel.Request, p *actPage) error {
	p.askPerson()
	p.Effects = []string{p.Say("seat"), p.Say("links"), p.Say("mail"), p.Say("answers")}
	return nil
}

// askPerson asks for a name and for an address, which may be left empty.
func (p *actPage) askPerson() {
	p.ask("given_name", "family_name")
	in := p.Input("email")
	in.Optional = p.T("form.optional")
	p.Asked = append(p.Asked, kernel.Question{Input: &in})
}

// person is the person who was typed into the fields of askPerson.
func (p *actPage) person() registration.Companion {
	return registration.Companion{GivenName: p.Value("given_name"), FamilyName: p.Value("family_name"), Email: p.Value("email")}
}

func replace(r *kernel.Request, d *registration.Desk, p *actPage) error {
	now, err := d.ReplaceFor(r.Context(), p.Meeting.Slug, p.Signup.ID, p.person())
	if err == nil {
		p.Signup = now
	}
	return err
}

func fillCopy(_ *kernel.Request, p *actPage) error {
	p.Effects = []string{p.Say("what"), p.Say("proof"), p.T("organiser.act.no_mail")}
	return nil
}

// copyData answers with a file of what the site knows of the person, to be
// given to them.
func copyData(r *kernel.Request, d *registration.Desk, p *actPage) error {
	if err := d.NoteCopy(r.Context(), p.Meeting.Slug, p.Signup.ID); err != nil {
		return err
	}
	p.File = true
	return r.DownloadData(p.PersonPage)
}
