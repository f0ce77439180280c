package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The limits of a workbook that is read: a small file may decompress to any
// size.
const (
	maxUnzipped = 30 << 20
	maxParts    = 1000
	maxCells    = 5_000_000 // counted to the last of each row, blank ones included
	maxDepth    = 64        // of elements
	maxFormat   = 1000      // bytes of the form of a number, of which Excel writes 255 characters
	maxForms    = 64 << 20  // bytes of the longest form, times the numbers that have one
	maxRow      = 32 << 20  // bytes that the shared texts of a row may come to
)

var (
	errBomb  = errors.New("export: workbook too large")
	errOther = errors.New("export: a zip file of another kind")
)

// readXLSX reads the first sheet of a workbook.
func readXLSX(file []byte) (l *reader, err error) {
	damaged := &ListError{Rule: "damaged"}
	defer func() { // the library was not written for files of strangers
		if recover() != nil {
			l, err = nil, damaged
		}
	}()
	switch err := weigh(file); {
	case errors.Is(err, errOther):
		return nil, &ListError{Rule: "kind"}
	case err != nil:
		return nil, damaged
	}
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, damaged
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, damaged
	}
	rows, err := f.Rows(sheets[0])
	if err != nil {
		return nil, damaged
	}
	defer rows.Close()
	l = &reader{List: List{Form: "xlsx"}}
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, damaged
		}
		if err := l.add(line, cells); err != nil {
			return nil, err
		}
	}
	if rows.Error() != nil {
		return nil, damaged
	}
	// Most formulas have a result, which is shown; but it may be of another day.
	for _, row := range append([]ListRow{{l.head, l.Header}}, l.Rows...) {
		for i := range row.Cells {
			name := cellName(i, row.Line)
			if formula, err := f.GetCellFormula(sheets[0], name); err != nil || formula != "" {
				return nil, &ListError{row.Line, "formula", name}
			}
		}
	}
	return l, nil
}

// weigh returns an error for a workbook that is too large to be read, without
// decompressing it in memory. The size that a part declares can be trusted:
// the zip reader does not read beyond it.
func weigh(file []byte) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	if len(z.File) > maxParts {
		return errBomb
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "xl/") }) {
		return errOther
	}
	left, w := uint64(maxUnzipped), weight{cells: maxCells}
	for _, part := range z.File {
		if part.UncompressedSize64 > left {
			return errBomb
		}
		left -= part.UncompressedSize64
		r, err := part.Open()
		if err != nil {
			return err
		}
		err = w.add(r, strings.HasSuffix(strings.ToLower(part.Name), ".xml"))
		r.Close()
		if err != nil {
			return err
		}
	}
	if w.text*w.shared > maxRow || w.form*w.formed > maxForms {
		return errBomb
	}
	return nil
}

// weight is what a workbook would come to in memory.
type weight struct {
	cells  int // that are left
	text   int // bytes of the longest shared text
	shared int // the most cells of a row that hold a shared text
	form   int // bytes of the longest form of a number
	formed int // values of cells that have a style
}

// add weighs a part. A sheet may have any name: what is not named .xml is weighed
// as far as it can be read as such, which is as far as the library reads it.
func (w *weight) add(part io.Reader, named bool) error {
	d := xml.NewDecoder(part)
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errBomb }
	depth, rows, row, shared := 0, 0, 0, 0
	text := -1 // of no shared text yet
	styled := false
	for {
		token, err := d.RawToken()
		switch {
		case err == io.EOF, err != nil && !named && !errors.Is(err, errBomb):
			return nil
		case err != nil:
			return err
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.Directive: // a DTD, which no workbook has
			return errBomb
		case xml.CharData:
			if text >= 0 {
				text += len(e)
				w.text = max(w.text, text)
			}
		case xml.StartElement:
			if depth++; depth > maxDepth && named {
				return errBomb
			}
			switch e.Name.Local {
			case "row": // one that is left out before it weighs as well
				rows++
				w.cells--
				n, err := strconv.Atoi(attribute(e, "r"))
				if err == nil {
					w.cells -= max(0, n-rows)
					rows = max(rows, n)
				}
				if err != nil || n > row { // otherwise it goes on with the last
					row, shared = max(row, n), 0
				}
			case "v":
				if styled {
					w.formed++
				}
			case "c":
				w.cells--
				styled = attribute(e, "s") != ""
				if column, _, err := excelize.CellNameToCoordinates(attribute(e, "r")); err == nil {
					w.cells -= column / 16 // a row has several cells, of which the last counts
				}
				if attribute(e, "t") == "s" {
					shared++
					w.shared = max(w.shared, shared)
				}
			case "si":
				text = 0
			case "numFmt":
				if w.form = max(w.form, len(attribute(e, "formatCode"))); w.form > maxFormat {
					return errBomb
				}
			}
		}
		if w.cells < 0 {
			return errBomb
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cellName is what a spreadsheet calls a cell: the i-th of a line, from 0.
func cellName(i, line int) string {
	name, err := excelize.CoordinatesToCellName(i+1, line)
	if err != nil {
		return strconv.Itoa(line)
	}
	return name
}
