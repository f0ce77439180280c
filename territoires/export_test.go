package territoires

// ReadTables reads the embedded tables anew, as their first use does.
func ReadTables() (territories int, err error) {
	ix, err := readTables()
	if err != nil {
		return 0, err
	}
	return len(ix.phases[PhaseI]) + len(ix.phases[PhaseII]), nil
}
