package territoires

import (
	"encoding/json"

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
// is left out.
func (t Territory) MarshalJSON() ([]byte, error) {
	out := territoryJSON{
		Phase: t.Phase, ID: string(t.ID), Name: t.Name, Aliases: t.Aliases(), Regions: t.Regions(),
		Departements: t.Departements(), Communes: t.CommuneCount(), Members: t.Members(),
	}
	if !t.Point.IsZero() {
		out.Point = &t.Point
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. It checks the form of the
// identifier, the phase, SIREN and dates. It does not check codes of places, nor
// whether the embedded list has the territory: it may be from another list. On an
// error the receiver is unchanged.
func (t *Territory) UnmarshalJSON(b []byte) error {
	var in territoryJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if in.ID != "" && !validID(in.ID) {
		return malformed("territory", `an identifier is "ti-" and four digits`)
	}
	*t = Territory{Phase: in.Phase, ID: ID(in.ID), Name: in.Name, record: &record{
		regions: in.Regions, departements: in.Departements, members: in.Members, aliases: in.Aliases, communes: in.Communes,
	}}
	if in.Point != nil {
		t.Point = *in.Point
	}
	return nil
}
