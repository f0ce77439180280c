// Package print draws what is put on paper, as PDF: the tickets of people
// ([Tickets]). Files that other programs read are in package export, which also
// has the words of columns and statuses that paper and lists share; what a
// screen shows of a ticket is a page of package web.
//
// Texts are drawn with embedded fonts that have the letters of Latin, Greek and
// Cyrillic scripts. A mark stands for every other letter, and the sheet says so.
package print
