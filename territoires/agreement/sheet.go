package agreement

import "github.com/territoires-industrie/sdk/territoires"

// ActionSheet is a fiche-action: one project of a territory, as it becomes
// part of a contract.
//
// Title, axes, owners, description, stakes, diagnosis and version are what
// real sheets show (Finistère, 9 March 2021,
// https://docslib.org/doc/4584215). The other fields are our model: the
// programme's own form for them could not be read.
type ActionSheet struct {
	Phase       territoires.Phase  `json:"phase" validate:"required"`
	Territory   territoires.ID     `json:"territory" validate:"required"` // of that phase
	Title       string             `json:"title" validate:"notblank,max=300"`
	Axes        []territoires.Axis `json:"axes" validate:"required,min=1,max=9,unique"`                   // of that phase; a sheet may serve several
	Owners      []string           `json:"owners" validate:"required,min=1,max=50,dive,notblank,max=200"` // maîtres d'ouvrage, several at times
	Description string             `json:"description,omitempty" validate:"max=20000"`
	Stakes      string             `json:"stakes,omitempty" validate:"max=20000"`    // « enjeux »
	Diagnosis   string             `json:"diagnosis,omitempty" validate:"max=20000"` // « diagnostic de la situation »
	Version     territoires.Date   `json:"version,omitzero" validate:"-"`            // the day that the sheet bears; none if it bears none

	// What follows is our model.

	Partners    []string         `json:"partners,omitempty" validate:"max=100,dive,notblank,max=200"`
	Costs       []BudgetLine     `json:"costs,omitempty" validate:"max=200,dive"`
	Financing   []BudgetLine     `json:"financing,omitempty" validate:"max=200,dive"` // adds up to the costs
	Starts      territoires.Date `json:"starts,omitzero" validate:"-"`
	Ends        territoires.Date `json:"ends,omitzero" validate:"-"` // not before Starts
	Indicators  []Indicator      `json:"indicators,omitempty" validate:"max=50,dive"`
	Commitments []Commitment     `json:"commitments,omitempty" validate:"max=50,dive"`
}

// BudgetLine is one line of a cost or financing table. It is our model. Its
// limit of a hundred thousand million euros keeps the sum of a full table from
// overflowing.
type BudgetLine struct {
	Label  string             `json:"label" validate:"notblank,max=200"`
	Amount territoires.Amount `json:"amount" validate:"min=0,max=10000000000000"` // euro cents
}

// Indicator is a measure of a project's success. It is our model.
type Indicator struct {
	Name   string `json:"name" validate:"notblank,max=200"`
	Unit   string `json:"unit,omitempty" validate:"max=50"`
	Target string `json:"target,omitempty" validate:"max=200"` // in words: « 40 par an »
}

// Commitment is what an operator of the State undertakes for one project. It
// is our model: the conventions de mobilisation commit operators to the whole
// programme, see programme.Conventions.
type Commitment struct {
	Operator territoires.Operator `json:"operator" validate:"required,operator"`
	Text     string               `json:"text" validate:"notblank,max=2000"`
}

// Cost returns the sum of the cost lines.
func (s *ActionSheet) Cost() territoires.Amount { return total(s.Costs) }

// Financed returns the sum of the financing lines.
func (s *ActionSheet) Financed() territoires.Amount { return total(s.Financing) }

func total(lines []BudgetLine) territoires.Amount {
	var sum territoires.Amount
	for i := range lines {
		sum += lines[i].Amount
	}
	return sum
}
