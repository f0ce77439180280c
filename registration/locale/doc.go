// Package locale gives the words that people read, in French and in English:
// messages from catalogues, dates, hours and numbers as people write them, and
// French typography.
//
// Its own catalogue has the words that several parts of the program show. Words
// that one part shows are in a folder catalogue beside that part, which reads them
// with [With]. Ask a [Catalogue] or [For] for the [Words] of a language, then the
// words for a key:
//
//	w := locale.For("fr")
//	w.T("words.status.confirmed")
//	w.N("words.places_left", 212)
//
// The catalogues are the files catalogue/LANGUAGE/AREA.yaml. The area is the first
// part of each key in the file. No message may be in two files that are read
// together, and no key may be called one, other, id, hash or description, which
// name the parts of a message. French is typed on an ordinary keyboard: no-break
// spaces and the right apostrophes are put in when it is loaded (see [Typeset]).
// Arguments are inserted as they are, for a name is written as its owner writes it.
//
// Everything in the package may be used by many goroutines.
package locale
