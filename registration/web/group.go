package web

import (
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// group is a question that is answered by choosing.
type group struct {
	ID, Name, Label, Hint, Error string
	LabelLang, HintLang          string // of an organiser's texts, "" for our own
	Kept                         string // until when the answer is kept, "" if as long as the rest
	Optional                     string // the word for it, "" if an answer is required
	Class                        string // how the options are laid out
	Many                         bool   // any of the options, not one
	Options                      []option
	Described                    string // ids of what describes it
}

// option is one answer.
type option struct {
	Value, Label, Lang string
	Small, SmallLang   string // what is said beneath
	Checked, Disabled  bool
}

// chosen returns g with what was chosen and what is wrong with it.
func (f form) chosen(g group, name string) group {
	g.Error, g.Name, g.ID = f.Error(name), name, fieldID(name)
	for i, o := range g.Options {
		g.Options[i].Checked = o.Checked || slices.Contains(f.values[name], o.Value)
	}
	if g.Optional != "" {
		g.Optional = f.words.T("signup.optional")
	}
	g.Described = described(g.ID, g.Hint != "", g.Kept != "", g.Error != "")
	return g
}

// Category asks what brings somebody to the meeting.
func (f form) Category() group {
	g := group{Label: f.words.T("signup.label.category"), Hint: f.words.T("signup.hint.category"), Class: "two"}
	for _, c := range registration.Categories() {
		g.Options = append(g.Options, option{Value: string(c), Label: f.words.T("words.category." + string(c))})
	}
	return f.chosen(g, "category")
}

// Language asks for the language of mails.
func (f form) Language() group {
	english := f.Value("language") == string(registration.English)
	return f.chosen(group{Label: f.words.T("signup.label.language"), Class: "row", Options: []option{
		{Value: "fr", Label: "Français", Lang: "fr", Checked: !english}, {Value: "en", Label: "English", Lang: "en"},
	}}, "language")
}

// Interests asks which axes of the programme interest somebody.
func (f form) Interests() group {
	g := group{Label: f.words.T("signup.label.interests"), Optional: "yes", Class: "two", Many: true}
	for _, a := range territoires.Axes(territoires.PhaseI) {
		g.Options = append(g.Options, option{Value: string(a), Label: a.Verb(), Small: a.Noun(), Lang: "fr", SmallLang: "fr"})
	}
	return f.chosen(g, "interests")
}

// question is one of the organiser's own: a line of text or a choice.
type question struct {
	Input *input
	Group *group
}

// questions puts the organiser's questions into the form.
func (v *visit) questions(m registration.Meeting, f form) []question {
	var list []question
	l := v.layout("", "")
	for _, q := range m.Questions {
		name, optional, kept := "answers."+q.ID, "", v.retained(m, q)
		if !q.Required {
			optional = "yes"
		}
		if q.Kind == registration.TextQuestion {
			in := f.filled(input{
				Label: l.Text(q.Label), LabelLang: l.TextLang(q.Label), Hint: l.Text(q.Hint), HintLang: l.TextLang(q.Hint), Kept: kept,
				Type: "text", Autocomplete: "off", Optional: optional,
			}, name)
			list = append(list, question{Input: &in})
			continue
		}
		g := f.chosen(group{
			Label: l.Text(q.Label), LabelLang: l.TextLang(q.Label), Hint: l.Text(q.Hint), HintLang: l.TextLang(q.Hint), Kept: kept,
			Optional: optional, Many: q.Kind == registration.ChoicesQuestion, Options: v.answers(q, f.Value(name) == ""),
		}, name)
		list = append(list, question{Group: &g})
	}
	return list
}

// retained says until when the answers to a question are kept, if not as long as
// the rest.
func (v *visit) retained(m registration.Meeting, q registration.Question) string {
	day, _ := m.AnswersKeptUntil(q)
	if rest, ends := m.KeptUntil(); q.RetentionDays == 0 || ends && rest == day {
		return ""
	}
	return v.words.T("signup.kept", "Day", v.words.Date(day.In(registration.Paris)))
}

// answers lists the options of a question. One that need not be answered can
// be unanswered again, which a chosen radio button alone cannot.
func (v *visit) answers(q registration.Question, unanswered bool) []option {
	var list []option
	l := v.layout("", "")
	for _, o := range q.Options {
		list = append(list, option{Value: o.ID, Label: l.Text(o.Label), Lang: l.TextLang(o.Label)})
	}
	if q.Kind == registration.YesNoQuestion {
		list = []option{{Value: "yes", Label: l.T("signup.yes")}, {Value: "no", Label: l.T("signup.no")}}
	}
	if !q.Required && q.Kind != registration.ChoicesQuestion {
		list = append(list, option{Label: l.T("signup.no_answer"), Checked: unanswered})
	}
	return list
}

// sessionGroups asks for the sessions: those that can be had together, then
// those of each hour, of which one person attends one. What is wrong stands
// beside the first. Sessions in which of, if anybody, has a place say so.
func (v *visit) sessionGroups(view registration.View, f form, of registration.Signup) []group {
	var list []group
	for _, slot := range slots(view.Meeting) {
		g := group{Many: slot == "", Optional: "yes", Label: v.words.T("signup.label.sessions"), Hint: v.words.T("signup.hint.sessions")}
		if slot != "" {
			g.Label, g.Hint = v.slotLabel(view.Meeting, slot), v.words.T("signup.hint.slot")
		}
		none := true
		for _, s := range view.Meeting.Sessions {
			if s.Slot == slot {
				o := v.session(view, s, slices.Contains(chosenSessions(f.values), s.ID))
				if st := of.State(s.ID); v.words.Has("mine.sessions." + string(st)) {
					o.Small, o.Disabled = v.words.T("mine.sessions."+string(st)), false
				}
				none = none && !o.Checked
				g.Options = append(g.Options, o)
			}
		}
		if slot != "" {
			g.Options = append(g.Options, option{Label: v.words.T("signup.no_session"), Checked: none})
		}
		name := "sessions"
		if g = f.chosen(g, "sessions"); len(list) > 0 || slot != "" {
			name += "." + strconv.Itoa(len(list))
		}
		if len(list) > 0 {
			g.ID, g.Error, g.Described = fieldID(name), "", fieldID(name)+"-hint"
		}
		g.Name = name
		list = append(list, g)
	}
	return list
}

// slots lists the hours that sessions share, "" for none first.
func slots(m registration.Meeting) []string {
	var list []string
	for _, s := range m.Sessions {
		if !slices.Contains(list, s.Slot) {
			list = append(list, s.Slot)
		}
	}
	slices.Sort(list)
	return list
}

// slotLabel names an hour by that of the programme, if it is known.
func (v *visit) slotLabel(m registration.Meeting, slot string) string {
	for _, it := range m.Programme {
		if s, ok := m.Session(it.Session); ok && s.Slot == slot && it.Starts != "" {
			return v.words.T("signup.label.slot_at", "Hour", v.hour(m, it.Starts))
		}
	}
	return v.words.T("signup.label.slot")
}

// session is one to choose, with what is left of its seats.
func (v *visit) session(view registration.View, s registration.Session, chosen bool) option {
	l, left := v.layout("", ""), newSeats(view.In(s.ID))
	o := option{Value: string(s.ID), Label: l.Text(s.Title), Lang: l.TextLang(s.Title), Checked: chosen}
	switch {
	case left.Unlimited:
		o.Small = l.T("meeting.unlimited")
	case left.Free > 0:
		o.Small = l.N("meeting.seats_left", left.Free, "All", l.Number(left.All))
	case view.Meeting.Queue:
		o.Small = l.T("signup.session_queue")
	default:
		o.Small, o.Disabled = l.T("meeting.state.full"), !chosen
	}
	return o
}
