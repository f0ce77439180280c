package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The bounds of a list that is read.
const (
	MaxListBytes = 10 << 20
	MaxListRows  = 2000 // the header not counted
	maxColumns   = 200
	maxCell      = 5000    // characters
	maxCommas    = 1 << 14 // separators in a row of a CSV file, most of them at its end: a spreadsheet has so many columns
)

// List is a file that was read: a header and rows, with the texts that people
// see. The apostrophes that [Write] puts before formulas are removed.
type List struct {
	Form   string    `json:"form"`            // csv or xlsx
	Chars  string    `json:"chars,omitempty"` // of a CSV file: utf-8, utf-16 or windows-1252
	Comma  string    `json:"comma,omitempty"` // of a CSV file: what separates its cells
	Header []string  `json:"header"`
	Rows   []ListRow `json:"rows"`
}

// ListRow is one row, with as many cells as the header. Empty rows are left
// out.
type ListRow struct {
	Line  int      `json:"line"` // line of the file, counted from 1, header included
	Cells []string `json:"cells"`
}

// ListError is why a file cannot be read.
type ListError struct {
	Line  int    // 0 for the whole file
	Rule  string // the key of the sentence in the catalogues of pages, one of those in Error
	Param string // what the sentence names: a number, a cell
}

// Error says in English what is wrong, for logs and commands.
func (e *ListError) Error() string {
	text := map[string]string{
		"empty":   "the file has no rows",
		"kind":    "the file is neither CSV nor XLSX",
		"old":     "the workbook is of the old form .xls, or has a password: save it as .xlsx or CSV, without one",
		"size":    "the file is larger than " + e.Param + " MB",
		"chars":   "a character cannot be read: save the file as CSV UTF-8",
		"quote":   "a quotation mark is opened and never closed, or stands in the middle of a cell",
		"rows":    "the file has more than " + e.Param + " rows: cut it in two",
		"columns": "the row has more cells than the header",
		"wide":    "the file has more than " + e.Param + " columns",
		"cell":    "a cell has more than " + e.Param + " characters",
		"formula": "the cell " + e.Param + " holds a formula: copy the column and paste its values",
		"damaged": "the workbook is damaged, or far larger than it looks: save it anew, or as CSV",
	}[e.Rule]
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// ReadList reads a CSV file, or the first sheet of an XLSX workbook. It
// recognises the format by the content. CSV may be in UTF-8, UTF-16 or
// Windows-1252, with semicolons, commas or tabs; the first line shows which.
// Rows of one cell above a wider header are the title of the list, and left out.
// If the content cannot be read, the error is a [*ListError].
func ReadList(r io.Reader) (List, error) {
	file, err := io.ReadAll(io.LimitReader(r, MaxListBytes+1))
	if err != nil {
		return List{}, fmt.Errorf("read list: %w", err)
	}
	var l *reader
	switch {
	case len(file) > MaxListBytes:
		return List{}, &ListError{Rule: "size", Param: strconv.Itoa(MaxListBytes >> 20)}
	case bytes.HasPrefix(file, []byte("PK")):
		l, err = readXLSX(file)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return List{}, &ListError{Rule: "old"}
	default:
		l, err = readCSV(file)
	}
	if err != nil {
		return List{}, err
	}
	if len(l.Rows) == 0 {
		return List{}, &ListError{Rule: "empty"}
	}
	return l.List, nil
}

// reader builds a list from rows.
type reader struct {
	List
	headerLine int // line of the header
	size       int // bytes of the cells where the list waits to be imported
}

// maxTitles is how many rows of one cell, above the header, are taken for the title
// of the list.
const maxTitles = 5

// add adds a row. The first row becomes the header, unless it is the title of the list.
func (l *reader) add(line int, cells []string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(l.Header) == 1 && len(cells) > 1 && len(l.Rows) < maxTitles {
		l.Header, l.Rows = nil, nil
	}
	width := len(l.Header)
	switch {
	case len(cells) == 0:
		return nil
	case len(cells) > maxColumns:
		return &ListError{line, "wide", strconv.Itoa(maxColumns)}
	case width == 0:
		width = len(cells)
	case len(cells) > width:
		return &ListError{Line: line, Rule: "columns"}
	case len(l.Rows) == MaxListRows:
		return &ListError{Line: line, Rule: "rows", Param: strconv.Itoa(MaxListRows)}
	}
	row := ListRow{line, make([]string, width)}
	for i, c := range cells {
		c = strings.TrimSpace(c)
		if utf8.RuneCountInString(c) > maxCell {
			return &ListError{line, "cell", strconv.Itoa(maxCell)}
		}
		row.Cells[i] = c
		if l.size += weight(c); l.size > MaxListBytes {
			if l.Form == "csv" {
				return &ListError{Rule: "size", Param: strconv.Itoa(MaxListBytes >> 20)}
			}
			return &ListError{Rule: "damaged"} // cells of a workbook may share their texts
		}
	}
	if l.Header == nil {
		l.Header, l.headerLine = row.Cells, line
		return nil
	}
	l.Rows = append(l.Rows, row)
	return nil
}

// weight is how many bytes a text takes as JSON: six for each control character.
func weight(text string) int {
	n := len(text)
	for i := range len(text) {
		if text[i] < ' ' {
			n += 5
		}
	}
	return n
}

func readCSV(file []byte) (*reader, error) {
	text, chars, err := decoded(file)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	skipped := 0 // lines that were taken off
	comma := separator(text)
	if first, rest, ok := strings.Cut(text, "\n"); ok && len(strings.TrimRight(first, "\r")) == len("sep=;") && strings.HasPrefix(first, "sep=") {
		comma, text, skipped = rune(first[4]), rest, 1
	}
	if line := tooWide(text, byte(comma)); line > 0 { // the library would hold all its cells
		return nil, &ListError{line + skipped, "wide", strconv.Itoa(maxColumns)}
	}
	l := &reader{List: List{Form: "csv", Chars: chars, Comma: string(comma)}}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return l, nil
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, &ListError{Line: bad.StartLine + skipped, Rule: "quote"}
		}
		if err != nil {
			return nil, &ListError{Rule: "kind"}
		}
		line, _ := r.FieldPos(0)
		for i, c := range cells {
			if cells[i], err = value(c); err != nil {
				return nil, &ListError{line + skipped, "formula", cellName(i, line+skipped)}
			}
		}
		if err := l.add(line+skipped, cells); err != nil {
			return nil, err
		}
	}
}

