package sirene

import "errors"

// The two ways in which an identifier is wrong. A [*ParseError] wraps one of
// them.
var (
	// ErrSyntax says that the text does not have the form of the identifier.
	ErrSyntax = errors.New("malformed")
	// ErrChecksum says that the form is right and the check digit wrong: most
	// often one digit was mistyped or two were swapped.
	ErrChecksum = errors.New("wrong check digit")
)

// Cause says in a word what is wrong with a text.
type Cause string

// The causes.
const (
	CauseCharacter Cause = "character" // a character that is not a digit or, at the end of a NAF, not a letter
	CauseShort     Cause = "short"     // too few characters
	CauseLong      Cause = "long"      // too many characters
	CauseSIREN     Cause = "siren"     // of a SIRET: nine digits, the length of a SIREN
	CauseSIRET     Cause = "siret"     // of a SIREN: the fourteen digits of a SIRET
	CauseChecksum  Cause = "checksum"  // the number of digits is right, the check digit wrong
)

// ParseError tells what part of a text kept it from being an identifier. It
// never holds the text itself: the SIREN of a sole trader identifies a person.
type ParseError struct {
	Kind  string // "SIREN", "SIRET" or "NAF"
	Cause Cause
	Part  string // the offending part, such as "character 4"; in English
	Err   error  // ErrSyntax or ErrChecksum
}

// Error says kind, cause and part, in English.
func (e *ParseError) Error() string {
	text := "sirene: " + e.Kind
	if e.Err != nil {
		text += " " + e.Err.Error()
	}
	return text + ": " + e.Part
}

// Unwrap returns ErrSyntax or ErrChecksum.
func (e *ParseError) Unwrap() error { return e.Err }

// Malformed is always true. The package has no list of the numbers in use, so
// every error is one of form, a wrong check digit included.
func (e *ParseError) Malformed() bool { return true }

// Unknown is always false, see [ParseError.Malformed].
func (e *ParseError) Unknown() bool { return false }
