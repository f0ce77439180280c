package cog

import "errors"

// The two ways in which a code is wrong. A [*ParseError] wraps one of them.
var (
	// ErrSyntax says that the text does not have the form of the code.
	ErrSyntax = errors.New("malformed")
	// ErrUnknown says that the form is right and that the vintage has no such
	// code.
	ErrUnknown = errors.New("unknown")
)

// ParseError tells why a text is not a code of a vintage. A malformed text is
// described, never repeated: people type the wrong thing into the right box.
// A well-formed code that the vintage does not have is named.
type ParseError struct {
	Kind string // "région", "département", "commune", "EPCI"
	Part string // the offending part, in English
	Err  error  // ErrSyntax or ErrUnknown
}

// Error says kind, cause and part, in English.
func (e *ParseError) Error() string {
	return "cog: " + e.Kind + " " + e.Err.Error() + ": " + e.Part
}

// Unwrap returns ErrSyntax or ErrUnknown.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed reports whether the text does not have the form of the code.
func (e *ParseError) Malformed() bool { return errors.Is(e.Err, ErrSyntax) }

// Unknown reports whether the form is right and the vintage has no such code.
func (e *ParseError) Unknown() bool { return errors.Is(e.Err, ErrUnknown) }

func malformed(kind, part string) error {
	return &ParseError{Kind: kind, Part: part, Err: ErrSyntax}
}

func unknown(kind, part string) error {
	return &ParseError{Kind: kind, Part: part, Err: ErrUnknown}
}
