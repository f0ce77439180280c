package kernel

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// SessionChoices returns the questions about sessions: first one for the sessions
// that a person can attend together, then one for each hour, at which a person
// attends one session. An error stands beside the first question. of is the sign-up
// of the person, zero for a newcomer. A session in which it has a place says so; a
// closed session is shown only if it has a place there.
func (r *Request) SessionChoices(view registration.View, f Form, of registration.Signup) []Choice {
	var list []Choice
	view.Meeting.Sessions = slices.DeleteFunc(slices.Clone(view.Meeting.Sessions), func(s registration.Session) bool {
		p := of.State(s.ID)
		return s.Closed && (p == "" || p.Ended())
	})
	for _, slot := range slots(view.Meeting) {
		g := Choice{Many: slot == "", Optional: "yes", Label: r.Words.T(f.key("label.sessions")), Hint: r.Words.T(f.key("hint.sessions"))}
		if slot != "" {
			g.Label, g.Hint = r.slotLabel(view.Meeting, slot), r.Words.T("form.hint.slot")
		}
		none := true
		for _, s := range view.Meeting.Sessions {
			if s.Slot == slot {
				o := r.session(view, f, s, slices.Contains(ChosenSessions(f.Values), s.ID))
				if key := f.key("session." + string(of.State(s.ID))); r.Words.Has(key) {
					o.Small, o.Disabled = r.Words.T(key), false
				}
				none = none && !o.Checked
				g.Options = append(g.Options, o)
			}
		}
		if slot != "" {
			g.Options = append(g.Options, Option{Label: r.Words.T("form.no_session"), Checked: none})
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

// slots lists the hours that sessions share. The first is "", for sessions
// without one.
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

// slotLabel is the name of an hour, by the programme where it is known there.
func (r *Request) slotLabel(m registration.Meeting, slot string) string {
	for _, it := range m.Programme {
		if s, ok := m.Session(it.Session); ok && s.Slot == slot && it.Starts != "" {
			return r.Words.T("form.label.slot_at", "Hour", r.Hour(m, it.Starts))
		}
	}
	return r.Words.T("form.label.slot")
}

// session is the option for a session, with the number of free seats.
func (r *Request) session(view registration.View, f Form, s registration.Session, chosen bool) Option {
	l, left := r.Layout("", ""), NewSeats(view.In(s.ID))
	o := Option{Value: string(s.ID), Label: l.Text(s.Title), Lang: l.TextLang(s.Title), Checked: chosen}
	switch {
	case left.Unlimited:
		o.Small = l.T("meeting.unlimited")
	case left.Free > 0:
		o.Small = l.N("meeting.seats_left", left.Free, "All", l.Number(left.All))
	case view.KeepsQueue:
		o.Small = l.T(f.key("session_queue"))
	default:
		o.Small, o.Disabled = l.T("meeting.state.full"), !chosen
	}
	return o
}

// ChosenSessions reads which sessions were chosen: from the field sessions, and from
// the fields of the hours, sessions.0, sessions.1 and so on.
func ChosenSessions(values url.Values) []registration.SessionID {
	var list []registration.SessionID
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name != "sessions" && !strings.HasPrefix(name, "sessions.") {
			continue
		}
		for _, id := range values[name] {
			if id != "" {
				list = append(list, registration.SessionID(id))
			}
		}
	}
	return list
}
