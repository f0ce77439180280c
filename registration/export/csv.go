package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// dialect is a way of writing CSV.
type dialect interface {
	begin() (mark string, comma rune)
	header() []string
	cells(r row) []string // guarded
}

func writeCSV(w io.Writer, d dialect, rows iter.Seq2[row, error]) error {
	mark, comma := d.begin()
	out := bufio.NewWriter(w)
	out.WriteString(mark)
	if err := csvLine(out, comma, d.header()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if err := csvLine(out, comma, d.cells(r)); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// csvLine writes one line of RFC 4180. It keeps every cell as it is, where the
// writer of the standard library changes line ends inside cells. A cell with a
// separator of any dialect is quoted.
func csvLine(w *bufio.Writer, comma rune, cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			w.WriteRune(comma)
		}
		if strings.ContainsAny(cell, "\";,\t\r\n") || strings.TrimSpace(cell) != cell {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		w.WriteString(cell)
	}
	_, err := w.WriteString("\r\n") // also what went wrong before
	return err
}

// standard is RFC 4180: commas, UTF-8 without a mark, lines end with CR LF.
type standard struct{ more []column }

func (standard) begin() (string, rune) { return "", ',' }
func (d standard) header() []string    { return keys(d.more) }

func (standard) cells(r row) []string {
	cells := r.values()
	for i := range cells {
		cells[i] = Guard(cells[i])
	}
	return cells
}

// excelFR is the dialect that French Excel opens by a double click: semicolons,
// a byte order mark for UTF-8, French words, dates in the form it recognises.
type excelFR struct {
	words *locale.Words
	names sessionNames
	more  []column
}

func newExcelFR(m registration.Meeting, more []column) excelFR {
	return excelFR{words: locale.For(locale.French), names: newSessionNames(m), more: more}
}

func (excelFR) begin() (string, rune) { return "\ufeff", ';' }

func (d excelFR) header() []string {
	header := frenchHeader(d.words, d.more)
	for i := range header {
		header[i] = Guard(header[i]) // questions are an organiser's words
	}
	return header
}

func (d excelFR) cells(r row) []string {
	cells := frenchCells(d.words, d.names, d.more, r)
	for i := range cells {
		cells[i] = asText(Guard(cells[i]))
	}
	for i, t := range r.times() {
		if !t.IsZero() {
			cells[firstTime+i] = t.In(registration.Paris).Format("02/01/2006 15:04:05")
		}
	}
	return cells
}

// numeral matches texts that Excel would change by reading them as numbers:
// those with a leading zero, with more digits than it keeps, or with what looks
// like an exponent, as in the short code 3479E764.
var numeral = regexp.MustCompile(`^(0\d+|\d{12,}|\d+[eE]\d+)$`)

// asText makes Excel keep a text of digits as it is, by the one formula that
// gives it back.
func asText(cell string) string {
	if numeral.MatchString(cell) {
		return `="` + cell + `"`
	}
	return cell
}

// firstTime is the first of the three columns that hold instants.
var firstTime = len(Columns()) - 3

// times returns the columns that hold instants.
func (r row) times() [3]time.Time {
	return [3]time.Time{r.CreatedAt, r.AddressConfirmedAt, r.presentAt}
}

func frenchHeader(w *locale.Words, more []column) []string {
	header := Columns()
	for i, c := range header {
		header[i] = w.T("words.column." + c)
	}
	for _, c := range more {
		header = append(header, c.title)
	}
	return header
}

// frenchCells returns the cells as people read them, those of instants empty.
func frenchCells(w *locale.Words, names sessionNames, more []column, r row) []string {
	cells := r.values()
	cells[1] = w.T("words.status." + string(r.status))
	if r.Category != "" {
		cells[7] = w.T("words.category." + string(r.Category))
	}
	cells[10] = names.list(r.Sessions())
	cells[11] = w.T("words.language." + string(r.Language))
	for i := range 3 {
		cells[firstTime+i] = ""
	}
	for i, c := range more {
		if key := "words.answer." + r.more[i]; c.yes && w.Has(key) {
			cells[firstTime+3+i] = w.T(key)
		}
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
