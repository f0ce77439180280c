package registration

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// QuestionKind is how a question is answered. The zero value is no kind.
type QuestionKind string

// The kinds of questions.
const (
	TextQuestion    QuestionKind = "text"
	ChoiceQuestion  QuestionKind = "choice"  // one of the options
	ChoicesQuestion QuestionKind = "choices" // any of them
	YesNoQuestion   QuestionKind = "yesno"   // answered "yes" or "no"
)

// PhotographsQuestion is the id of a [YesNoQuestion] that asks whether
// somebody may be photographed. Badges and the door show who answered no.
const PhotographsQuestion = "photographies"

// AssistanceQuestion is the id of a question that asks who needs help on arrival. The
// check-in page shows that somebody needs help, not which help.
const AssistanceQuestion = "aide_accueil"

// OffersCategory reports whether somebody may choose category c in the form of m: the
// form offers it, or it is before, the category that they already have.
func (m Meeting) OffersCategory(c, before Category) bool {
	return len(m.Categories) == 0 || c == before || slices.Contains(m.Categories, c)
}

// FallbackCategory returns the category for people whose own is not known: [Other] if
// the form of m offers it, otherwise the first category that it offers.
func (m Meeting) FallbackCategory() Category {
	if m.OffersCategory(Other, "") {
		return Other
	}
	return m.Categories[0]
}

// Consents lists the questions that ask for a consent: to be photographed, and to be
// on the list that participants get. A meeting asks them only if its organiser adds
// them; the organiser may change the wording.
func Consents() []Question {
	return []Question{
		{ID: PhotographsQuestion, Kind: YesNoQuestion, Label: Localized{
			"Acceptez-vous d’être photographié pendant la rencontre ?", "May you be photographed during the meeting?"},
			Hint: Localized{"Des photographies seront prises pour rendre compte de la rencontre. Un refus figure sur votre badge, à l’intention du photographe.",
				"Photographs will be taken to report on the meeting. A refusal is shown on your badge, for the photographer."}},
		{ID: "liste_participants", Kind: YesNoQuestion, Label: Localized{
			"Acceptez-vous de figurer sur la liste remise aux participants ?", "May you be on the list that participants get?"},
			Hint: Localized{"Elle donne le nom, l’organisme et la fonction.", "It gives name, organisation and function."}},
	}
}

// Question is a question that the organiser of a meeting adds to the form.
type Question struct {
	ID       string       `json:"id" yaml:"id"` // names the form's field and the export's column; it never changes
	Kind     QuestionKind `json:"kind" yaml:"kind"`
	Label    Localized    `json:"label" yaml:"label"`
	Hint     Localized    `json:"hint,omitzero" yaml:"hint,omitempty"`
	Options  []Option     `json:"options,omitempty" yaml:"options,omitempty"`
	Required bool         `json:"required,omitempty" yaml:"required,omitempty"`
	// RetentionDays is how long answers are kept after the meeting's day; 0
	// means as long as the rest of the sign-up: see [Desk.ApplyRetention].
	RetentionDays int `json:"retention_days,omitempty" yaml:"retention_days,omitempty"`
	// Closed means that nobody is asked any more. Existing answers stay.
	Closed bool `json:"closed,omitempty" yaml:"closed,omitempty"`
}

// Option is one answer to choose.
type Option struct {
	ID    string    `json:"id" yaml:"id"`
	Label Localized `json:"label" yaml:"label"`
	// Closed means that nobody can choose it any more. Those who chose it keep it.
	Closed bool `json:"closed,omitempty" yaml:"closed,omitempty"`
}

// Answers are a person's answers, by the question's id. Only [ChoicesQuestion] allows
// more than one text.
type Answers map[string][]string

// maxAnswer is the longest answer to a question, in characters.
const maxAnswer = 1000

// clean returns the answers to the questions that m asks, trimmed and in NFC,
// without empty ones. Fields that belong to no question are dropped.
func (a Answers) clean(m Meeting) Answers {
	var out Answers
	for _, q := range m.Questions {
		if q.Closed {
			continue
		}
		for _, text := range a[q.ID] {
			if text = cleanLine(text); text != "" {
				if out == nil {
					out = Answers{}
				}
				out[q.ID] = append(out[q.ID], text)
			}
		}
	}
	return out
}

// keep returns a together with the earlier answers to questions that the form no
// longer asks, because they have been closed or removed.
func (a Answers) keep(before Answers, m Meeting) Answers {
	kept := maps.Clone(before)
	maps.DeleteFunc(kept, func(id string, _ []string) bool {
		return slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id && !q.Closed })
	})
	if len(kept) == 0 {
		return a
	}
	maps.Copy(kept, a)
	return kept
}

