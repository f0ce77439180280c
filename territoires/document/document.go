// Package document reads and writes the five kinds of document that people of
// the programme exchange as files: action sheets, protocols, contracts,
// dossiers (package agreement) and requests for a VTE (package vte).
//
// [Read] reports everything that is wrong with a file at once, in French and in
// English, with paths. [Write] writes what Read reads. [Schema] is for editors,
// which complete and check by it.
//
// Every function may be called from several goroutines at once.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/validation"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

// Document is one of the documents that files hold: [*agreement.ActionSheet],
// [*agreement.Protocol], [*agreement.Contract], [*agreement.Dossier] or
// [*vte.VTE].
//
// A file is a JSON object with one member, whose name is the kind of document:
//
//	{"contract": {"phase": "I", "territory": "ti-7505", …}}
//
// A member "$schema" beside it is ignored: with it a file names its [Schema] to
// an editor.
//
// Names are those in the json tags of the types. Days are written 2019-03-18,
// dates as [territoires.ParseSpan] reads them, sums of money in euro cents.
// A field whose value is unknown is left out; null is not accepted.
type Document interface {
	// Kind returns the name of the member that holds the document in a file.
	Kind() string
}

// file is the object around a document. The address of the schema is read, and
// never written.
type file struct {
	Schema      string                 `json:"$schema,omitempty"`
	ActionSheet *agreement.ActionSheet `json:"action_sheet,omitempty"`
	Protocol    *agreement.Protocol    `json:"protocol,omitempty"`
	Contract    *agreement.Contract    `json:"contract,omitempty"`
	Dossier     *agreement.Dossier     `json:"dossier,omitempty"`
	VTE         *vte.VTE               `json:"vte,omitempty"`
}

// all lists the five kinds, nil where the file has none.
func (f *file) all() []Document {
	return []Document{f.ActionSheet, f.Protocol, f.Contract, f.Dossier, f.VTE}
}

// one returns the only document of the file.
func (f *file) one() (Document, bool) {
	var found []Document
	for _, d := range f.all() {
		if !reflect.ValueOf(d).IsNil() {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// Read reads a document and validates it. For a file that breaks a rule it
// returns a nil Document and a [*validation.Error] that lists all mistakes of
// form and content, as [validation.ReadJSON] does and within its limits. A file
// of none of the five kinds breaks the rule "document". Other errors are those of
// r.
func Read(r io.Reader) (Document, error) {
	var f file
	var doc Document
	err := validation.ReadJSON(r, &f, func() error {
		var ok bool
		if doc, ok = f.one(); !ok {
			return notOne()
		}
		return validation.Validate(doc)
	})
	if err != nil {
		return nil, aboutKinds(err)
	}
	return doc, nil
}

func notOne() *validation.Error {
	return &validation.Error{Fields: []validation.FieldError{{Rule: "document"}}}
}

// aboutKinds turns errors of unknown names around the document into the rule
// "document", whose parameter lists the five kinds.
func aboutKinds(err error) error {
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return err
	}
	isName := func(f validation.FieldError) bool { return f.Path == "" && f.Rule == "unknown" }
	if slices.ContainsFunc(bad.Fields, isName) {
		bad.Fields = append(notOne().Fields, slices.DeleteFunc(bad.Fields, isName)...)
	}
	return bad
}

// Write writes a document as [Read] reads it, indented, with a final newline. It
// does not validate. But a document that is nil or of none of the five types, and
// one with an invalid identifier or date, cannot be written and is an error. So is
// one with a text that Read refuses (control characters other than tabs and line
// ends, invalid UTF-8) or beyond the limits of Read: its [*validation.Error] says
// where.
func Write(w io.Writer, d Document) error {
	var f file
	switch d := d.(type) {
	case *agreement.ActionSheet:
		f.ActionSheet = d
	case *agreement.Protocol:
		f.Protocol = d
	case *agreement.Contract:
		f.Contract = d
	case *agreement.Dossier:
		f.Dossier = d
	case *vte.VTE:
		f.VTE = d
	default:
		return fmt.Errorf("write document: %T is none of the five kinds", d)
	}
	if _, ok := f.one(); !ok {
		return fmt.Errorf("write document: the %T is nil", d)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(f); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	if err := readable(b.Bytes()); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	return nil
}

// readable returns what [Read] would refuse of a file whatever else is in it. It
// passes over what an unfinished document lacks.
func readable(written []byte) error {
	err := validation.ReadJSON(bytes.NewReader(written), new(file), func() error { return nil })
	bad, ok := errors.AsType[*validation.Error](err)
	if !ok {
		return err
	}
	bad.Fields = slices.DeleteFunc(bad.Fields, func(f validation.FieldError) bool {
		return f.Rule != "text" && f.Rule != "size" && f.Rule != "max"
	})
	if len(bad.Fields) == 0 {
		return nil
	}
	return bad
}
