package territoires

import "errors"

// The two ways in which a text does not name something of the programme. A
// [*ParseError] wraps one of them.
var (
	// ErrSyntax says that the text does not have the form asked for.
	ErrSyntax = errors.New("malformed")
	// ErrUnknown says that the form is right and that nothing bears that name.
	ErrUnknown = errors.New("unknown")
)

// ParseError tells why a text could not be read. A malformed text is
// described, never repeated, because people type the wrong thing into the
// right box; a well-formed identifier that names nothing is named.
type ParseError struct {
	Kind string // what was wanted: "territory", "axis", "phase", "date" …
	Part string // the offending part, in English
	Err  error  // ErrSyntax or ErrUnknown
}

// Error says kind, cause and part, in English.
func (e *ParseError) Error() string {
	return "territoires: " + e.Kind + " " + e.Err.Error() + ": " + e.Part
}

// Unwrap returns ErrSyntax or ErrUnknown.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed reports whether the text does not have the form asked for. The parse
// errors of packages sirene and cog have the same two methods, so that one
// interface tells the cases apart in all of them.
func (e *ParseError) Malformed() bool { return errors.Is(e.Err, ErrSyntax) }

// Unknown reports whether the form is right and nothing bears that name.
func (e *ParseError) Unknown() bool { return errors.Is(e.Err, ErrUnknown) }

func malformed(kind, part string) error {
	return &ParseError{Kind: kind, Part: part, Err: ErrSyntax}
}

func unknown(kind, part string) error {
	return &ParseError{Kind: kind, Part: part, Err: ErrUnknown}
}
