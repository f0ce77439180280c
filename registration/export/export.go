// Package export writes the sign-ups of a meeting as a file for organisers
// ([Write]): as CSV for other programs, as CSV and XLSX for people with French
// Excel, as JSON. What is put on paper is drawn by package print. Lists are
// streamed: what they hold in memory does not grow with the number of sign-ups,
// but for one short code per party.
//
// The columns are those of [Columns] in every format, then the interests where
// the meeting asks for them, and one for each question: several choices stand as
// ids with spaces between them. CSV and JSON carry codes
// ("confirmed", "elu", "fr") and instants as RFC 3339 in Paris time; the CSV for
// French Excel and XLSX carry French words, titles and dates. party is the code
// of the sign-up that leads the group: one alone leads its own, so rows with
// the same party came together. companion_of is that code for companions only.
//
// A spreadsheet runs a cell of a CSV file that begins with = + - @ or a control
// character: both CSV formats put an apostrophe before it, see [Guard]. JSON
// needs none, and in XLSX every cell is typed: texts are never formulas.
package export

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
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
	Status  []registration.Status // only sign-ups with one of these; none means all
}

// Columns are the names of the columns that every meeting has, in order: the keys of JSON and the
// header of the standard CSV.
func Columns() []string {
	return strings.Fields("code status family_name given_name email organisation function category territory region " +
		"sessions language party companion_of created_at confirmed_at present_at")
}

// Write writes the sign-ups of a meeting, which must come in the order of their
// ids, and more than once: it goes through all of them first for the questions
// that the meeting no longer asks. It stops at the first error of all or of w and returns it; what was
// written until then is not a complete file.
func Write(w io.Writer, f Format, o Options, all iter.Seq2[registration.Signup, error]) error {
	more, err := o.columns(all, locale.For(locale.French).T("words.column.interests"))
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	rows := o.rows(all, more)
	switch f {
	case CSV:
		return writeCSV(w, standard{more}, rows)
	case CSVExcelFR:
		return writeCSV(w, newExcelFR(o.Meeting, more), rows)
	case XLSX:
		return writeXLSX(w, o.Meeting, more, rows)
	case JSON:
		return writeJSON(w, more, rows)
	}
	return fmt.Errorf("export: unknown format %q", f)
}

// row is a sign-up as every format writes it.
type row struct {
	registration.Signup
	status      registration.Status
	territory   string // official name
	region      string // official name of the territory's lead région
	party       string // code of the lead
	companionOf string // code of the lead, "" for the lead
	presentAt   time.Time
	more        []string // the cells of the columns that only some meetings have
}

// rows adds what a sign-up does not say of itself.
func (o Options) rows(all iter.Seq2[registration.Signup, error], more []column) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		leads := map[registration.ID]string{}
		for s, err := range all {
			if err != nil {
				yield(row{}, err)
				return
			}
			if s.ID == s.Party {
				leads[s.ID] = s.Code
			}
			r := newRow(s, leads[s.Party])
			for _, c := range more {
				r.more = append(r.more, c.value(s))
			}
			if len(o.Status) > 0 && !slices.Contains(o.Status, r.status) {
				continue
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func newRow(s registration.Signup, lead string) row {
	r := row{Signup: s, status: s.Status(), party: lead}
	if s.ID != s.Party {
		r.companionOf = lead
	}
	if len(s.Arrivals) > 0 {
		r.presentAt = s.Arrivals[0].At
	}
	if t, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(s.Territory)); ok {
		r.territory = t.Name
		if regions := t.Regions(); len(regions) > 0 {
			region, _ := cog.V2019.Region(regions[0])
			r.region = region.Name
		}
	}
	return r
}

// values returns the cells in the order of the columns, as a program reads them.
func (r row) values() []string {
	return append([]string{
		r.Code, string(r.status), r.FamilyName, r.GivenName, r.Email, r.Organisation, r.Function,
		string(r.Category), r.territory, r.region, strings.Join(r.Sessions(), " "), string(r.Language), r.party, r.companionOf,
		instant(r.CreatedAt), instant(r.AddressConfirmedAt), instant(r.presentAt),
	}, r.more...)
}

// instant writes RFC 3339 with the offset of Paris, nothing for the zero time.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(registration.Paris).Format(time.RFC3339)
}
