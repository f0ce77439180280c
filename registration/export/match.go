package export

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// ImportFields are the columns of [Options.All] into which a list can be
// read, in the order of the form: what a person says when they sign up, and
// who comes with whom. The status is among them because people with the
// status of somebody who does not come are passed over.
func (o Options) ImportFields() []string {
	list := strings.Fields("family_name given_name email organisation function category territory language sessions")
	for _, s := range o.Meeting.Sessions {
		list = append(list, sessionPrefix+string(s.ID))
	}
	if o.Meeting.Interests {
		list = append(list, "interests")
	}
	for _, q := range o.Meeting.Questions {
		if !q.Closed {
			list = append(list, answerColumn(q.ID))
		}
	}
	return append(list, "party", "companion_of", "status")
}

// otherNames are other titles under which lists have our columns, folded.
var otherNames = map[string]string{
	"nom": "family_name", "nom de famille": "family_name", "noms": "family_name", "last name": "family_name", "surname": "family_name",
	"prenom": "given_name", "prenoms": "given_name", "first name": "given_name",
	"mail": "email", "e mail": "email", "courriel": "email", "adresse mail": "email", "adresse e mail": "email", "adresse email": "email",
	"adresse courriel": "email", "adresse de messagerie": "email", "email address": "email", "e mail address": "email",
	"organisation": "organisation", "organization": "organisation", "structure": "organisation", "societe": "organisation", "entreprise": "organisation",
	"etablissement": "organisation", "employeur": "organisation", "company": "organisation", "employer": "organisation",
	"poste": "function", "qualite": "function", "job title": "function", "position": "function", "role": "function",
	"type": "category", "profil": "category", "territoire": "territory", "ateliers": "sessions", "atelier": "sessions", "session": "sessions",
	"axes": "interests",
}

// Match returns, for each title of a header, the field that the column is
// read into, or "" for none. A title matches the name of a column or its
// title in either language; case, accents and punctuation do not count. No
// field is matched twice. A question that asks for a consent matches only its
// whole label, or the name that [Write] gives its column: a column called «
// Photographies » could contain anything.
func (o Options) Match(header []string) []string {
	names, fields := map[string]string{}, o.ImportFields()
	for _, name := range slices.Backward(fields) { // the first of two with one title counts
		for _, lang := range []string{locale.English, locale.French} {
			names[folded(o.TitleIn(name, locale.For(lang)))] = name
		}
	}
	exact := map[string]string{}
	for _, name := range fields {
		if consents(strings.TrimPrefix(name, answerPrefix)) {
			exact[name] = name
		} else {
			names[folded(name)] = name
		}
	}
	list := make([]string, len(header))
	for i, title := range header {
		name := folded(title) // which leaves the apostrophes of [Guard] out too
		name = cmp.Or(exact[title], names[name], otherNames[name])
		if slices.Contains(fields, name) && !slices.Contains(list, name) {
			list[i] = name
		}
	}
	return list
}

// consents reports whether the question asks for a consent.
func consents(id string) bool {
	return slices.ContainsFunc(registration.Consents(), func(q registration.Question) bool { return q.ID == id })
}

var ligatures = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae")

// folded is a text in lower case, without accents, ligatures and punctuation. A tick is a
// cross.
func folded(s string) string {
	if slices.Contains([]string{"✓", "✔", "✔\ufe0f", "☑", "☑\ufe0f"}, strings.TrimSpace(s)) {
		return "x"
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(ligatures.Replace(s)))
	return strings.Join(strings.Fields(s), " ")
}

