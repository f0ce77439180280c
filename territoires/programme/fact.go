package programme

import "github.com/territoires-industrie/sdk/territoires"

// Answer is what the sources say to a question. The zero value is Unknown,
// which is not No: most lists of 2019 are lost.
type Answer int

// The answers, from the least to the most affirmative.
const (
	Unknown Answer = iota // no source found
	No                    // a source says or implies no
	Likely                // follows from figures, not from a name in a list
	Yes                   // a source says so
)

var answers = [...]string{"unknown", "no", "likely", "yes"}

// String returns "unknown", "no", "likely" or "yes".
func (a Answer) String() string {
	if a < Unknown || a > Yes {
		return ""
	}
	return answers[a]
}

// MarshalText writes what [Answer.String] returns.
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText writes. The error is a [*ParseError]
// wrapping [ErrSyntax]; the receiver is Unknown then.
func (a *Answer) UnmarshalText(b []byte) error {
	*a = Unknown
	for i, word := range answers {
		if word == string(b) {
			*a = Answer(i)
			return nil
		}
	}
	return &territoires.ParseError{Kind: "answer", Part: "an answer is unknown, no, likely or yes", Err: territoires.ErrSyntax}
}

// Question is something asked of every territory of phase I about the first
// months of the programme.
type Question string

// The questions to which some sources answer.
const (
	InList124 Question = "list-124" // was it among the 124 announced on 22 November 2018?
	InList136 Question = "list-136" // was it among the 136 of 5 March 2019?
	Pilot     Question = "pilot"    // was it one of the pilots of early 2019?
)

// Fact is the answer to a question, with the sources that it was read in.
type Fact struct {
	Question Question             `json:"question"`
	On       territoires.Span     `json:"on"` // the time that is asked about
	Answer   Answer               `json:"answer"`
	Sources  []territoires.Source `json:"sources,omitempty"` // none when the answer is unknown
}

// Questions returns the questions in the order of the time they ask about.
func Questions() []Question { return []Question{InList124, InList136, Pilot} }

// asked is the time that each question is about. The pilots were « entre
// février et avril 2019 » in the words of the announcement of 16 May.
var asked = map[Question]territoires.Span{
	InList124: territoires.On(day(2018, 11, 22)),
	InList136: territoires.On(day(2019, 3, 5)),
	Pilot:     {From: day(2019, 2, 1), To: day(2019, 4, 30)},
}

// FactOf answers a question about a territory. For a territory of phase II, and
// for an unknown question, the answer is Unknown.
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
