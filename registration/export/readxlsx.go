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
	left, cells := uint64(maxUnzipped), maxCells
	for _, part := range z.File {
		if part.UncompressedSize64 > left {
			return errBomb
		}
		left -= part.UncompressedSize64
		if !strings.HasSuffix(strings.ToLower(part.Name), ".xml") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			return err
		}
		err = weighPart(r, &cells)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// weighPart counts the cells of a sheet, including those left out before the
// last cell of a row and before the last row.
func weighPart(r io.Reader, cells *int) error {
	d := xml.NewDecoder(r)
	depth, rows := 0, 0
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.EndElement:
			depth--
		case xml.Directive: // a DTD, which no workbook has
			return errBomb
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return errBomb
			}
			switch e.Name.Local {
			case "row":
				rows++
				*cells--
				if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
					*cells -= max(0, n-rows)
					rows = max(rows, n)
				}
			case "c":
				*cells--
				if column, _, err := excelize.CellNameToCoordinates(attribute(e, "r")); err == nil {
					*cells -= column / 16 // a row has several cells, of which the last counts
				}
			}
		}
		if *cells < 0 {
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
