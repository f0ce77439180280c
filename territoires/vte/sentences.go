package vte

import (
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// The sentences that people read about rules. The values in the table of rules are
// for the program: only numbers are shown as they are.

// Message says in one sentence what the source requires: in English when lang
// begins with "en", otherwise in French. It is "" for a statement of no rule.
func (s Statement) Message(lang string) string {
	say, ok := sentences[s.Rule]
	if !ok {
		return ""
	}
	return say(s.Value, lang)
}

// By says who states the rule and from when, in the language of [Statement.Message]:
// "Le Moci, citant Bpifrance, à partir du 23 mai 2019".
func (s Statement) By(lang string) string { return by(s.Source, s.From, lang) }

// By says who states the aid and from when, as [Statement.By] does.
func (a Aid) By(lang string) string { return by(a.Source, a.From, lang) }

func by(source territoires.Source, from territoires.Date, lang string) string {
	if from.IsZero() {
		return source.Publisher
	}
	return source.Publisher + pick(lang, ", à partir du ", ", from ") + dayWords(from, lang)
}

// Message says what the rule requires, in the language of [Statement.Message]. If
// sources require different things, it says what each requires, who states it, and
// whether the request meets it.
func (r Reason) Message(lang string) string {
	if len(r.Statements) == 0 {
		return ""
	}
	first := r.Statements[0].Message(lang)
	if !slices.ContainsFunc(r.Statements, func(s Statement) bool { return s.Message(lang) != first }) {
		return first
	}
	var b strings.Builder
	b.WriteString(pick(lang, "Les sources ne demandent pas la même chose.", "Sources do not ask the same."))
	for _, s := range r.Statements {
		b.WriteString(" " + s.By(lang) + pick(lang, "\u00a0: «\u00a0"+s.Message(lang)+"\u00a0» (", ": “"+s.Message(lang)+"” ("))
		b.WriteString(s.Verdict.Label(lang) + ").")
	}
	return b.String()
}

// sentences has the function that writes the sentence of each rule, from the value
// of a statement.
var sentences = map[string]func(value, lang string) string{
	"launch": func(value, lang string) string {
		day, _ := territoires.ParseDate(value)
		return pick(lang, "Le VTE n’existe pas avant le "+dayWords(day, lang)+".", "The VTE does not exist before "+dayWords(day, lang)+".")
	},
	"size": func(value, lang string) string {
		sizes := choice(value, pick(lang, ", ou ", ", or "), func(w string) string { return SizeCategory(w).Label(lang) })
		return pick(lang, "L’entreprise doit être de l’une de ces tailles\u00a0: "+sizes+".", "The company must be of one of these sizes: "+sizes+".")
	},
	"sector": func(value, lang string) string {
		if value == "any" {
			return pick(lang, "Tous les secteurs d’activité sont admis.", "Every sector of activity is admitted.")
		}
		return pick(lang, "L’entreprise doit être industrielle (sections B à E de la NAF).", "The company must be industrial (sections B to E of the NAF).")
	},
	"head_office": always("Le siège de l’entreprise doit être en France.", "The head office of the company must be in France."),
	"level":       levelWords,
	"recent": numbered("Le diplôme doit avoir été obtenu moins de {} mois avant le début du contrat.",
		"The degree must have been taken less than {} months before the contract begins."),
	"student_contract": func(value, lang string) string {
		kinds := contractWords(value, lang)
		return pick(lang, "Pour un étudiant, le contrat doit être\u00a0: "+kinds+".", "For a student the contract must be: "+kinds+".")
	},
	"graduate_contract": func(value, lang string) string {
		kinds := contractWords(value, lang)
		return pick(lang, "Pour un jeune diplômé, le contrat doit être\u00a0: "+kinds+".", "For a graduate the contract must be: "+kinds+".")
	},
	"months_alternance": numbered("Un contrat en alternance doit durer au moins {} mois.", "A contract of alternance must last at least {} months."),
	"months_cdd":        numbered("Un CDD doit durer au moins {} mois.", "A fixed-term contract must last at least {} months."),
	"hired": numbered("Le label doit être demandé au plus tard {} mois après l’embauche, c’est-à-dire le début du contrat.",
		"The label must be asked for at most {} months after the hiring, that is, the beginning of the contract."),
	"charter": always("La charte VTE doit être signée par l’entreprise et par le jeune.", "The charte VTE must be signed by the company and by the volunteer."),
}

func always(french, english string) func(string, string) string {
	return func(_, lang string) string { return pick(lang, french, english) }
}

func numbered(french, english string) func(string, string) string {
	return func(value, lang string) string { return strings.ReplaceAll(pick(lang, french, english), "{}", value) }
}

// levelWords reads a value as testLevel does.
func levelWords(value, lang string) string {
	low, high, closed := strings.Cut(value, "–")
	low = strings.TrimSuffix(low, "+")
	if closed {
		return pick(lang, "Le niveau d’études doit aller de "+low+" à "+high+" (années d’études après le baccalauréat).",
			"The level of studies must lie between "+low+" and "+high+" (years of study after the baccalauréat).")
	}
	return pick(lang, "Le niveau d’études doit être au moins "+low+" (années d’études après le baccalauréat).",
		"The level of studies must be at least "+low+" (years of study after the baccalauréat).")
}

func contractWords(value, lang string) string {
	return choice(value, pick(lang, " ou ", " or "), func(w string) string { return EmploymentContract(w).Label(lang) })
}

// choice writes the labels of a list of words of the table, with or before the
// last.
func choice(list, or string, label func(string) string) string {
	var out []string
	for w := range strings.FieldsSeq(list) {
		out = append(out, label(w))
	}
	return strings.Join(out, or)
}

func pick(lang, french, english string) string {
	if text.English(lang) {
		return english
	}
	return french
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// dayWords writes a day as people do: "1er décembre 2021", "1 December 2021".
func dayWords(d territoires.Date, lang string) string {
	if !d.Valid() {
		return d.String()
	}
	day, year := strconv.Itoa(d.Day), strconv.Itoa(d.Year)
	if text.English(lang) {
		return day + " " + d.Month.String() + " " + year
	}
	if d.Day == 1 {
		day = "1er"
	}
	return day + " " + months[d.Month-1] + " " + year
}
