package organiser

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/territoires"
)

// wordsOf is how the catalogues name a field: without its language.
func wordsOf(key string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(key, ".fr"), ".en"), ".", "_")
}

// fieldLabel names a field by its key without indices.
func (s settings) fieldLabel(key string) string {
	label := s.T("settings.label." + wordsOf(key))
	switch {
	case strings.HasSuffix(key, ".fr"):
		return s.T("settings.in_french", "Label", label)
	case strings.HasSuffix(key, ".en"):
		return s.T("settings.in_english", "Label", label)
	}
	return label
}

// label names the value of a path, with what it is in.
func (s settings) label(path string) string {
	f, ok := meetingfile.FieldOf(path)
	if !ok { // an element of a list, or part of a value
		list := path[:max(0, strings.LastIndex(path, "["))]
		if f, ok = meetingfile.FieldOf(list); !ok {
			return path
		}
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

// said is a sentence about the value of a path.
func (s settings) said(path, text string) string {
	return s.T("settings.said", "What", s.label(path), "Text", text)
}

// elementName names an element of a list by its id or index, "" where the list
// says enough.
func (s settings) elementName(list, id string) string {
	n, err := strconv.Atoi(id)
	byIndex := func(i int, itsID string) bool { return itsID == id || err == nil && i == n }
	m := s.Meeting
	switch list {
	case "sessions":
		for i, v := range m.Sessions {
			if byIndex(i, string(v.ID)) {
				return s.Text(v.Title)
			}
		}
	case "questions":
		for i, q := range m.Questions {
			if byIndex(i, q.ID) {
				return s.Text(q.Label)
			}
		}
	case "programme":
		if err == nil && n < len(m.Programme) {
			return s.Text(m.Programme[n].Title)
		}
	case "questions.options":
		for _, q := range m.Questions {
			if i := slices.IndexFunc(q.Options, func(o registration.Option) bool { return o.ID == id }); i >= 0 {
				return s.Text(q.Options[i].Label)
			}
		}
	case "venue.lines", "organisers", "notice.controllers", "categories":
		return ""
	}
	if err == nil {
		return s.T("settings.number", "Number", n+1)
	}
	return id
}

// valueText puts a value of a change into words: text is what the Desk says.
func (s settings) valueText(path, text string) string {
	f, ok := meetingfile.FieldOf(path)
	switch {
	case ok && f.Kind == meetingfile.Bool && text != "true": // a file leaves it out
		return s.T("form.no")
	case text == "" || !ok:
		return text
	}
	if key := "settings.value." + wordsOf(f.Key) + "." + text; s.Has(key) {
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
	Whom            string // whom it concerns, "" for nobody in particular
}

// changesOf puts the changes of a plan into words.
func (s settings) changesOf(p registration.Plan) (list []settingChange) {
	told := map[string]bool{}
	for _, c := range p.Changes {
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
