package territoires

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

// feature is a territory as an object of GeoJSON (RFC 7946).
type feature struct {
	Type       string     `json:"type"`
	ID         string     `json:"id"`       // of this list or of another
	Geometry   *geometry  `json:"geometry"` // null: unlocated, RFC 7946 section 3.2
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"` // longitude first, section 3.1.1
}

type properties struct {
	Phase        Phase                 `json:"phase"`
	Name         string                `json:"name"`
	Regions      []cog.RegionCode      `json:"regions"`
	Departements []cog.DepartementCode `json:"departements"`
	Members      int                   `json:"member_count"`
	Communes     int                   `json:"commune_count"`
}

// WriteGeoJSON writes territories as a FeatureCollection of points (RFC 7946),
// one feature per line, for any program that draws maps. A territory whose
// point is unknown has no geometry. A point that is not on the Earth is an error.
func WriteGeoJSON(w io.Writer, all iter.Seq[Territory]) error {
	out := bufio.NewWriter(w)
	out.WriteString(`{"type":"FeatureCollection","features":[`)
	sep := "\n"
	for t := range all {
		if !t.Point.valid() {
			return fmt.Errorf("write GeoJSON: %s: %w", t.ID, errPoint)
		}
		b, err := json.Marshal(featureOf(t))
		if err != nil {
			return fmt.Errorf("write GeoJSON: %w", err)
		}
		out.WriteString(sep)
		out.Write(b)
		sep = ",\n"
	}
	out.WriteString("\n]}\n")
	if err := out.Flush(); err != nil { // the first error of any write
		return fmt.Errorf("write GeoJSON: %w", err)
	}
	return nil
}

func featureOf(t Territory) feature {
	f := feature{Type: "Feature", ID: string(t.ID), Properties: properties{
		Phase: t.Phase, Name: t.Name, Regions: listed(t.Regions()), Departements: listed(t.Departements()),
		Members: len(t.Members()), Communes: t.CommuneCount(),
	}}
	if !t.Point.IsZero() {
		f.Geometry = &geometry{Type: "Point", Coordinates: [2]float64{t.Point.Longitude, t.Point.Latitude}}
	}
	return f
}
