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
	Kind  string // "région", "département", "commune", "EPCI"
	Cause Cause
	Part  string // the offending part, in English
	Err   error  // ErrSyntax or ErrUnknown

	hint string // code and name of the place that may have been meant; "" for none
}

// Cause says in a word what is wrong with a text.
type Cause string

// The causes.
const (
	CauseMalformed      Cause = "malformed"      // malformed
	CauseZero           Cause = "zero"           // malformed, but a code once a zero is put before it
	CauseUnknown        Cause = "unknown"        // the vintage does not have it, and none of the causes below fits
	CauseVintage        Cause = "vintage"        // of an EPCI: another vintage has it
	CauseCorse          Cause = "corse"          // begins with 20, the number of Corse until 1976
	CauseArrondissement Cause = "arrondissement" // an arrondissement municipal in place of its commune
	CausePart           Cause = "part"           // part of a commune: déléguée, associée, or merged into it
	CauseDepartement    Cause = "departement"    // the code of a département in place of its région
)

// Error says kind, cause and part, in English.
func (e *ParseError) Error() string {
	text := "cog: " + e.Kind
	if e.Err != nil {
		text += " " + e.Err.Error()
	}
	return text + ": " + e.Part
}

// Unwrap returns ErrSyntax or ErrUnknown.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed reports whether the text does not have the form of the code.
func (e *ParseError) Malformed() bool { return errors.Is(e.Err, ErrSyntax) }

// Unknown reports whether the form is right and the vintage has no such code.
func (e *ParseError) Unknown() bool { return errors.Is(e.Err, ErrUnknown) }

func malformed(kind string, cause Cause, part string) *ParseError {
	return &ParseError{Kind: kind, Cause: cause, Part: part, Err: ErrSyntax}
}

func unknown(kind string, cause Cause, part string) *ParseError {
	return &ParseError{Kind: kind, Cause: cause, Part: part, Err: ErrUnknown}
}

// meant adds the place that may have been meant.
func (e *ParseError) meant(code, name string) *ParseError {
	e.hint = code + ", " + name
	return e
}