// Unasked returns the ids, sorted, of the answered questions that the meeting no
// longer has.
func (m Meeting) Unasked(a Answers) []string {
	var ids []string
	for id := range a {
		if !slices.ContainsFunc(m.Questions, func(q Question) bool { return q.ID == id }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// check returns what is wrong with answers that [Answers.clean] returned; the paths
// are answers.ID. Somebody who chose an option before it was closed may keep it.
func (a Answers) check(m Meeting, before Answers) []validation.FieldError {
	var all []validation.FieldError
	for _, q := range m.Questions {
		if q.Closed {
			continue
		}
		if rule, param := q.broken(a[q.ID], before[q.ID]); rule != "" {
			all = append(all, validation.FieldError{Path: "answers." + q.ID, Rule: rule, Param: param})
		}
	}
	return all
}

// broken returns the rule that an answer breaks, "" if none.
func (q Question) broken(answer, before []string) (rule, param string) {
	if len(answer) == 0 {
		if q.Required {
			return "required", ""
		}
		return "", ""
	}
	if q.Kind != ChoicesQuestion && len(answer) > 1 {
		return "single", ""
	}
	for _, text := range answer {
		switch {
		case q.Kind == TextQuestion && !isLine(text):
			return "line", ""
		case q.Kind == TextQuestion && utf8.RuneCountInString(text) > maxAnswer:
			return "max", strconv.Itoa(maxAnswer)
		case q.Kind == YesNoQuestion && text != "yes" && text != "no":
			return "oneof", "yes no"
		case (q.Kind == ChoiceQuestion || q.Kind == ChoicesQuestion) && !q.has(text, before):
			return "option", ""
		}
	}
	return "", ""
}

func (q Question) has(option string, before []string) bool {
	return slices.ContainsFunc(q.Options, func(o Option) bool {
		return o.ID == option && (!o.Closed || slices.Contains(before, option))
	})
}

// KeptUntil returns the last day on which the personal data of sign-ups is kept, and
// false for a meeting that sets no end.
func (m Meeting) KeptUntil() (territoires.Date, bool) {
	return m.Day.AddDays(m.Notice.RetentionDays), m.Notice.RetentionDays > 0
}

// AnswersKeptUntil returns the last day on which the answers to q are kept, and false
// if no end is set. Answers are never kept longer than the other personal data.
func (m Meeting) AnswersKeptUntil(q Question) (territoires.Date, bool) {
	last, ends := m.KeptUntil()
	if own := m.Day.AddDays(q.RetentionDays); q.RetentionDays > 0 && (!ends || q.RetentionDays < m.Notice.RetentionDays) {
		return own, true
	}
	return last, ends
}

// RetentionEnds are the last days on which a meeting keeps personal data. A zero date
// means that no end is set.
type RetentionEnds struct {
	All     territoires.Date            // of all personal data
	Answers map[string]territoires.Date // by question
	Removed territoires.Date            // of answers to questions that the meeting no longer has
}

// retentionEnds returns the ends that the configuration sets. Answers to a question
// that the meeting no longer has are kept until the day of the meeting only.
func (m Meeting) retentionEnds() RetentionEnds {
	e := RetentionEnds{Answers: make(map[string]territoires.Date), Removed: m.Day}
	if last, ends := m.KeptUntil(); ends {
		e.All = last
	}
	for _, q := range m.Questions {
		e.Answers[q.ID] = territoires.Date{}
		if last, ends := m.AnswersKeptUntil(q); ends {
			e.Answers[q.ID] = last
		}
	}
	return e
}

// ShippedSlug is the slug of the meeting of 12 June 2019.
const ShippedSlug = "2019-06-12-paris"

// Shipped is the meeting of 12 June 2019 as it was announced. The number of seats and
// the times at which sign-ups open and close were not announced: these are example
// values for an organiser to replace.
func Shipped() Meeting {
	n, _ := programme.NationalMeetingOn(territoires.Date{Year: 2019, Month: 6, Day: 12})
	return Meeting{
		Slug:  ShippedSlug,
		Title: Localized{FR: n.Title, EN: "National meeting of Territoires d’industrie"},
		Summary: Localized{
			FR: "Une journée pour analyser les 330 premières fiches-actions et échanger sur les besoins et attentes des territoires.",
			EN: "A day to look at the first 330 action sheets and to discuss what the territories need and expect.",
		},
		Day: n.Date,
		Venue: Venue{
			Name: Localized{
				FR: "Ministère de la Cohésion des territoires et CGET",
				EN: "Ministry of Territorial Cohesion and CGET (ministère de la Cohésion des territoires)",
			},
			Lines: n.Place,
		},
		Organisers: n.Organisers,
		Programme:  announced(n),
		Seats:      300,
		Example:    true,
		Published:  true,
		OpensAt:    n.Announced.In(Paris),
		ClosesAt:   n.Date.In(Paris),
		Notice:     Notice{RetentionDays: 90, Version: "2019-05-16"},
	}
}

// announced lists the sessions of the announcement, with English titles.
func announced(n programme.NationalMeeting) []Item {
	var items []Item
	for _, s := range n.Morning {
		items = append(items, item(Morning, s))
	}
	for _, s := range n.Afternoon {
		items = append(items, item(Afternoon, s))
	}
	return items
}

func item(h HalfDay, s programme.Session) Item {
	it := Item{Half: h, Title: Localized{FR: s.Theme, EN: inEnglish[s.Theme]}}
	if s.Kind == programme.SessionRoundTable {
		it.Title = Localized{FR: "Table ronde\u00a0: " + lowerFirst(s.Theme), EN: "Round table: " + lowerFirst(inEnglish[s.Theme])}
	}
	return it
}

// inEnglish translates the themes of the announcement.
var inEnglish = map[string]string{
	"Analyse des 330 premières fiches-actions remontées":                 "Analysis of the first 330 action sheets sent in",
	"Les stratégies locales d’attractivité territoriale et industrielle": "Local strategies to attract people and industry to the territories",
	"Les stratégies d’innovation":                                        "Strategies of innovation",
	"Échanges sur les besoins et attentes des territoires":               "Discussion of what the territories need and expect",
}

// lowerFirst returns s with its first letter, an ASCII one, in lower case.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// ShippedExample is [Shipped] with everything else that a demonstration needs, all of
// it example values: hours, rooms, how to come, two sessions to choose from, a
// waiting list, companions, interests, legal notices and a question that is not asked
// yet.
func ShippedExample() Meeting {
	m := Shipped()
	m.Starts, m.Ends = "09:30", "16:30"
	m.Venue.Room = "salle A (exemple)"
	m.Venue.Lines = []string{"20 avenue de Ségur", "75007 Paris"}
	m.Venue.Access = exampleAccess
	m.Contact = "organisation@rencontre.example"
	m.Notice = exampleNotice(m)
	m.Questions = readyQuestions()
	m.Queue, m.Companions, m.Interests = true, 3, true
	for i, id := range map[int]SessionID{1: "attractivite", 2: "innovation"} {
		m.Programme[i].Session = id
	}
	for _, it := range m.Programme {
		if it.Session != "" {
			m.Sessions = append(m.Sessions, Session{ID: it.Session, Title: it.Title, Seats: 150})
		}
	}
	m.Programme[0].Starts, m.Programme[1].Starts, m.Programme[2].Starts, m.Programme[3].Starts = "09:30", "10:30", "11:30", "14:00"
	return m
}

// isSlug reports whether s can be part of a URL, a file name and the name of a
// column.
func isSlug(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func isQuestionID(s string) bool {
	return s != "" && len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// isOptionID reports whether s can be an item of a list separated by spaces.
func isOptionID(s string) bool {
	return s != "" && len(s) <= 80 && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
	})
}

// Reserved reports whether the ID of q is that of a column of the list of sign-ups, which
// no question may have.
func (q Question) Reserved() bool { return slices.Contains(exportColumns, q.ID) }

// exportColumns are the columns of a list of sign-ups. No question may have
// such an id, because its answers are a column too.
var exportColumns = strings.Fields("code status family_name given_name email organisation function category territory region " +
	"sessions language party companion_of created_at confirmed_at present_at interests source")

// The texts of the demonstration that have no source: example values, with numbers
// and addresses that belong to nobody.

// exampleAccess answers what people ask before they come, a line for each question.
var exampleAccess = Localized{
	FR: "Participation : gratuite, inscription obligatoire.\n" +
		"Transports : métro Ségur (ligne 10).\n" +
		"Accès sans marche : entrée de plain-pied, ascenseur jusqu’à la salle.\n" +
		"À apporter : votre billet et une pièce d’identité en cours de validité, demandée à l’entrée.\n" +
		"Le jour même : 01 99 00 12 34.",
	EN: "Admission: free of charge, registration required.\n" +
		"Public transport: Ségur (metro line 10).\n" +
		"Step-free access: level entrance, lift to the room.\n" +
		"What to bring: your ticket and a valid identity document, checked at the entrance.\n" +
		"On the day: +33 1 99 00 12 34.",
}

func exampleNotice(m Meeting) Notice {
	n := m.Notice
	n.Controllers = m.Organisers
	n.DPO = "dpo@rencontre.example"
	n.Publisher = "Association d’exemple, 1 rue de l’Exemple, 75000 Paris, téléphone 01 99 00 56 78"
	n.Director = "Camille Exemple"
	n.Host = "Hébergeur d’exemple, 2 rue de l’Exemple, 75000 Paris, téléphone 01 99 00 90 12"
	n.LegalBasis = Localized{
		FR: "Intérêt légitime des organisateurs à préparer et à tenir la rencontre (article 6, paragraphe 1, point f, du RGPD).",
		EN: "The organisers’ legitimate interest in preparing and holding the meeting (article 6(1)(f) of the GDPR).",
	}
	return n
}

// readyQuestions are questions that most meetings ask besides the consents. They
// are closed until an organiser opens one.
func readyQuestions() []Question {
	return []Question{{
		ID: AssistanceQuestion, Kind: TextQuestion, Closed: true,
		Label: Localized{FR: "Besoins d’accessibilité", EN: "Accessibility needs"},
		Hint: Localized{
			FR: "Par exemple une place pour un fauteuil roulant ou un interprète en langue des signes. Indiquez seulement ce qui nous permet de bien vous accueillir.",
			EN: "For example a wheelchair space or a sign-language interpreter. Tell us only what helps us to welcome you.",
		},
	}}
}
