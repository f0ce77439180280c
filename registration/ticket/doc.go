// Package ticket makes the parts of a person's ticket: the calendar entry
// ([Entry]), the short code as it is read aloud ([Grouped]) and the QR code that
// the desk scans ([SVG], [PNG], and [Runs] to draw it). Package print draws the
// whole ticket as a PDF.
//
// A QR code contains an address with the short code, never personal data.
package ticket
