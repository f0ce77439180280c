package programme

import (
	"database/sql/driver"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Answer is what the sources say to a question. The zero value is AnswerUnknown,
// which is not AnswerNo: most lists of 2019 are lost.
type Answer int

// The answers, from the least to the most affirmative.
const (
	AnswerUnknown Answer = iota // no source found
	AnswerNo                    // a source says or implies no
	AnswerLikely                // follows from figures, not from a name in a list
	AnswerYes                   // a source says so
)

type answerWord string

var answers = text.Words[answerWord]{
	{"unknown", "inconnu", "unknown"},
	{"no", "non", "no"},
	{"likely", "probable", "likely"},
	{"yes", "oui", "yes"},
}

// ParseAnswer reads "unknown", "no", "likely" or "yes". The error is a
// [*territoires.ParseError] wrapping [territoires.ErrUnknown].
func ParseAnswer(s string) (Answer, error) {
	word, err := parseAnswer(s)
	return Answer(max(slices.Index(answers.All(), word), 0)), err
}

var parseAnswer = answers.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "answer", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// Valid reports whether a is one of the answers.
func (a Answer) Valid() bool { return a >= AnswerUnknown && a <= AnswerYes }

// String returns what [ParseAnswer] reads, and "Answer(9)" for a number that is
// no answer.
func (a Answer) String() string {
	if !a.Valid() {
		return "Answer(" + strconv.Itoa(int(a)) + ")"
	}
	return string(answers[a].Key)
}

// Label names the answer for people: in English when lang begins with "en",
// otherwise in French. It is "" for a number that is no answer.
func (a Answer) Label(lang string) string { return answers.Label(answerWord(a.String()), lang) }

// MarshalText writes what [Answer.String] returns. A value that is not valid is
// an error.
func (a Answer) MarshalText() ([]byte, error) {
	_, err := ParseAnswer(a.String())
	return []byte(a.String()), err
}

// UnmarshalText reads what [ParseAnswer] reads. On an error the receiver is
// AnswerUnknown.
func (a *Answer) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAnswer(string(b))
	return err
}

// Value implements [driver.Valuer]: the text of the answer, "unknown" for the
// zero value. A value that is not valid is an error.
func (a Answer) Value() (driver.Value, error) {
	_, err := ParseAnswer(a.String())
	if err != nil {
		return nil, err
	}
	return a.String(), nil
}

// Scan implements the Scanner interface of database/sql for text columns; NULL
// and an empty text give AnswerUnknown. On an error the receiver is
// AnswerUnknown.
func (a *Answer) Scan(src any) error { return text.Scan(a, src, ParseAnswer) }
