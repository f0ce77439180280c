package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// The list of digests is between these lines of SOURCES.md.
const (
	begin = "<!-- digests -->\n"
	end   = "<!-- end of digests -->\n"
)

// writeSums replaces the list of digests in file by that of the tables, which
// lie beside it and in the data folder of package cog.
func writeSums(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok1 := bytes.Cut(text, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok1 || !ok2 {
		return fmt.Errorf("%s lacks the marks around the digests", file)
	}
	list, err := sums(filepath.Dir(file))
	if err != nil {
		return err
	}
	return os.WriteFile(file, slices.Concat(before, []byte(begin), list, []byte(end), after), 0o644)
}

// sums lists the tables and their digests as rows of a Markdown table.
func sums(dir string) ([]byte, error) {
	own, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return nil, err
	}
	cog, err := filepath.Glob(filepath.Join(dir, "../../cog/data/*.*"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("| table | bytes | SHA-256 |\n|---|---|---|\n")
	for _, name := range slices.Concat(own, cog) {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "| %s | %d | `%x` |\n", filepath.ToSlash(rel), len(text), sha256.Sum256(text))
	}
	return b.Bytes(), nil
}
