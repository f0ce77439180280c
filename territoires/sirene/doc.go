// Package sirene parses and prints the identifiers of SIRENE, the French
// register of enterprises: the [SIREN] of an enterprise, the [SIRET] of one of
// its establishments, the [NAF] code of an activity.
//
// The three are string types that hold the canonical form: digits without
// spaces, and for an activity two digits, a point, two digits, a letter. They
// are compared with ==, used as map keys, and stored in text or SQL columns as
// they are. The zero value "" means no identifier; it is not [SIREN.Valid], is
// stored as NULL and written as an empty text.
//
// [ParseSIREN], [ParseSIRET] and [ParseNAF] accept what people type and paste:
// spaces, line ends and invisible characters anywhere, full-width digits, lower
// case. They check only the form and the check digit; they do not look up in the
// register whether a number is in use. The canonical form is parsed without
// allocating.
//
// The package imports the standard library alone and keeps no state; every
// function may be called from several goroutines at once.
package sirene
