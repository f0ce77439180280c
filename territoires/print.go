package territoires

// String identifies the territory in logs and errors: "ti-2701 Auxois Morvan
// (phase I)". It is "" for the zero value.
func (t Territory) String() string {
	if t.ID == "" {
		return t.Name
	}
	return string(t.ID) + " " + t.Name + " (phase " + t.Phase.String() + ")"
}

// String returns name and SIREN.
func (m Member) String() string { return m.Name + " (" + string(m.SIREN) + ")" }

// String returns publisher and address.
func (s Source) String() string { return s.Publisher + ", " + s.URL }

// String returns the name.
func (a Alias) String() string { return a.Name }
