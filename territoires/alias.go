package territoires

import "slices"

// Alias is another name that a source gives to a territory.
type Alias struct {
	Name   string `json:"name"`
	On     Span   `json:"on"` // when the source used it
	Source Source `json:"source"`
}

// Aliases returns the other names of the territory, with their sources, in
// the order in which they came up.
func (t Territory) Aliases() []Alias {
	if t.record == nil {
		return nil
	}
	return slices.Clone(t.record.aliases)
}
