package territoires

import "github.com/territoires-industrie/sdk/territoires/internal/text"

// Operator is one of the four operators of the State that signed a convention
// de mobilisation for the programme. Its text is the key that documents store.
// The zero value is none.
type Operator string

// The four operators (announcement of 16 May 2019).
const (
	OperatorBanqueDesTerritoires Operator = "banque-des-territoires"
	OperatorBpifrance            Operator = "bpifrance"
	OperatorBusinessFrance       Operator = "business-france"
	OperatorPoleEmploi           Operator = "pole-emploi"
)

var operators = text.Words[Operator]{
	{Key: OperatorBanqueDesTerritoires, French: "Banque des Territoires"},
	{Key: OperatorBpifrance, French: "Bpifrance"},
	{Key: OperatorBusinessFrance, French: "Business France"},
	{Key: OperatorPoleEmploi, French: "Pôle emploi"},
}

// Operators returns the four operators, in the order of the announcement.
func Operators() []Operator { return operators.All() }

// ParseOperator reads the key of an operator. The error is a [*ParseError]
// wrapping [ErrUnknown].
func ParseOperator(s string) (Operator, error) { return parseOperator(s) }

var parseOperator = operators.Parser(func(words []string) error {
	return &ParseError{Kind: "operator", Cause: CauseUnknown, Words: words, Err: ErrUnknown}
})

// Label returns the name of 2019, the same in any language, and "" for a value that
// is not one of the four. programme.OrganisationOf knows the names of other days.
func (o Operator) Label(lang string) string { return operators.Label(o, lang) }
