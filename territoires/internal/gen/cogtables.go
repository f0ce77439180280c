package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// writeCOG writes the four tables of package cog into dir. That package describes
// their format, beside the code that reads them.
func writeCOG(dir string) error {
	files, err := fetch(ofEPT)
	if err != nil {
		return err
	}
	ept, err := read[grouping](files, "ept.json")
	if err != nil {
		return err
	}
	old, err := load(of2019, ept)
	if err != nil {
		return fmt.Errorf("%s: %w", of2019.version, err)
	}
	now, err := load(of2026, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", of2026.version, err)
	}
	if err := sameDivisions(old, now); err != nil {
		return err
	}
	refs, epci := epciTable(old, now)
	communes, err := communeTable(old, now, refs)
	if err != nil {
		return err
	}
	for name, lines := range map[string][]string{
		"regions.tsv": regionTable(old), "departements.tsv": departementTable(old),
		"epci.tsv": epci, "communes.tsv": communes,
	} {
		slices.Sort(lines)
		text := strings.Join(lines, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func regionTable(v *vintage) (lines []string) {
	for _, r := range v.regions {
		lines = append(lines, r.Code+"\t"+r.Nom)
	}
	return lines
}

func departementTable(v *vintage) (lines []string) {
	for _, d := range v.departements {
		lines = append(lines, d.Code+"\t"+d.Region+"\t"+d.Nom)
	}
	return lines
}

// epciTable returns the lines of the groupings of both vintages and, for the table
// of communes, the number of each grouping's line, from 0 and in base 36.
func epciTable(old, now *vintage) (refs map[string]string, lines []string) {
	refs = map[string]string{}
	all := maps.Clone(old.epci)
	maps.Copy(all, now.epci)
	for i, code := range slices.Sorted(maps.Keys(all)) {
		refs[code] = strconv.FormatInt(int64(i), 36)
		a, in2019 := old.epci[code]
		b, in2026 := now.epci[code]
		first := a
		if !in2019 {
			first = b
		}
		line := []string{code, first.Type, first.Nom}
		switch {
		case !in2026:
			line = append(line, "-")
		case !in2019:
			line = append(line, "+")
		default:
			line = change(line, "k", a.Type, b.Type)
			line = change(line, "n", a.Nom, b.Nom)
		}
		lines = append(lines, strings.Join(line, "\t"))
	}
	return refs, lines
}

// change appends key:now to a line if now differs from was.
func change(line []string, key, was, now string) []string {
	if was == now {
		return line
	}
	return append(line, key+":"+now)
}

func communeTable(old, now *vintage, refs map[string]string) (lines []string, err error) {
	all := maps.Clone(now.communes)
	maps.Copy(all, old.communes)
	for code, c := range all {
		a, in2019 := old.communes[code]
		b, in2026 := now.communes[code]
		line := []string{code + c.Nom}
		switch {
		case !in2026:
			line = append(line, old.sirenOf[code]+refs[old.epciOf[code]])
			if line, err = elsewhere(line, "-", code, now); err != nil {
				return nil, err
			}
		case !in2019:
			line = append(line, now.sirenOf[code]+refs[now.epciOf[code]])
			if line, err = elsewhere(line, "+", code, old); err != nil {
				return nil, err
			}
		default:
			// Four islands belong to no EPCI, and the release of 2019 has the SIREN
			// of members only: for these communes those of 2026 are used.
			siren := old.sirenOf[code]
			if siren == "" {
				siren = now.sirenOf[code]
			}
			line = append(line, siren+refs[old.epciOf[code]])
			line = change(line, "n", a.Nom, b.Nom)
			line = change(line, "i", siren, now.sirenOf[code])
			line = change(line, "e", refs[old.epciOf[code]], refs[now.epciOf[code]])
		}
		line = change(line, "t", "", refs[old.eptOf[code]])
		if in2026 && old.eptOf[code] != now.eptOf[code] {
			return nil, fmt.Errorf("commune %s changed its EPT: the table has no room for that", code)
		}
		line = change(line, "a", "", c.Commune)
		if seat := cmp.Or(now.seatName[code], old.seatName[code]); seat != a.Nom && seat != b.Nom {
			line = change(line, "o", "", seat)
		}
		lines = append(lines, strings.Join(line, "\t"))
	}
	return append(lines, partTable(old, now)...), nil
}

// partTable returns the lines of the communes déléguées and associées that are a
// commune in neither vintage, each with the commune of 2026 that it is part of.
func partTable(old, now *vintage) (lines []string) {
	names := maps.Clone(old.formerName)
	maps.Copy(names, now.formerName)
	for code, name := range names {
		in, ok := now.former[code]
		if !ok {
			in = old.former[code]
		}
		if next, ok := now.former[in]; ok {
			in = next
		}
		_, in2019 := old.communes[code]
		_, in2026 := now.communes[code]
		if _, known := now.communes[in]; known && !in2019 && !in2026 {
			lines = append(lines, code+name+"\t\td:"+in)
		}
	}
	return lines
}

// elsewhere completes the line of a commune that the other vintage does not have:
// it adds the commune of the other vintage that the place is part of.
func elsewhere(line []string, key, code string, other *vintage) ([]string, error) {
	in, ok := other.former[code]
	if _, known := other.communes[in]; !ok || !known {
		return nil, fmt.Errorf("commune %s is not in the other vintage, nor what became of it", code)
	}
	return append(line, key+":"+in), nil
}
