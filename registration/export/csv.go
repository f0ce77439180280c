package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// dialect is a way of writing CSV.
type dialect interface {
	begin() (mark string, comma rune)
	header() []string
	cells(r row) []string
}

func writeCSV(w io.Writer, d dialect, rows iter.Seq2[row, error]) error {
	mark, comma := d.begin()
	if _, err := io.WriteString(w, mark); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = comma, true
	if err := out.Write(d.header()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		cells := d.cells(r)
		for i := range cells {
			cells[i] = guard(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// formula are the characters with which a spreadsheet takes a cell for a
// formula: ASVS 5.0, 1.2.10.
const formula = "=+-@\t\r\x00"

// guard puts an apostrophe before a text that a spreadsheet would run. Nothing
// is lost: [Unguard] removes exactly what guard added, because a text that
// already has apostrophes before such a character gets one more. Any other
// text, also one that begins with an apostrophe, is left as it is.
func guard(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte(formula, rest[0]) >= 0 {
		return "'" + s
	}
	return s
}

// Unguard returns the text of a cell of one of our CSV files as it was typed.
func Unguard(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != cell && rest != "" && strings.IndexByte(formula, rest[0]) >= 0 {
		return cell[1:]
	}
	return cell
}

// standard is RFC 4180: commas, UTF-8 without a mark, lines end with CR LF.
type standard struct{}

func (standard) begin() (string, rune) { return "", ',' }
func (standard) header() []string      { return Columns() }
func (standard) cells(r row) []string  { return r.values() }

// excelFR is what French Excel opens by a double click: semicolons, a mark
// that says UTF-8, French words, dates that it takes for dates.
type excelFR struct {
	words *locale.Words
	names sessionNames
}

func newExcelFR(m registration.Meeting) excelFR {
	return excelFR{words: locale.For(locale.French), names: newSessionNames(m)}
}

func (excelFR) begin() (string, rune) { return "\ufeff", ';' }

func (d excelFR) header() []string { return frenchHeader(d.words) }

func (d excelFR) cells(r row) []string {
	cells := frenchCells(d.words, d.names, r)
	for i, t := range r.times() {
		if !t.IsZero() {
			cells[len(cells)-3+i] = t.In(registration.Paris).Format("02/01/2006 15:04:05")
		}
	}
	return cells
}

// times returns the last three columns.
func (r row) times() [3]time.Time {
	return [3]time.Time{r.CreatedAt, r.AddressConfirmedAt, r.presentAt}
}

func frenchHeader(w *locale.Words) []string {
	header := Columns()
	for i, c := range header {
		header[i] = w.T("words.column." + c)
	}
	return header
}

// frenchCells returns the cells as people read them, the last three empty.
func frenchCells(w *locale.Words, names sessionNames, r row) []string {
	cells := r.values()
	cells[1] = w.T("words.status." + string(r.status))
	if r.Category != "" {
		cells[7] = w.T("words.category." + string(r.Category))
	}
	cells[10] = names.list(r.Sessions())
	cells[11] = w.T("words.language." + string(r.Language))
	for i := range 3 {
		cells[len(cells)-3+i] = ""
	}
	return cells
}

// sessionNames are the titles of a meeting's sessions.
type sessionNames map[string]string

func newSessionNames(m registration.Meeting) sessionNames {
	names := sessionNames{}
	for _, s := range m.Sessions {
		names[string(s.ID)] = s.Title.FR
		names[string(s.ID)+"?"] = s.Title.FR + " (en attente)"
	}
	return names
}

// list writes sessions by their titles; one that the meeting no longer has, by
// its id.
func (n sessionNames) list(ids []string) string {
	titles := make([]string, len(ids))
	for i, id := range ids {
		if titles[i] = n[id]; titles[i] == "" {
			titles[i] = id
		}
	}
	return strings.Join(titles, ", ")
}
