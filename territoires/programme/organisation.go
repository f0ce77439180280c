package programme

import (
	"fmt"
	"slices"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// Organisation is one that the programme names, under its name of 2019.
type Organisation struct {
	Key      string               `json:"key"`
	Name     string               `json:"name"` // of 2019
	Kind     OrganisationKind     `json:"kind"`
	Operator territoires.Operator `json:"operator,omitempty"` // "" for all but the four operators
	Services []Service            `json:"services,omitempty"` // what it does for the programme, by date
	Became   []Renaming           `json:"became,omitempty"`   // its later names, by date; none known if empty
	Source   territoires.Source   `json:"source"`
}

// OrganisationKind says what an organisation is. The zero value is not known.
type OrganisationKind string

// The kinds of organisation.
const (
	OperatorKind       OrganisationKind = "operator"    // of the State, with a convention de mobilisation
	AssociationKind    OrganisationKind = "association" // of local authorities or agencies
	AdministrationKind OrganisationKind = "administration"
	ServiceKind        OrganisationKind = "service" // part of another: CNER Expertise is one of CNER, and no operator
)

// Service is something that an organisation does for the programme, in our
// words.
type Service struct {
	Stated  territoires.Date   `json:"stated"` // the day of the source
	French  string             `json:"french"`
	English string             `json:"english"`
	Source  territoires.Source `json:"source"`
}

// Renaming is a later name of an organisation. ANCT, which CGET became, took
// in other bodies as well.
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

// Organisations returns the organisations that the announcement of 16 May 2019
// names, the four operators first.
func Organisations() []Organisation {
	all := slices.Clone(organisations())
	for i := range all {
		all[i].Services, all[i].Became = slices.Clone(all[i].Services), slices.Clone(all[i].Became)
	}
	return all
}

// Conventions returns the conventions of the four operators, signed at the
// assemblée générale of Lyon on 5 March 2019.
func Conventions() []Convention {
	var out []Convention
	for _, o := range territoires.Operators() {
		out = append(out, Convention{o, day(2019, 3, 5), mustSource("localtis-2019-03")})
	}
	return out
}

var organisations = sync.OnceValue(func() []Organisation {
	all, err := readOrganisations()
	data.Must("organisations", err)
	return all
})

// readOrganisations reads the organisations, then what other tables add to
// each. A key that no organisation has is an error.
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
