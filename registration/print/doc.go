// Package print draws what is put on paper, as PDF: the tickets of people
// ([Tickets]) and the documents of organisers, made by [Make]: the list for the
// building's security, the attendance sheet, badges, door signs, the list of who
// came and certificates. A document's fields are what its PDF says, for a page
// that says the same. Files that other programs read are in package export.
//
// Texts are drawn with embedded fonts that have the letters of Latin, Greek and
// Cyrillic scripts. On a ticket a mark stands for every other letter, and the sheet
// says so; on a document a name with such letters is not drawn, and the code of
// the person stands for it.
package print
