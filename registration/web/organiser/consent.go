package organiser

import (
	"slices"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// The settings page on personal data has a box for each consent that a
// meeting may ask for. Ticking it adds the question, and removing the tick
// closes it. The words of the question are on the page of questions.

// consentsSent is a hidden field beside the boxes. It tells a form whose boxes are
// not ticked from a form without boxes.
const consentsSent = "consents"

func consentField(q registration.Question) string { return consentsSent + "." + q.ID }

// consentBlocks are the boxes.
func (p settingsPartPage) consentBlocks() []settingsBlock {
	b := settingsBlock{ID: consentsSent, Legend: p.T("settings.consent.title"), Hint: p.T("settings.consent.hint"), Class: "rows"}
	b.Blocks = append(b.Blocks, settingsBlock{Controls: []settingsControl{{Hidden: &kernel.Field{Name: consentsSent, Value: "yes"}}}})
	for _, q := range registration.Consents() {
		box := settingsBox{Input: p.Filled(kernel.Input{Label: p.T("settings.consent." + q.ID)}, consentField(q)), Checked: p.Value(consentField(q)) != ""}
		if !p.Values.Has(consentsSent) {
			box.Checked = slices.ContainsFunc(p.Meeting.Questions, func(v registration.Question) bool { return v.ID == q.ID && !v.Closed })
		}
		b.Blocks = append(b.Blocks, settingsBlock{Controls: []settingsControl{{Box: &box}}})
	}
	return []settingsBlock{b}
}

// withConsents returns m with a question for each ticked box, and with the questions
// of the other boxes closed.
func (p settingsPartPage) withConsents(m registration.Meeting) registration.Meeting {
	m.Questions = slices.Clone(m.Questions)
	for _, q := range registration.Consents() {
		wanted := p.Value(consentField(q)) != ""
		i := slices.IndexFunc(m.Questions, func(v registration.Question) bool { return v.ID == q.ID })
		switch {
		case i >= 0:
			m.Questions[i].Closed = !wanted
		case wanted:
			m.Questions = append(m.Questions, q)
		}
	}
	return m
}
