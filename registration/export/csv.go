package export

import (
	"bufio"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// writeCSV writes CSV as in RFC 4180, with CR LF at the ends of lines. The
// standard dialect has commas and no byte order mark. That for French Excel
// can be opened by a double click: it has semicolons, a byte order mark for
// UTF-8, and dates in a form that Excel recognises.
func writeCSV(w io.Writer, f Format, t *table, all iter.Seq2[registration.Entry, error]) error {
	out := bufio.NewWriterSize(w, 32<<10)
	d := dialect{comma: ',', instant: time.RFC3339}
	if f == CSVExcelFR {
		d = dialect{comma: ';', instant: "02/01/2006 15:04:05", excel: true}
		out.WriteString("\ufeff")
	}
	var line []byte
	for i, c := range t.columns {
		line = d.cell(line, i, Guard(c.title))
	}
	if _, err := out.Write(append(line, "\r\n"...)); err != nil {
		return err
	}
	for e, err := range all {
		if err != nil {
			return err
		}
		r := t.row(e)
		line = line[:0]
		for i, c := range t.columns {
			if c.at == nil {
				text := Guard(c.text(r))
				if d.excel && readAsAnother(text) {
					text = `="` + text + `"`
				}
				line = d.cell(line, i, text)
				continue
			}
			if i > 0 {
				line = append(line, d.comma)
			}
			if at := c.at(r); !at.IsZero() {
				line = at.In(registration.Paris).AppendFormat(line, d.instant)
			}
		}
		if _, err := out.Write(append(line, "\r\n"...)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// dialect is a way of writing CSV.
type dialect struct {
	comma   byte
	instant string // layout of instants, which needs no quotes
	excel   bool
}

// cell appends cell i of a line. A text is written unchanged, while
// encoding/csv would change line ends within it. A cell that contains the
// separator of any dialect is quoted.
func (d dialect) cell(line []byte, i int, text string) []byte {
	if i > 0 {
		line = append(line, d.comma)
	}
	if !quoted(text) {
		return append(line, text...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(text, `"`, `""`)...)
	return append(line, '"')
}

// quoted reports whether a cell needs quotes, because of a sign in it or
// because of spaces at its ends.
func quoted(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '"', ';', ',', '\t', '\r', '\n':
			return true
		}
	}
	return strings.TrimSpace(text) != text
}
