package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// What a site knows of one person (article 15 of the GDPR): as a page, and as
// JSON with the names of the export's columns where there is one.

// ownData is the JSON. Times are RFC 3339 in Paris time; what is not known is
// left out.
type ownData struct {
	Meeting      string              `json:"meeting"`
	Code         string              `json:"code"`
	Status       registration.Status `json:"status"`
	FamilyName   string              `json:"family_name"`
	GivenName    string              `json:"given_name"`
	Email        string              `json:"email,omitempty"`
	Organisation string              `json:"organisation,omitempty"`
	Function     string              `json:"function,omitempty"`
	Category     string              `json:"category,omitempty"`
	Territory    string              `json:"territory,omitempty"`
	Language     string              `json:"language"`
	Interests    []string            `json:"interests,omitempty"`
	Answers      []ownAnswer         `json:"answers,omitempty"`
	Places       []ownPlace          `json:"places"`
	Companions   []ownCompanion      `json:"companions,omitempty"`
	Notice       string              `json:"notice_version,omitempty"` // of the privacy notice that was read
	CreatedAt    *time.Time          `json:"created_at"`
	ConfirmedAt  *time.Time          `json:"confirmed_at,omitempty"`
	HeldUntil    *time.Time          `json:"held_until,omitempty"`
	EndedAt      *time.Time          `json:"ended_at,omitempty"`
	Present      []time.Time         `json:"present,omitempty"`
	KeptUntil    string              `json:"kept_until,omitempty"` // the last day
}

type ownAnswer struct {
	Question  string   `json:"question"`
	Answer    []string `json:"answer"`
	KeptUntil string   `json:"kept_until,omitempty"` // the last day
}

type ownPlace struct {
	Session registration.SessionID `json:"session"`
	State   registration.State     `json:"state"`
	Since   *time.Time             `json:"since"`
}

// ownCompanion is somebody whom the person named.
type ownCompanion struct {
	Code       string `json:"code"`
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	Email      string `json:"email,omitempty"`
}

// paris returns t as JSON shows it, nil for a time that is not known.
func paris(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(registration.Paris)
	return &t
}

// lastDay is the day until which something is kept, "" if nothing is said.
func lastDay(d territoires.Date, ends bool) string {
	if !ends {
		return ""
	}
	return d.String()
}

func (p linkPage) data() ownData {
	s := p.Signup
	d := ownData{
		Meeting: s.Meeting, Code: s.Code, Status: p.Status, FamilyName: s.FamilyName, GivenName: s.GivenName, Email: s.Email,
		Organisation: s.Organisation, Function: s.Function, Category: string(s.Category), Territory: s.Territory,
		Language: string(s.Language), Interests: s.Interests, Notice: s.NoticeVersion, CreatedAt: paris(s.CreatedAt),
		ConfirmedAt: paris(s.AddressConfirmedAt), HeldUntil: paris(s.HeldUntil), EndedAt: paris(s.EndedAt),
		KeptUntil: lastDay(p.Meeting.KeptUntil()),
	}
	for _, t := range s.Present {
		d.Present = append(d.Present, *paris(t))
	}
	for _, q := range p.Meeting.Questions {
		if a, ok := s.Answers[q.ID]; ok {
			d.Answers = append(d.Answers, ownAnswer{q.ID, a, lastDay(p.Meeting.AnswersKeptUntil(q))})
		}
	}
	for _, pl := range s.Places {
		d.Places = append(d.Places, ownPlace{pl.Session, pl.State, paris(pl.Since)})
	}
	for _, m := range p.Party {
		if !m.Leads() {
			d.Companions = append(d.Companions, ownCompanion{m.Code, m.FamilyName, m.GivenName, m.Email})
		}
	}
	return d
}

// dataJSON answers GET /mon-inscription/{token}/donnees.json.
func (s *site) dataJSON(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(page.data(), "", "  ")
	if err != nil {
		return err
	}
	return v.download("application/json", "inscription-"+page.Signup.Code+".json", append(b, '\n'))
}

