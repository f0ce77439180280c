package organiser

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// catalogueName is the key of a field's name in the catalogues: its key in
// the file, without the language.
func catalogueName(key string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(key, ".fr"), ".en"), ".", "_")
}

// fieldLabel names a field by its key without indices.
func (s settings) fieldLabel(key string) string {
	label := s.T("settings.label." + catalogueName(key))
	switch {
	case strings.HasSuffix(key, ".fr"):
		return s.T("settings.in_french", "Label", label)
	case strings.HasSuffix(key, ".en"):
		return s.T("settings.in_english", "Label", label)
	}
	return label
}

// label is the name of the value at a path, with the name of the element that
// contains it.
func (s settings) label(path string) string {
	f, ok := meetingfile.FieldOf(path)
	if !ok { // an element of a list, or a text in both languages
		list := path[:max(0, strings.LastIndex(path, "["))]
		if f, ok = meetingfile.FieldOf(list); !ok {
			f.Key = path
		}
	}
	if !s.Has("settings.label." + catalogueName(f.Key)) {
		return s.T("settings.title")
	}
	label := s.fieldLabel(f.Key)
	for list, rest, found := strings.Cut(path, "["); found; {
		var id, more string
		id, rest, _ = strings.Cut(rest, "]")
		if name := s.elementName(list, id); name != "" {
			label = s.T("settings.of", "Label", label, "Name", name)
		}
		more, rest, found = strings.Cut(rest, "[")
		list += more
	}
	return label
}

// sentenceOn is a sentence that begins with the name of the value at a path.
func (s settings) sentenceOn(path, text string) string {
	return sentenceAbout(s.Layout, s.label(path), text)
}

// sentenceAbout is a sentence that begins with a name.
func sentenceAbout(l kernel.Layout, what, text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return l.T("settings.said", "What", what, "Text", string(unicode.ToLower(first))+text[size:])
}

// Said is the fault of a field of a form, with the name of the field. The fault of an
// element of a list has the name already.
func (s settings) Said(e kernel.FieldError) string {
	if strings.HasPrefix(e.Text, s.label(e.Field)) {
		return e.Text
	}
	return s.sentenceOn(e.Field, e.Text)
}

// sentence says what is wrong with a value, or what it leads to.
func (s settings) sentence(e validation.FieldError) string {
	if _, ok := meetingfile.FieldOf(e.Param); ok { // it names another field
		e.Param = s.label(e.Param)
	}
	if key := "settings.error." + e.Rule; s.Has(key) {
		return s.T(key, "Param", e.Param)
	}
	return e.Message(s.Lang())
}

// elementName is the name of an element of a list, by its id or index; "" if
// the name of the list suffices.
func (s settings) elementName(list, id string) string {
	switch list {
	case "venue.lines", "organisers", "notice.controllers", "categories":
		return ""
	}
	for _, m := range append([]registration.Meeting{s.Meeting}, s.other...) {
		if text, ok := elementsOf(m, list).find(id); ok && text.FR != "" {
			return s.Text(text)
		}
	}
	if n, err := strconv.Atoi(id); err == nil {
		return s.T("settings.number", "Number", n+1)
	}
	return s.T("settings.gone")
}

// elements are the elements of a list of a meeting, in their order, with
// their ids.
type elements []struct {
	id   string
	text registration.Localized
}

// elementsOf returns the elements of a list. For options it returns those of
// all questions.
func elementsOf(m registration.Meeting, list string) (all elements) {
	add := func(id string, text registration.Localized) {
		all = append(all, struct {
			id   string
			text registration.Localized
		}{id, text})
	}
	switch list {
	case "sessions":
		for _, v := range m.Sessions {
			add(string(v.ID), v.Title)
		}
	case "programme":
		for _, it := range m.Programme {
			add("", it.Title)
		}
	case "questions":
		for _, q := range m.Questions {
			add(q.ID, q.Label)
		}
	case "questions.options":
		for _, q := range m.Questions {
			for _, o := range q.Options {
				add(o.ID, o.Label)
			}
		}
	}
	return all
}

// find returns the text of the element with this id or, if no element has it,
// this index.
func (l elements) find(id string) (registration.Localized, bool) {
	for _, v := range l {
		if v.id == id && id != "" {
			return v.text, true
		}
	}
	if n, err := strconv.Atoi(id); err == nil && n >= 0 && n < len(l) {
		return l[n].text, true
	}
	return registration.Localized{}, false
}

