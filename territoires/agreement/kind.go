package agreement

// Kind returns "action_sheet".
func (*ActionSheet) Kind() string { return "action_sheet" }

// Kind returns "protocol".
func (*Protocol) Kind() string { return "protocol" }

// Kind returns "contract".
func (*Contract) Kind() string { return "contract" }

// Kind returns "dossier".
func (*Dossier) Kind() string { return "dossier" }
