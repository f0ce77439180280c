package territoires

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The bounds of a file that holds a document.
const (
	MaxDocumentSize  = 1 << 20 // bytes
	MaxDocumentDepth = 12      // objects and lists inside one another
	MaxDocumentList  = 1000    // elements of a list; lists of documents have narrower bounds of their own
)

// Document is one of the documents that files hold: [*ActionSheet],
// [*Protocol], [*Contract], [*Dossier] or [*VTE].
//
// A file is a JSON object with one member, whose name is the kind of document:
//
//	{"contract": {"phase": "I", "territory": "ti-7505", …}}
//
// Names are those in the json tags of the types. Days are written 2019-03-18,
// dates as [ParseSpan] reads them, sums of money in euro cents. What is unknown
// is left out; null is not accepted.
type Document interface {
	// Kind returns the name of the member that holds the document in a file.
	Kind() string
}

// Kind returns "action_sheet".
func (*ActionSheet) Kind() string { return "action_sheet" }

// Kind returns "protocol".
func (*Protocol) Kind() string { return "protocol" }

// Kind returns "contract".
func (*Contract) Kind() string { return "contract" }

// Kind returns "dossier".
func (*Dossier) Kind() string { return "dossier" }

// Kind returns "vte".
func (*VTE) Kind() string { return "vte" }

// file is the object around a document.
type file struct {
	ActionSheet *ActionSheet `json:"action_sheet,omitempty"`
	Protocol    *Protocol    `json:"protocol,omitempty"`
	Contract    *Contract    `json:"contract,omitempty"`
	Dossier     *Dossier     `json:"dossier,omitempty"`
	VTE         *VTE         `json:"vte,omitempty"`
}

// one returns the only document of the file.
func (f *file) one() (Document, bool) {
	var found []Document
	if f.ActionSheet != nil {
		found = append(found, f.ActionSheet)
	}
	if f.Protocol != nil {
		found = append(found, f.Protocol)
	}
	if f.Contract != nil {
		found = append(found, f.Contract)
	}
	if f.Dossier != nil {
		found = append(found, f.Dossier)
	}
	if f.VTE != nil {
		found = append(found, f.VTE)
	}
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// ReadDocument reads a document and validates it. A document that breaks a
// rule comes with a nil Document and a [*ValidationError] that lists all that
// is wrong with its form (malformed JSON, unknown or doubled names, wrong
// types, trailing data, too large or too deep) and with its contents. Other
// errors are those of r.
func ReadDocument(r io.Reader) (Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxDocumentSize+1))
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	if len(data) > MaxDocumentSize {
		return nil, invalid("", "size", "1")
	}
	var f file
	dec := newDecoder(data)
	dec.decode(&f)
	doc, ok := f.one()
	if !ok {
		if dec.errs == nil {
			return nil, invalid("", "document", "")
		}
		return nil, &ValidationError{Fields: dec.errs}
	}
	if !dec.broken {
		dec.errs = merge(dec.errs, Validate(doc))
	}
	if dec.errs != nil {
		return nil, &ValidationError{Fields: dec.errs}
	}
	return doc, nil
}

func invalid(path, rule, param string) error {
	return &ValidationError{Fields: []FieldError{{Path: path, Rule: rule, Param: param}}}
}

// merge adds the rules that a document breaks to what is wrong with its form,
// but for fields that were not read: they look empty and are not. A rule across
// fields may still be broken only because one of them was not read.
func merge(form []FieldError, err error) []FieldError {
	bad, ok := errors.AsType[*ValidationError](err)
	if !ok {
		return form
	}
	unread := form
	for _, f := range bad.Fields {
		if !slices.ContainsFunc(unread, func(g FieldError) bool { return covers(f.Path, g.Path) }) {
			form = append(form, f)
		}
	}
	return form
}

// covers reports whether path is the other path or lies below it.
func covers(path, other string) bool {
	rest, ok := strings.CutPrefix(path, other)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// WriteDocument writes a document as [ReadDocument] reads it, indented, with a
// final newline. It does not validate; an identifier that is not valid cannot
// be written and is an error.
func WriteDocument(w io.Writer, d Document) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string]Document{d.Kind(): d}); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	return nil
}
