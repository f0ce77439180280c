// Package export writes lists of sign-ups as files for organisers ([Write]): as
// CSV for other programs, as CSV and XLSX for people with French Excel, as JSON.
// What is put on paper is drawn by package print. Lists are streamed: what they
// hold in memory does not grow with the number of sign-ups.
//
// The columns are those of [Columns] in every format, with the interests and the
// questions of the meeting after them, or those that were chosen. CSV and JSON
// carry codes ("confirmed", "elu", "fr") and instants as RFC 3339 in Paris time,
// several choices with spaces between them; the CSV for French Excel and XLSX
// carry French words, titles and dates. party is the code of the sign-up that
// leads the group: one alone leads its own, so rows with the same party came
// together. companion_of is that code for companions only.
//
// A spreadsheet runs a cell of a CSV file that begins with = + - @ or a control
// character: both CSV formats put an apostrophe before it, see [Guard]. JSON
// needs none, and in XLSX every cell is typed: texts are never formulas.
//
// [ReadList] reads lists of people back, those that others made included.
package export

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// Format is a form of file. The zero value is none.
type Format string

// The formats.
const (
	CSV        Format = "csv"          // RFC 4180, UTF-8: for programs and open data
	CSVExcelFR Format = "csv-excel-fr" // opens in French Excel by a double click
	XLSX       Format = "xlsx"
	JSON       Format = "json" // one array of objects
)

// Formats lists the formats.
func Formats() []Format { return []Format{CSV, CSVExcelFR, XLSX, JSON} }

// ParseFormat returns the format of s, and false if there is none.
func ParseFormat(s string) (Format, bool) { return Format(s), slices.Contains(Formats(), Format(s)) }

// ContentType is the media type of a file.
func (f Format) ContentType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSON:
		return "application/json"
	}
	return "text/csv; charset=utf-8"
}

// FileName is a safe name for the file of a meeting.
func (f Format) FileName(m registration.Meeting) string {
	ext := map[Format]string{CSV: ".csv", CSVExcelFR: "-excel.csv", XLSX: ".xlsx", JSON: ".json"}[f]
	return "inscriptions-" + strings.Map(safe, m.Slug) + ext
}

func safe(r rune) rune {
	if r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
		return r
	}
	return '_'
}

// Options say what is written.
type Options struct {
	Meeting registration.Meeting
	// Removed are the questions that people answered and the meeting no longer
	// asks: see [registration.Desk.RemovedQuestions].
	Removed []string
	// Columns are the names of the columns, in order; none means
	// [Options.Default].
	Columns []string
}

// Write writes the sign-ups in their order. It stops at the first error of all
// or of w and returns it; what was written until then is not a complete file.
// An unknown column is an error, see [Options.Check].
func Write(w io.Writer, f Format, o Options, all iter.Seq2[registration.Entry, error]) error {
	if err := o.Check(); err != nil {
		return err
	}
	t := o.table(f)
	var err error
	switch f {
	case CSV, CSVExcelFR:
		err = writeCSV(w, f, t, all)
	case XLSX:
		err = writeXLSX(w, t, all)
	case JSON:
		err = writeJSON(w, t, all)
	default:
		err = fmt.Errorf("unknown format %q", f)
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
