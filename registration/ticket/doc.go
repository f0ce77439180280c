// Package ticket makes what a person carries to a meeting: the calendar entry
// ([Entry]), the short code as it is read aloud ([Grouped]) and the QR code
// that the desk scans ([SVG], [Runs] to draw it). Package print draws the whole as
// a PDF.
//
// A QR code holds an address with the short code in it, never personal data.
package ticket
