package document_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// The plain types mirror Contract and what it holds: same fields, tags of
// validator/v10 alone. They are what Validate is measured against.
type plainContract struct {
	Phase         int              `json:"phase" validate:"required"`
	Territory     string           `json:"territory" validate:"required"`
	TerritoryName string           `json:"territory_name,omitempty" validate:"max=200"`
	Regions       []string         `json:"regions" validate:"required,min=1,max=4,unique,dive,len=2"`
	Term          plainTerm        `json:"term"`
	Signatories   []plainSignatory `json:"signatories" validate:"required,min=1,max=200,dive"`
	Sheets        []plainSheet     `json:"sheets,omitempty" validate:"max=200,dive"`
	Amendments    []plainAmendment `json:"amendments,omitempty" validate:"max=50,dive"`
}

type plainTerm struct {
	First int `json:"first" validate:"min=2018,max=2100"`
	Last  int `json:"last" validate:"min=2018,max=2100"`
}

type plainAmendment struct {
	Subject string    `json:"subject" validate:"required,max=2000"`
	Signed  plainSpan `json:"signed,omitzero" validate:"-"`
}

type plainSignatory struct {
	Kind         string             `json:"kind" validate:"required"`
	Name         string             `json:"name" validate:"required,max=200"`
	SIREN        string             `json:"siren,omitempty" validate:"omitempty,len=9,numeric"`
	Region       string             `json:"region,omitempty"`
	Operator     string             `json:"operator,omitempty"`
	ActsFor      []string           `json:"acts_for,omitempty" validate:"max=100,unique,dive,len=9,numeric"`
	Capacity     string             `json:"capacity,omitempty" validate:"max=300"`
	Deliberation *plainDeliberation `json:"deliberation,omitempty"`
	Signed       plainSpan          `json:"signed,omitzero" validate:"-"`
}

type plainDeliberation struct {
	On     plainSpan `json:"on" validate:"required"`
	Number string    `json:"number,omitempty" validate:"max=100"`
}

type plainDate struct{ Year, Month, Day int }

type plainSpan struct{ From, To plainDate }

type plainSheet struct {
	Phase       int               `json:"phase" validate:"required"`
	Territory   string            `json:"territory" validate:"required"`
	Title       string            `json:"title" validate:"required,max=300"`
	Axes        []string          `json:"axes" validate:"required,min=1,max=9,unique"`
	Owners      []string          `json:"owners" validate:"required,min=1,max=50,dive,required,max=200"`
	Description string            `json:"description,omitempty" validate:"max=20000"`
	Stakes      string            `json:"stakes,omitempty" validate:"max=20000"`
	Diagnosis   string            `json:"diagnosis,omitempty" validate:"max=20000"`
	Version     plainDate         `json:"version,omitzero" validate:"-"`
	Partners    []string          `json:"partners,omitempty" validate:"max=100,dive,required,max=200"`
	Costs       []plainLine       `json:"costs,omitempty" validate:"max=200,dive"`
	Financing   []plainLine       `json:"financing,omitempty" validate:"max=200,dive"`
	Starts      plainDate         `json:"starts,omitzero" validate:"-"`
	Ends        plainDate         `json:"ends,omitzero" validate:"-"`
	Indicators  []plainIndicator  `json:"indicators,omitempty" validate:"max=50,dive"`
	Commitments []plainCommitment `json:"commitments,omitempty" validate:"max=50,dive"`
}

type plainLine struct {
	Label  string `json:"label" validate:"required,max=200"`
	Amount int64  `json:"amount" validate:"min=0,max=10000000000000"`
}

type plainIndicator struct {
	Name   string `json:"name" validate:"required,max=200"`
	Unit   string `json:"unit,omitempty" validate:"max=50"`
	Target string `json:"target,omitempty" validate:"max=200"`
}

type plainCommitment struct {
	Operator string `json:"operator" validate:"required"`
	Text     string `json:"text" validate:"required,max=2000"`
}

