// Package locale gives the words that people read, in French and in English:
// messages from catalogues, dates, hours and numbers as people write them, and
// French typography.
//
// Its own catalogue has the words that several parts of the program show. A part
// with words of its own has them in a folder catalogue beside its code, and reads
// them by [With]. Get the [Words] of a language from a [Catalogue] or from [For],
// then a message by its key:
//
//	w := locale.For("fr")
//	w.T("words.status.confirmed")
//	w.N("words.places_left", 212)
//
// The catalogues are the files catalogue/LANGUAGE/AREA.yaml. The area is the first
// part of each key in the file. No message may be in two files that are read
// together. No key may be called one, other, id, hash or description: these name
// the parts of a message. French is typed on an ordinary keyboard; [Typeset] puts
// in no-break spaces and apostrophes when a catalogue is loaded. Arguments are
// inserted as they are, so that names stay as people write them.
//
// Everything in the package may be used by many goroutines.
package locale