// dataPage is the same in words.
type dataPage struct {
	linkPage
	Facts []known
}

// known is one thing that a site knows of a person.
type known struct {
	Label, Lang string // of an organiser's question, "" for our own words
	Lines       []string
	Kept        string // until when, "" if as long as the rest
	LinesLang   string // of an organiser's words, "" for the person's and ours
}

// data answers GET /mon-inscription/{token}/donnees.
func (s *site) data(v *visit) error {
	page, err := v.own()
	if err != nil {
		return err
	}
	page.Title = page.T("mine.data.title")
	return v.page(http.StatusOK, "data", dataPage{page, page.facts()})
}

// facts puts the data into words, in the order of the form.
func (p linkPage) facts() []known {
	var list []known
	add := func(label string, lines ...string) {
		if strings.Join(lines, "") != "" {
			list = append(list, known{Label: label, Lines: lines})
		}
	}
	s := p.Signup
	column := func(name string, lines ...string) { add(p.T("words.column."+name), lines...) }
	column("given_name", s.GivenName)
	column("family_name", s.FamilyName)
	column("email", s.Email)
	if s.Category != "" {
		column("category", p.T("words.category."+string(s.Category)))
	}
	column("organisation", s.Organisation)
	column("function", s.Function)
	column("territory", p.Territory)
	add(p.T("words.column.interests"), s.Interests...)
	for _, q := range p.Meeting.Questions {
		if a := p.answered(q, s.Answers[q.ID]); a != nil {
			list = append(list, known{p.Text(q.Label), p.TextLang(q.Label), a, p.visit.retained(p.Meeting, q), p.optionLang(q)})
		}
	}
	column("sessions", p.placeLines()...)
	column("language", p.T("words.language."+string(s.Language)))
	column("code", p.GroupedCode())
	column("status", p.T("words.status."+string(p.Status)))
	var company, arrivals []string
	for _, m := range p.Party {
		if !m.Leads() {
			company = append(company, m.GivenName+" "+m.FamilyName, m.Email)
		}
	}
	for _, t := range s.Present {
		arrivals = append(arrivals, p.Moment(t))
	}
	add(p.T("mine.companions.title"), company...)
	for _, t := range []struct {
		name string
		at   time.Time
	}{{"created_at", s.CreatedAt}, {"confirmed_at", s.AddressConfirmedAt}} {
		if !t.at.IsZero() {
			column(t.name, p.Moment(t.at))
		}
	}
	column("present_at", arrivals...)
	add(p.T("mine.data.notice"), s.NoticeVersion)
	if day, ends := p.Meeting.KeptUntil(); ends {
		add(p.T("mine.data.kept"), p.visit.words.Date(day.In(registration.Paris)))
	}
	return list
}

// answered returns what was answered to a question, in its words.
func (l layout) answered(q registration.Question, given []string) []string {
	var lines []string
	for _, a := range given {
		if q.Kind == registration.YesNoQuestion && (a == "yes" || a == "no") {
			a = l.T("signup." + a)
		}
		for _, o := range q.Options {
			if o.ID == a {
				a = l.Text(o.Label)
			}
		}
		lines = append(lines, a)
	}
	return lines
}

// optionLang is the language of the options of a question, "" if it has none.
func (l layout) optionLang(q registration.Question) string {
	if len(q.Options) == 0 {
		return ""
	}
	for _, o := range q.Options {
		if l.TextLang(o.Label) == locale.French {
			return locale.French
		}
	}
	return l.Lang()
}

// placeLines names the sessions and how the person stands in each.
func (p linkPage) placeLines() []string {
	var lines []string
	for _, pl := range p.Signup.Places {
		if session, ok := p.Meeting.Session(pl.Session); ok {
			lines = append(lines, p.T("mine.data.place", "Title", p.Text(session.Title), "State", p.T("mine.data.state."+string(pl.State))))
		}
	}
	return lines
}
