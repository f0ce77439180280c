package organiser

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// The functions of this file turn the ids and numbers of the audit log into
// words.

// changedPlace matches the change of a place as the audit log writes it.
// endsInNumber matches details that end with a number.
var (
	changedPlace = regexp.MustCompile(`^place\.(\S+) ([a-z]*)>([a-z]*)$`)
	endsInNumber = regexp.MustCompile(`(?:^|[ :])(?:rows=|withdrawn=|: )?(\d+)$`)
)

// changeTexts says what changed in a sign-up of m. For a place it gives the states
// before and after, for any other field only the name.
func changeTexts(l kernel.Layout, m registration.Meeting, all []registration.Change) (list []string) {
	var fields []string
	for _, c := range all {
		if text, place := changeText(l, m, c); place {
			list = append(list, text)
		} else {
			fields = append(fields, text)
		}
	}
	if len(fields) > 0 {
		list = append(list, l.N("audit.fields_changed", len(fields), "Fields", strings.Join(fields, ", ")))
	}
	return list
}

// changeText says how a place changed, or names another field.
func changeText(l kernel.Layout, m registration.Meeting, c registration.Change) (text string, place bool) {
	if id, ok := strings.CutPrefix(c.Field, "place."); ok {
		where := l.T("audit.gone.session")
		if s, ok := m.Session(registration.SessionID(id)); ok {
			where = l.Text(s.Title)
		} else if id == string(registration.MeetingSession) {
			where = l.T("audit.meeting")
		}
		state := func(s registration.State) string {
			if s == "" {
				return l.T("audit.state.none")
			}
			return l.T("audit.state." + string(s))
		}
		return l.T("audit.moved", "Where", where, "From", state(c.From), "To", state(c.To)), true
	}
	name := l.T("audit.gone.field")
	if id, ok := strings.CutPrefix(c.Field, "answers."); ok {
		name = l.T("audit.gone.question")
		for _, q := range m.Questions {
			if q.ID == id {
				name = l.Text(q.Label)
			}
		}
	} else {
		for _, key := range []string{"words.column." + c.Field, "audit.field." + c.Field} {
			if l.Has(key) {
				name = l.T(key)
			}
		}
	}
	return name, false
}

// detail puts the details of a line into words: whose role changed to what,
// which fields, places and settings changed, who downloaded which list. It
// leaves out ids, and what the name of the act says already.
func (n actors) detail(e team.Entry, m registration.Meeting) string {
	l := n.r.Layout("", "")
	switch e.Act {
	case team.ActGranted, team.ActShown, team.ActSignedOut:
		return n.roleText(e)
	case team.ActExported:
		kind, ext, _ := strings.Cut(e.Detail, ".")
		if key := "audit.paper." + strings.ReplaceAll(kind, "-", "_"); l.Has(key) {
			return strings.TrimSpace(l.T(key) + " " + strings.ToUpper(ext))
		}
		return formatText(l, e.Detail)
	case string(registration.EventExported):
		return exportText(n.r, m, e.Detail)
	case string(registration.EventConfigured):
		return settingsText(settings{Layout: l, Meeting: m}, e.Detail)
	case string(registration.EventMailing):
		kind, _, _ := strings.Cut(e.Detail, " ")
		return l.T("words.mail." + kind)
	case string(registration.EventListed):
		kind, _, _ := strings.Cut(e.Detail, " ")
		return l.N("audit.listed."+kind, numberIn(e.Detail))
	case string(registration.EventImported), string(registration.EventImportUndone), string(registration.EventMailingStopped):
		return l.N("audit.count."+e.Act, numberIn(e.Detail))
	case string(registration.EventResent), string(registration.EventForgotten):
		return ""
	}
	var all []registration.Change
	for part := range strings.SplitSeq(e.Detail, ", ") {
		if part == "" {
			continue
		}
		c := registration.Change{Field: part}
		if found := changedPlace.FindStringSubmatch(part); found != nil {
			c = registration.Change{Field: "place." + found[1], From: registration.State(found[2]), To: registration.State(found[3])}
		}
		all = append(all, c)
	}
	return strings.Join(changeTexts(l, m, all), ", ")
}

// numberIn is the number that details end with.
func numberIn(detail string) int {
	n := 0
	if found := endsInNumber.FindStringSubmatch(detail); found != nil {
		n, _ = strconv.Atoi(found[1])
	}
	return n
}

// roleText says whose role became what.
func (n actors) roleText(e team.Entry) string {
	if e.Subject == (registration.ID{}) {
		return ""
	}
	words := n.r.Words
	text := n.name(registration.Actor{Kind: registration.ActorOrganiser, ID: e.Subject}, registration.Signup{})
	was, is, ok := strings.Cut(e.Detail, " > ")
	if !ok {
		return text
	}
	role := func(name string) string {
		if _, ok := registration.ParseRole(name); ok {
			return words.T("site.role." + name)
		}
		return words.T("team.no_role")
	}
	return words.T("audit.moved", "Where", text, "From", role(was), "To", role(is))
}

func formatText(l kernel.Layout, format string) string {
	if key := "organiser.export." + strings.ReplaceAll(format, "-", "_"); l.Has(key) {
		return l.T(key)
	}
	return ""
}

// exportText says which list somebody downloaded: its format, the number of
// rows, and the filter.
func exportText(r *kernel.Request, m registration.Meeting, detail string) string {
	l := r.Layout("", "")
	words, values, rows := strings.Fields(detail), url.Values{}, 0
	if len(words) == 0 {
		return ""
	}
	parts := []string{formatText(l, words[0])}
	begun, cut := false, false
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "rows":
			rows, _ = strconv.Atoi(value)
		case "begun":
			begun = true
		case "interrupted":
			cut = true
		default:
			values.Add(name, value)
		}
	}
	if begun {
		parts = append(parts, l.T("audit.begun"))
	} else {
		parts = append(parts, l.N("audit.rows", rows))
	}
	if cut {
		parts = append(parts, l.T("audit.interrupted"))
	}
	text := strings.Join(parts, ", ")
	filter := filterTexts(r, m, values)
	if len(filter) == 0 {
		return text
	}
	return l.T("audit.filtered", "What", text, "Filter", strings.Join(filter, ", "))
}

// filterTexts puts the filter of an address into words. It leaves out the
// words that were searched, which may be a name.
func filterTexts(r *kernel.Request, m registration.Meeting, values url.Values) (list []string) {
	page := listPage{Layout: r.Layout("", ""), MeetingView: kernel.MeetingView{View: registration.View{Meeting: m}}, started: true, Query: newListQuery(m, values)}
	page.Choices = page.choices()
	if values.Has("q") {
		list = append(list, page.T("audit.searched"))
	}
	if n, err := strconv.Atoi(values.Get("codes")); err == nil {
		list = append(list, page.N("audit.chosen", n))
	}
	for _, a := range page.Active() {
		list = append(list, a.Text)
	}
	return list
}

// settingsText names the settings that changed.
func settingsText(s settings, keys string) string {
	var list []string
	for key := range strings.SplitSeq(keys, ", ") {
		if key == "" {
			continue
		}
		label := s.label(key)
		if label == key {
			label = s.T("audit.gone.setting")
		}
		list = append(list, label)
	}
	return strings.Join(slices.Compact(list), ", ")
}
