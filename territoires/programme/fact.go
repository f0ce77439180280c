package programme

import "github.com/territoires-industrie/sdk/territoires"

// Question is something asked of every territory of phase I about the first
// months of the programme. The zero value is no question.
type Question string

// The questions that sources answer for some territories.
const (
	QuestionList124 Question = "list-124" // was it among the 124 announced on 22 November 2018?
	QuestionList136 Question = "list-136" // was it among the 136 of 5 March 2019?
	QuestionPilot   Question = "pilot"    // was it one of the pilots of early 2019?
)

// Fact is the answer to a question, with the sources that it was read in.
type Fact struct {
	Question Question             `json:"question"`
	On       territoires.Span     `json:"on"` // the time that is asked about
	Answer   Answer               `json:"answer"`
	Sources  []territoires.Source `json:"sources,omitempty"` // none when the answer is unknown
}

// Questions returns the questions in the order of the time they ask about.
func Questions() []Question { return questions.All() }

// asked is the time that each question is about. The time of the pilots, « entre
// février et avril 2019 », is stated by the announcement of 16 May 2019.
var asked = map[Question]territoires.Span{
	QuestionList124: territoires.OnDay(day(2018, 11, 22)),
	QuestionList136: territoires.OnDay(day(2019, 3, 5)),
	QuestionPilot:   {From: day(2019, 2, 1), To: day(2019, 4, 30)},
}

// FactOf returns the answer to a question about a territory. It is AnswerUnknown
// for a territory of phase II and for an unknown question.
func FactOf(t territoires.Territory, q Question) Fact {
	f := Fact{Question: q, On: asked[q]}
	if t.Phase != territoires.PhaseI {
		return f
	}
	known, ok := facts()[factKey{t.ID, q}]
	if !ok {
		return f
	}
	f.Answer, f.Sources = known.answer, sourcesOf(known.sources)
	return f
}
