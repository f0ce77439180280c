// Package proof reads what the program shows as a proof-reader would, for tests:
// French typography, and messages that are missing or were not filled in.
// [Misprints] reads a text, [PageMisprints] a whole page. What sets texts in the
// first place is locale.Typeset; no program links this package.
package proof
