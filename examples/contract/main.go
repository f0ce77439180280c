// Command contract validates a contract: the file named on the command line,
// or the draft beside this program, which has four mistakes.
//
//	go run ./examples/contract [FILE]
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/document"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// draft is invented: only its territory and its région exist.
//
//go:embed draft.json
var draft []byte

func main() {
	if len(os.Args) < 2 {
		check(os.Stdout, bytes.NewReader(draft))
		return
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	check(os.Stdout, file)
}

// check prints all mistakes in a document, or when it was signed.
func check(w io.Writer, file io.Reader) {
	doc, err := document.Read(file)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		for _, f := range bad.Fields {
			fmt.Fprintf(w, "%s\n  %s\n", f.Path, f.Message("fr"))
		}
		return
	}
	if err != nil {
		fmt.Fprintln(w, err)
		return
	}
	if c, ok := doc.(*agreement.Contract); ok {
		fmt.Fprintf(w, "contrat de %s, signé le %v\n", c.Territory, c.Signed())
	}
}