// ImportRows reads the rows of a list, with the fields that [Options.Match]
// returned for its columns. People without a category get the category given.
// A cell that has no known meaning is kept as it is, so that
// [registration.Desk.Import] reports it.
func (o Options) ImportRows(l List, columns []string, given registration.Category) []registration.ImportRow {
	r := o.importer()
	rows := make([]registration.ImportRow, 0, len(l.Rows))
	for _, line := range l.Rows {
		row := registration.ImportRow{Line: line.Line, Request: registration.Request{Category: given}}
		for i, cell := range line.Cells {
			if i < len(columns) && columns[i] != "" && cell != "" {
				r.readCell(&row, columns[i], cell)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// importer knows, for each column, the code that a word in a cell stands for.
type importer struct {
	meeting registration.Meeting
	words   map[string]meanings
}

// meanings has the code for each folded word.
type meanings map[string]string

func (m meanings) add(code string, words ...string) {
	for _, w := range append(words, code) {
		if w = folded(w); w != "" {
			m[w] = code
		}
	}
}

func (o Options) importer() importer {
	r := importer{o.Meeting, map[string]meanings{"category": {}, "language": {}, "status": {}, "sessions": {}, "interests": {}, "consent": {}, "yes": {}, "comes": {}}}
	for _, w := range []*locale.Words{locale.For(locale.French), locale.For(locale.English)} {
		for _, c := range registration.Categories() {
			r.words["category"].add(string(c), w.T("words.category."+string(c)))
		}
		for _, l := range []registration.Language{registration.French, registration.English} {
			r.words["language"].add(string(l), w.T("words.language."+string(l)))
		}
		for _, s := range registration.Statuses() {
			r.words["status"].add(string(s), w.T("words.status."+string(s)))
		}
		r.words["consent"].add("yes", w.T("words.answer.yes"), "vrai", "true")
		r.words["consent"].add("no", w.T("words.answer.no"), "faux", "false")
	}
	maps.Copy(r.words["yes"], r.words["consent"])
	r.words["yes"].add("yes", "x", "o", "y", "1")
	r.words["yes"].add("no", "n", "0")
	maps.Copy(r.words["comes"], r.words["yes"])
	r.words["comes"].add("yes", "place", "en attente", "seat", "waits", "inscrit", "inscrite", "présent", "présente") // see [Options.session]
	r.words["comes"].add("no", "absent", "absente")
	for _, s := range o.Meeting.Sessions {
		r.words["sessions"].add(string(s.ID), s.Title.FR, s.Title.EN)
	}
	for _, a := range territoires.Axes(territoires.PhaseI) {
		r.words["interests"].add(string(a))
	}
	for _, q := range o.Meeting.Questions {
		m := meanings{}
		for _, option := range q.Options {
			m.add(option.ID, option.Label.FR, option.Label.EN)
		}
		r.words[answerColumn(q.ID)] = m
	}
	return r
}

// readCell reads one cell into a row.
func (r importer) readCell(row *registration.ImportRow, column, cell string) {
	q := &row.Request
	one := func() string { return cmp.Or(r.words[column][folded(cell)], cell) }
	if id, ok := strings.CutPrefix(column, sessionPrefix); ok {
		switch word := folded(cell); {
		case word == "" || r.words["comes"][word] == "no":
		case r.words["comes"][word] == "yes", r.words["sessions"][word] == id: // or by its name
			q.Sessions = append(q.Sessions, registration.SessionID(id))
		default:
			q.Sessions = append(q.Sessions, registration.SessionID(cell))
		}
		return
	}
	switch column {
	case "family_name":
		q.FamilyName = cell
	case "given_name":
		q.GivenName = cell
	case "email":
		q.Email = cell
	case "organisation":
		q.Organisation = cell
	case "function":
		q.Function = cell
	case "territory":
		q.Territory = cell
	case "category":
		q.Category = registration.Category(one())
	case "language":
		q.Language = registration.Language(one())
	case "sessions":
		for _, id := range r.words[column].codesIn(cell, "en attente") {
			q.Sessions = append(q.Sessions, registration.SessionID(id))
		}
	case "interests":
		q.Interests = r.words[column].codesIn(cell)
	case "party":
		row.Party = cell
	case "companion_of":
		word := folded(cell)
		row.Brought = word != "" && r.words["yes"][word] != "no"
	case "status":
		switch registration.Status(one()) {
		case registration.StatusCancelled, registration.StatusRefused, registration.StatusExpired:
			row.Out = true
		}
	default:
		r.answer(q, strings.TrimPrefix(column, answerPrefix), r.words[column], cell)
	}
}

func (r importer) answer(q *registration.Request, id string, options meanings, cell string) {
	i := slices.IndexFunc(r.meeting.Questions, func(q registration.Question) bool { return q.ID == id })
	if i < 0 {
		return
	}
	answer := []string{cell}
	switch r.meeting.Questions[i].Kind {
	case registration.YesNoQuestion:
		words := r.words["yes"]
		if consents(id) { // a cross does not say what the person consents to
			words = r.words["consent"]
		}
		word := folded(cell)
		if word == "" { // a dash
			return
		}
		answer[0] = cmp.Or(words[word], cell)
	case registration.ChoiceQuestion, registration.ChoicesQuestion:
		answer = options.codesIn(cell)
	}
	if q.Answers == nil {
		q.Answers = registration.Answers{}
	}
	q.Answers[id] = answer
}

// codesIn returns the codes of the words in a cell, whatever separates them.
// Where several words begin alike, the longest that fits counts. After each
// word any of noise is skipped. If a part of the cell has no meaning, the
// cell is returned as it is.
func (m meanings) codesIn(cell string, noise ...string) (codes []string) {
	rest := folded(cell)
	for rest != "" {
		longest := ""
		for word := range m {
			if len(word) > len(longest) && beginsWith(rest, word) {
				longest = word
			}
		}
		if longest == "" {
			return []string{cell}
		}
		codes = append(codes, m[longest])
		rest = strings.TrimSpace(rest[len(longest):])
		for _, n := range noise {
			if beginsWith(rest, n) {
				rest = strings.TrimSpace(rest[len(n):])
			}
		}
	}
	return codes
}

// beginsWith reports whether a text begins with these words.
func beginsWith(text, words string) bool {
	rest, ok := strings.CutPrefix(text, words)
	return ok && (rest == "" || rest[0] == ' ')
}
