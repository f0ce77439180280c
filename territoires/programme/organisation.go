package programme

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Organisation is an organisation of the programme, under its name of 2019.
type Organisation struct {
	Key      string               `json:"key"`
	Name     string               `json:"name"` // of 2019
	Kind     OrganisationKind     `json:"kind"`
	Operator territoires.Operator `json:"operator,omitempty"` // "" for all but the four operators
	Services []Service            `json:"services,omitempty"` // what it does for the programme, by date
	Became   []Renaming           `json:"became,omitempty"`   // its later names, by date; none known if empty
	Source   territoires.Source   `json:"source"`
}

// OrganisationKind says what an organisation is. The zero value is unknown.
type OrganisationKind string

// The kinds of organisation.
const (
	OrganisationOperator       OrganisationKind = "operator"    // of the State, with a convention de mobilisation
	OrganisationAssociation    OrganisationKind = "association" // of local authorities or agencies
	OrganisationAdministration OrganisationKind = "administration"
	OrganisationService        OrganisationKind = "service" // part of another: CNER Expertise is one of CNER, and no operator
)

// Service is something that an organisation does for the programme, in our
// words.
type Service struct {
	Stated  territoires.Date   `json:"stated"` // the day of the source
	French  string             `json:"french"`
	English string             `json:"english"`
	Source  territoires.Source `json:"source"`
}

// Renaming is a later name of an organisation. It may have merged with others
// under that name: CGET became ANCT together with other bodies.
type Renaming struct {
	Name   string             `json:"name"`
	On     territoires.Span   `json:"on"`
	Source territoires.Source `json:"source"`
}

// Convention is a convention de mobilisation by which an operator committed
// itself to the programme.
type Convention struct {
	Operator territoires.Operator `json:"operator"`
	Signed   territoires.Date     `json:"signed"`
	Source   territoires.Source   `json:"source"`
}

// Organisations yields the organisations that the announcement of 16 May 2019
// names, the four operators first.
func Organisations() iter.Seq[Organisation] {
	return func(yield func(Organisation) bool) {
		for _, o := range organisations() {
			o.Services, o.Became = slices.Clone(o.Services), slices.Clone(o.Became)
			if !yield(o) {
				return
			}
		}
	}
}

// OrganisationOf returns the organisation of an operator, and false if op is not one
// of the four.
func OrganisationOf(op territoires.Operator) (Organisation, bool) {
	for o := range Organisations() {
		if o.Operator != "" && o.Operator == op {
			return o, true
		}
	}
	return Organisation{}, false
}

// NameOn returns the name of the organisation on a day, as far as sources date its
// names: the name of 2019 until the first renaming, then each later name from the
// first day on which it is certain.
func (o Organisation) NameOn(d territoires.Date) string {
	name := o.Name
	for _, r := range o.Became {
		if r.On.By(d) {
			name = r.Name
		}
	}
	return name
}

// String returns the name of 2019.
func (o Organisation) String() string { return o.Name }

// Conventions yields the conventions of the four operators that were signed by a
// day; for the zero Date it yields all. They were signed at the assemblée générale
// of Lyon on 5 March 2019.
func Conventions(asOf territoires.Date) iter.Seq[Convention] {
	return func(yield func(Convention) bool) {
		signed := day(2019, 3, 5)
		if !known(territoires.OnDay(signed), asOf) {
			return
		}
		for _, o := range territoires.Operators() {
			if !yield(Convention{o, signed, mustSource("localtis-2019-03")}) {
				return
			}
		}
	}
}

var organisations = sync.OnceValue(func() []Organisation {
	all, err := readOrganisations()
	data.Must("organisations", err)
	return all
})

// readOrganisations reads the organisations, then what other tables add to each. It
// returns an error for a key in these tables that no organisation has.
func readOrganisations() ([]Organisation, error) {
	var all []Organisation
	err := data.Rows(data.Organisations, 5, func(f []string) error {
		src, err := source(f[4])
		all = append(all, Organisation{Key: f[0], Name: f[1], Kind: OrganisationKind(f[2]), Operator: territoires.Operator(f[3]), Source: src})
		return err
	})
	if err != nil {
		return nil, err
	}
	find := func(key string) (*Organisation, error) {
		i := slices.IndexFunc(all, func(o Organisation) bool { return o.Key == key })
		if i < 0 {
			return nil, fmt.Errorf("no organisation %q", key)
		}
		return &all[i], nil
	}
	err = data.Rows(data.Services, 5, func(f []string) error {
		o, err := find(f[0])
		if err != nil {
			return err
		}
		on, err := territoires.ParseDate(f[1])
		if err != nil {
			return err
		}
		src, err := source(f[4])
		o.Services = append(o.Services, Service{on, f[2], f[3], src})
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, data.Rows(data.Renamings, 4, func(f []string) error {
		o, err := find(f[0])
		if err != nil {
			return err
		}
		on, err := territoires.ParseSpan(f[2])
		if err != nil {
			return err
		}
		src, err := source(f[3])
		o.Became = append(o.Became, Renaming{f[1], on, src})
		return err
	})
}