// tooWide returns the line of the first row with too many separators, 0 if there is none.
func tooWide(text string, comma byte) int {
	line, commas, within := 1, 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			within = !within
		case c == comma && !within:
			if commas++; commas > maxCommas {
				return line
			}
		case c == '\n':
			if line++; !within {
				commas = 0
			}
		}
	}
	return 0
}

// decoded returns the text of a file and the name of its encoding.
func decoded(file []byte) (text, chars string, err error) {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xfe")) || bytes.HasPrefix(file, []byte("\xfe\xff")):
		chars = "utf-16"
		file, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(file)
	case utf8.Valid(file):
		chars = "utf-8"
		file = bytes.TrimPrefix(file, []byte("\ufeff"))
	case bytes.IndexByte(file, 0) < 0:
		chars = "windows-1252"
		file, err = charmap.Windows1252.NewDecoder().Bytes(file)
	}
	if err != nil || chars == "" || bytes.IndexByte(file, 0) >= 0 {
		return "", "", &ListError{Rule: "kind"}
	}
	if before, _, bad := bytes.Cut(file, []byte(string(utf8.RuneError))); bad {
		return "", "", &ListError{Line: bytes.Count(before, []byte("\n")) + 1, Rule: "chars"}
	}
	return string(file), chars, nil
}

// separator is the character that separates cells: the most frequent
// candidate in the first line that is not blank, quoted parts not counted.
func separator(text string) rune {
	counts, within := map[rune]int{}, false
	for _, r := range strings.TrimLeft(text, " \r\n") {
		switch {
		case r == '"':
			within = !within
		case within:
		case r == '\n':
			return mostOf(counts)
		default:
			counts[r]++
		}
	}
	return mostOf(counts)
}

func mostOf(counts map[rune]int) rune {
	best := ';'
	for _, r := range ",\t" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// errFormula is a cell that a spreadsheet would calculate.
var errFormula = errors.New("formula")

// value is the text of a cell of a CSV file, without the guard that [Write]
// may have put before it. A cell written ="0012" has the text 0012. Another
// cell that begins with = is a formula, and an error.
func value(cell string) (string, error) {
	if inner, ok := strings.CutPrefix(cell, `="`); ok && len(inner) > 0 && strings.Index(inner, `"`) == len(inner)-1 {
		return Unguard(inner[:len(inner)-1]), nil
	}
	if strings.HasPrefix(strings.TrimSpace(cell), "=") {
		return "", errFormula
	}
	return Unguard(cell), nil
}