// plain copies a contract into the plain types, in full: what it left out, the
// validator alone would not have to look at.
func plain(c *agreement.Contract) *plainContract {
	p := &plainContract{
		Phase: int(c.Phase), Territory: string(c.Territory), TerritoryName: c.TerritoryName, Term: plainTerm(c.Term),
	}
	for _, r := range c.Regions {
		p.Regions = append(p.Regions, string(r))
	}
	for _, s := range c.Signatories {
		q := plainSignatory{Kind: string(s.Kind), Name: s.Name, SIREN: string(s.SIREN), Region: string(s.Region), Operator: string(s.Operator), Capacity: s.Capacity, Signed: plainSpanOf(s.Signed)}
		if s.Deliberation != nil {
			q.Deliberation = &plainDeliberation{On: plainSpanOf(s.Deliberation.On), Number: s.Deliberation.Number}
		}
		for _, member := range s.ActsFor {
			q.ActsFor = append(q.ActsFor, string(member))
		}
		p.Signatories = append(p.Signatories, q)
	}
	for _, s := range c.Sheets {
		p.Sheets = append(p.Sheets, plainSheetOf(s))
	}
	for _, a := range c.Amendments {
		p.Amendments = append(p.Amendments, plainAmendment{a.Subject, plainSpanOf(a.Signed)})
	}
	return p
}

func plainSheetOf(s agreement.ActionSheet) plainSheet {
	q := plainSheet{
		Phase: int(s.Phase), Territory: string(s.Territory), Title: s.Title, Owners: s.Owners, Description: s.Description, Stakes: s.Stakes,
		Diagnosis: s.Diagnosis, Version: plainDateOf(s.Version), Partners: s.Partners, Starts: plainDateOf(s.Starts), Ends: plainDateOf(s.Ends),
	}
	for _, a := range s.Axes {
		q.Axes = append(q.Axes, string(a))
	}
	for _, l := range s.Costs {
		q.Costs = append(q.Costs, plainLine{l.Label, int64(l.Amount)})
	}
	for _, l := range s.Financing {
		q.Financing = append(q.Financing, plainLine{l.Label, int64(l.Amount)})
	}
	for _, i := range s.Indicators {
		q.Indicators = append(q.Indicators, plainIndicator(i))
	}
	for _, c := range s.Commitments {
		q.Commitments = append(q.Commitments, plainCommitment{string(c.Operator), c.Text})
	}
	return q
}

func plainSpanOf(s territoires.Span) plainSpan {
	return plainSpan{plainDateOf(s.From), plainDateOf(s.To)}
}

func plainDateOf(d territoires.Date) plainDate { return plainDate{d.Year, int(d.Month), d.Day} }

// largeContract has the size of a real one: 22 parties, 30 sheets.
func largeContract() *agreement.Contract {
	c := sample.Contract()
	for range 15 {
		c.Signatories = append(c.Signatories, agreement.Signatory{Kind: agreement.SignatoryCompany, Name: "Entreprise", Signed: sample.On("2019-07-15")})
	}
	for range 29 {
		c.Sheets = append(c.Sheets, sample.Sheet())
	}
	return c
}

func BenchmarkValidateContract(b *testing.B) {
	c := largeContract()
	p := plain(c)
	alone := validator.New(validator.WithRequiredStructEnabled())
	b.Run("validator", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := alone.Struct(p); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("territoires", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := validation.Validate(c); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestValidateCost holds Validate, cross-field rules included, to 1.2 times
// what validator/v10 takes alone. The two take turns, and the median of what one
// takes of the other in turns next to each other counts, so that a busy machine
// slows neither more than the other.
func TestValidateCost(t *testing.T) {
	if testing.Short() || sample.Race {
		t.Skip("measures time")
	}
	c := largeContract()
	p := plain(c)
	alone := validator.New(validator.WithRequiredStructEnabled())
	const turnLength = 4 // short, so that many turns pass without an interruption
	took := func(validate func(any) error, x any) time.Duration {
		start := time.Now()
		for range turnLength {
			if err := validate(x); err != nil {
				t.Fatal(err)
			}
		}
		return time.Since(start)
	}
	var ratios []float64
	for range 2000 {
		plainly := took(alone.Struct, p)
		ratios = append(ratios, float64(took(validation.Validate, c))/float64(plainly))
	}
	slices.Sort(ratios)
	ratio := ratios[len(ratios)/2]
	t.Logf("territoires takes %.2f times as long as validator/v10", ratio)
	if ratio > 1.2 {
		t.Errorf("Validate takes %.2f times as long as validator/v10 alone; want at most 1.2", ratio)
	}
}
