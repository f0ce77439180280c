// Package export writes lists of sign-ups as files for organisers ([Write]):
// CSV for other programs, CSV and XLSX for people with French Excel, and
// JSON. [ReadList] reads lists of people, also those that others made. What
// is printed on paper is in package print. Lists are streamed: the memory in
// use does not grow with the number of sign-ups.
//
// The columns are the same in every format: those of [Columns], then the
// interests and the questions of the meeting, unless other columns were
// chosen. CSV and JSON contain codes ("confirmed", "elu", "fr"), instants as
// RFC 3339 in Paris time, and several choices with spaces between them. The
// CSV for French Excel and XLSX contain French words, titles and dates. The
// column party is the code of the sign-up that leads the party: rows with the
// same code came together, and somebody who came alone has their own. The
// column companion_of has that code for companions only.
//
// A spreadsheet executes a cell of a CSV file that begins with = + - @ or a
// control character, so both CSV formats put an apostrophe before it (see
// [Guard]). JSON needs none. In XLSX every cell has a type, and a text is
// never a formula.
package export

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// Format is a format of file. The zero value is none.
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

// ParseFormat returns the format that s names, and false for an unknown name.
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

// FileName is the name of the file for a meeting, in letters that every
// system allows.
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
	// Removed are the ids of questions that people answered and that the
	// meeting no longer asks: see [registration.Desk.RemovedQuestions].
	Removed []string
	// Columns are the names of the columns, in their order; none means those
	// of [Options.Default]. One that is named again is written once.
	Columns []string
}

// Write writes the sign-ups in the order of all. It stops at the first error
// of all or of w and returns it; the file is then incomplete. It returns the
// error of [Options.Check] for an unknown column.
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
