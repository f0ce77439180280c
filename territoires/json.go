package territoires

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// territoryJSON is a territory as it is written.
type territoryJSON struct {
	Phase        Phase                 `json:"phase"`
	ID           string                `json:"id"` // of this list or of another
	Name         string                `json:"name"`
	Aliases      []Alias               `json:"aliases,omitempty"`
	Regions      []cog.RegionCode      `json:"regions"`
	Departements []cog.DepartementCode `json:"departements"`
	Communes     int                   `json:"commune_count"`
	Point        *Point                `json:"point,omitempty"`
	Members      []Member              `json:"members"`
}

// MarshalJSON writes the territory with all its lists; a point that is unknown
// is left out. What UnmarshalJSON refuses is an error.
func (t Territory) MarshalJSON() ([]byte, error) {
	out := territoryJSON{
		Phase: t.Phase, ID: string(t.ID), Name: t.Name, Aliases: t.Aliases(), Regions: listed(t.Regions()),
		Departements: listed(t.Departements()), Communes: t.CommuneCount(), Members: listed(t.Members()),
	}
	if !t.Point.IsZero() {
		out.Point = &t.Point
	}
	if err := out.check(); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// listed returns the list, which JSON writes as [] when it is empty.
func listed[T any](all []T) []T { return append([]T{}, all...) }

// UnmarshalJSON reads what MarshalJSON writes. It checks the form of the
// identifier, the phase, codes, numbers and dates. It does not check whether there
// are such places, nor whether the embedded list has the territory: it may be from
// another list. On an error, and for null, the receiver is unchanged.
func (t *Territory) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var in territoryJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	*t = Territory{Phase: in.Phase, ID: ID(in.ID), Name: in.Name, record: &record{
		regions: in.Regions, departements: in.Departements, members: in.Members, aliases: in.Aliases, communes: in.Communes,
	}}
	if in.Point != nil {
		t.Point = *in.Point
	}
	return nil
}

// check requires an identifier and codes of places in their form, and writes codes as
// Insee does. It requires a number of communes that is one, and a point on the Earth.
func (in *territoryJSON) check() error {
	if in.ID != "" && !validID(in.ID) {
		return malformed("territory", `an identifier is "ti-" and four digits`)
	}
	for i := range in.Regions {
		if err := form(&in.Regions[i], cog.V2026.ParseRegion); err != nil {
			return err
		}
	}
	for i := range in.Departements {
		if err := form(&in.Departements[i], cog.V2026.ParseDepartement); err != nil {
			return err
		}
	}
	for i := range in.Members {
		c := &in.Members[i].Commune
		if *c == "" {
			continue
		}
		if err := form(c, cog.V2026.ParseCommune); err != nil {
			return err
		}
	}
	switch {
	case in.Communes < 0:
		return fmt.Errorf("territoires: number of communes %w: it is negative", ErrSyntax)
	case in.Point != nil && !in.Point.valid():
		return errPoint
	}
	return nil
}

var errPoint = fmt.Errorf("territoires: point %w: it is not on the Earth", ErrSyntax)

// form tidies a code, and returns the error of its parser if it is malformed. A
// code that the COG does not have may be of another list.
func form[C ~string](code *C, parse func(string) (C, error)) error {
	*code = C(strings.ToUpper(tidy(string(*code))))
	_, err := parse(string(*code))
	if wrong, ok := errors.AsType[*cog.ParseError](err); ok && wrong.Malformed() {
		return err
	}
	return nil
}
