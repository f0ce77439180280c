// Command gen rebuilds the embedded tables of the library from what their
// producers publish:
//
//	gen cog DIR     the tables of package cog, from the packages it fetches with npm
//	gen names F     the index of the words in names of communes, from the table beside F
//	gen outline F   the outlines of the régions, from the package that it fetches with npm
//	gen overlaps F  the table of the territories of both phases that share communes
//	gen sums F      the SHA-256 of every table, in the list between the marks of F
//
// go generate runs them in this order. A command fails if a source does not have
// the expected digest or content.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want a command (cog, names, outline, overlaps, sums) and a path")
	}
	switch args[0] {
	case "cog":
		return writeCOG(args[1])
	case "names":
		return writeNames(filepath.Join(filepath.Dir(args[1]), "communes.tsv"), args[1])
	case "outline":
		return writeOutline(args[1])
	case "overlaps":
		return writeOverlaps(args[1])
	case "sums":
		return writeSums(args[1])
	}
	return fmt.Errorf("no command %q", args[0])
}