// valueText puts the value of a change into words. The Desk gives it as text.
func (s settings) valueText(path, text string) string {
	f, ok := meetingfile.FieldOf(path)
	switch {
	case ok && f.Kind == meetingfile.Bool && text != "true": // a file leaves it out
		return s.T("form.no")
	case text == "" || !ok:
		return text
	}
	if f.Key == "programme.session" {
		return s.elementName("sessions", text)
	}
	if key := "settings.value." + catalogueName(f.Key) + "." + text; s.Has(key) {
		return s.T(key)
	}
	switch f.Kind {
	case meetingfile.Choices:
		return s.T("words.category." + text)
	case meetingfile.Bool:
		return s.T("form.yes")
	case meetingfile.Seats, meetingfile.Number:
		n, err := strconv.Atoi(text)
		if f.Kind == meetingfile.Seats && n == int(registration.Unlimited) {
			return s.T("organiser.unlimited")
		}
		if err == nil {
			return s.Number(n)
		}
	case meetingfile.Day:
		var d territoires.Date
		if d.UnmarshalText([]byte(text)) == nil {
			return s.LongDate(d.In(registration.Paris))
		}
	case meetingfile.Hour:
		if h, err := registration.ParseHour(text); err == nil {
			return s.Hour(h.On(s.Meeting.Day))
		}
	case meetingfile.Instant:
		if t, err := time.Parse("2006-01-02 15:04:05 -07:00", text); err == nil {
			return s.Moment(t.In(registration.Paris))
		}
	case meetingfile.Duration:
		if d, err := time.ParseDuration(text); err == nil {
			return s.duration(d)
		}
	}
	return text
}

// duration says how long something is.
func (s settings) duration(d time.Duration) string {
	var parts []string
	if h := int(d.Hours()); h > 0 {
		parts = append(parts, s.N("settings.hours", h))
	}
	if m := int(d.Minutes()) % 60; m > 0 {
		parts = append(parts, s.N("settings.minutes", m))
	}
	if len(parts) == 0 {
		return fmt.Sprint(d)
	}
	return strings.Join(parts, " ")
}

// settingChange is a field that changes, in words.
type settingChange struct {
	Label, Old, New string
	Lang            string // of the values, "" for ours
	Removed         string // says that a whole element goes, "" for other changes
	Whom            string // whom it concerns, "" for nobody in particular
	list            string // of the element that goes, as the catalogues name it
}

// removals lists the paths of the elements that a plan removes.
func removals(p registration.Plan) (list []string) {
	for _, c := range p.Changes {
		if of, ok := strings.CutSuffix(c.Path, ".id"); ok && c.New == "" {
			list = append(list, of)
		}
	}
	return list
}

// removal says that the element at a path is removed.
func (s settings) removal(path string) settingChange {
	list := "sessions"
	switch {
	case strings.Contains(path, ".options["):
		list = "questions_options"
	case strings.HasPrefix(path, "questions["):
		list = "questions"
	}
	return settingChange{Label: s.label(path), Removed: s.T("settings.removed." + list), list: list}
}

// changesOf puts the changes of a plan into words.
func (s settings) changesOf(p registration.Plan) (list []settingChange) {
	told := map[string]bool{}
	gone := removals(p)
	for _, c := range p.Changes {
		if i := slices.IndexFunc(gone, func(of string) bool { return strings.HasPrefix(c.Path, of+".") }); i >= 0 {
			if of := gone[i]; !told[of] {
				list, told[of] = append(list, s.removal(of)), true
			}
			continue
		}
		if strings.HasSuffix(c.Path, ".id") { // it comes or goes with what it names
			continue
		}
		change := settingChange{Label: s.label(c.Path), Old: s.valueText(c.Path, c.Old), New: s.valueText(c.Path, c.New)}
		if f, ok := meetingfile.FieldOf(c.Path); ok && (f.Kind == meetingfile.Text && change.New == c.New && change.Old == c.Old || f.Kind == "") {
			if change.Lang = locale.French; strings.HasSuffix(c.Path, ".en") {
				change.Lang = locale.English
			}
		} else if strings.HasPrefix(c.Path, "venue.lines[") || strings.HasPrefix(c.Path, "organisers[") || strings.HasPrefix(c.Path, "notice.controllers[") {
			change.Lang = locale.French
		}
		if change.Lang == locale.French {
			change.Old, change.New = locale.Typeset(change.Old), locale.Typeset(change.New)
		}
		of, rest, _ := strings.Cut(c.Path, "[")
		id, _, _ := strings.Cut(rest, "]")
		if at := of + id; !told[at] {
			if n := p.Places[registration.SessionID(id)]; of == "sessions" && n > 0 {
				change.Whom = s.N("settings.review.seated", n)
			}
			if n := p.Answered[id]; of == "questions" && n > 0 {
				change.Whom = s.N("settings.review.answered", n)
			}
			told[at] = change.Whom != ""
		}
		list = append(list, change)
	}
	return list
}
