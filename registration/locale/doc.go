// Package locale holds the words that people read, in French and in English:
// catalogues of messages, dates, hours and numbers as people write them, and
// the rules of French typography with a checker for them.
//
// Ask [For] for the [Words] of a language, then the words for a key:
//
//	w := locale.For("fr")
//	w.T("words.status.confirmed")
//	w.N("words.places_left", 212)
//
// The catalogues are the files catalogue/LANGUAGE/AREA.yaml. The name of the
// file is the first part of each key in it, so two areas never collide; within
// a file no key may be called one, other, id, hash or description, which name
// the parts of a message. They
// are typed on an ordinary keyboard: no-break spaces and the right apostrophes
// are put in when a French catalogue is loaded (see [Typeset]). Arguments are
// inserted as they are, for a name is written as its owner writes it.
//
// Everything in the package may be used by many goroutines.
package locale
