// Package print draws papers as PDF: the tickets of people ([Tickets]) and
// the documents of organisers ([Make]). The documents are the list for the
// building's security, the attendance sheet, badges, door signs, the list of
// arrivals and certificates. The fields of a document hold all that its PDF
// says, so that a page can show the same. Files for other programs are in
// package export.
//
// The embedded fonts have the letters of Latin, Greek and Cyrillic scripts.
// On a ticket every other letter is replaced by a mark, and a line says so.
// On a document a name with such a letter is not drawn at all: the person's
// code stands in its place.
package print
