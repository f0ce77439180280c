package main

import "github.com/territoires-industrie/sdk/territoires/document"

type schemaCmd struct {
	Kind string `arg:"" help:"Kind of document: ${enum}." enum:"action_sheet,protocol,contract,dossier,vte"`
}

// Run prints the schema.
func (c *schemaCmd) Run(out *screen) error {
	text, _ := document.Schema(c.Kind)
	_, err := out.Write(text)
	return err
}
