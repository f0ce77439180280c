package main

import (
	"bytes"
	"os"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
)

type exportCmd struct {
	selection
	Format string `help:"csv (ANCT's columns, one line per member), json or geojson (points)." enum:"csv,json,geojson" default:"csv"`
	Output string `help:"File to write instead of standard output." short:"o" placeholder:"FILE"`
}

// Run writes the selected territories. It formats all of them before it writes
// anything.
func (c *exportCmd) Run(out *screen) error {
	all, err := c.territories()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	to := &screen{Writer: &b}
	switch c.Format {
	case "csv":
		err = territoires.WriteCSV(to, all)
	case "geojson":
		err = territoires.WriteGeoJSON(to, all)
	case "json":
		err = to.writeJSON(slices.AppendSeq([]territoires.Territory{}, all))
	}
	if err != nil {
		return err
	}
	if c.Output != "" {
		return os.WriteFile(c.Output, b.Bytes(), 0o644)
	}
	_, err = b.WriteTo(out)
	return err
}
