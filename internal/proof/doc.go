// Package proof proof-reads for tests what the program shows. It reports faults of
// French typography, and messages that are missing or were not filled in.
// [Misprints] reads a text, [PageMisprints] a whole page. Only tests import it; the
// program typesets its texts by locale.Typeset.
package proof
