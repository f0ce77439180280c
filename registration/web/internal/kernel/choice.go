package kernel

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// Choice is a question that is answered by choosing among options.
type Choice struct {
	ID, Name, Label, Hint, Error string
	LabelLang, HintLang          string // of an organiser's texts, "" for our own
	KeptUntil                    string // until when the answer is kept, "" if as long as the rest
	Optional                     string // the word that says that no answer is required, "" if one is
	Class                        string // the CSS class for the layout of the options
	Many                         bool   // several options may be chosen
	Options                      []Option
	Described                    string // ids of the hint and the error
}

// Option is one answer.
type Option struct {
	Value, Label, Lang string
	Small, SmallLang   string // a text beneath
	Checked, Disabled  bool
}

// chosen returns g with the chosen options and the error.
func (f Form) chosen(g Choice, name string) Choice {
	g.Error, g.Name, g.ID = f.Error(name), name, fieldID(name)
	for i, o := range g.Options {
		g.Options[i].Checked = o.Checked || slices.Contains(f.Values[name], o.Value)
	}
	if g.Optional != "" {
		g.Optional = f.words.T("form.optional")
	}
	g.Described = described(g.ID, g.Hint != "", g.KeptUntil != "", g.Error != "")
	return g
}

// CategoryIn asks what brings somebody to the meeting.
func (f Form) CategoryIn(m registration.Meeting) Choice {
	g := Choice{Label: f.words.T(f.key("label.category")), Hint: f.words.T(f.key("hint.category")), Class: "two"}
	for _, c := range registration.Categories() {
		if !m.OffersCategory(c, registration.Category(f.Value("category"))) {
			continue
		}
		o := Option{Value: string(c), Label: f.words.T("words.category." + string(c))}
		if key := "form.category." + string(c); f.words.Has(key) {
			o.Small = f.words.T(key)
		}
		g.Options = append(g.Options, o)
	}
	return f.chosen(g, "category")
}

// Language asks for the language of mails.
func (f Form) Language() Choice {
	english := f.Value("language") == string(registration.English)
	return f.chosen(Choice{Label: f.words.T("form.label.language"), Class: "row", Options: []Option{
		{Value: "fr", Label: "Français", Lang: "fr", Checked: !english}, {Value: "en", Label: "English", Lang: "en"},
	}}, "language")
}

// axisName is the French name of an axis, as forms write it.
func axisName(a territoires.Axis) string { return strings.ToUpper(a.Verb()[:1]) + a.Verb()[1:] }

// axesFact tells in words which axes interest somebody.
func axesFact(label string, chosen []string) Fact {
	fact := Fact{Label: label, LinesLang: locale.French}
	for _, a := range territoires.Axes(territoires.PhaseI) {
		if slices.Contains(chosen, string(a)) {
			fact.Lines = append(fact.Lines, axisName(a))
		}
	}
	return fact
}

// Interests asks which axes of the programme interest somebody.
func (f Form) Interests() Choice {
	g := Choice{Label: f.words.T(f.key("label.interests")), Optional: "yes", Many: true}
	for _, a := range territoires.Axes(territoires.PhaseI) {
		g.Options = append(g.Options, Option{Value: string(a), Label: axisName(a), Small: f.words.T("axis." + string(a)), Lang: "fr"})
	}
	return f.chosen(g, "interests")
}
