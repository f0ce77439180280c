package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/territoires-industrie/sdk/territoires/document"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

type checkCmd struct {
	Files  []string `arg:"" name:"file" help:"Documents as JSON; - is standard input."`
	Format string   `help:"text or json." enum:"text,json" default:"text"`
}

// checked is the outcome for one file.
type checked struct {
	File   string    `json:"file"`
	Kind   string    `json:"kind,omitempty"` // of the document; empty when it is not valid
	Errors []mistake `json:"errors"`
}

// mistake is a field error with its sentence.
type mistake struct {
	validation.FieldError
	Message string `json:"message"`
}

// Run prints one line per mistake, file:path: message, and returns an error when
// there is one. It stops at a file that cannot be opened.
func (c *checkCmd) Run(out *screen) error {
	all, wrong := []checked{}, 0
	for _, name := range c.Files {
		doc, bad, err := readDocument(name)
		if err != nil {
			return err
		}
		one := list(name, bad, out.lang)
		if bad == nil {
			one.Kind = doc.Kind()
		} else {
			wrong++
		}
		all = append(all, one)
	}
	if err := c.print(out, all); err != nil || wrong == 0 {
		return err
	}
	return fmt.Errorf(out.say("%d of %d documents not valid", "%d document(s) sur %d non valide(s)"), wrong, len(all))
}

// list returns the mistakes of one file, none when bad is nil.
func list(name string, bad *validation.Error, lang string) checked {
	one := checked{File: name, Errors: []mistake{}}
	if bad != nil {
		for _, f := range bad.Fields {
			one.Errors = append(one.Errors, mistake{f, f.Message(lang)})
		}
	}
	return one
}

func (c *checkCmd) print(out *screen, all []checked) error {
	if c.Format == "json" {
		return out.writeJSON(all)
	}
	for _, one := range all {
		if err := printMistakes(out, one); err != nil {
			return err
		}
	}
	return nil
}

func printMistakes(w io.Writer, one checked) error {
	for _, m := range one.Errors {
		where := one.File + ":" + m.Path
		if m.Path == "" {
			where = one.File
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", where, m.Message); err != nil {
			return err
		}
	}
	return nil
}

// readDocument reads a file. The *validation.Error lists the mistakes in the
// document; the error says why the file could not be read.
func readDocument(name string) (document.Document, *validation.Error, error) {
	var in io.Reader = os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		in = f
	}
	doc, err := document.Read(in)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		return nil, bad, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil, nil
}
