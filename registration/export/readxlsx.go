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

// The limits of a workbook: a small file may decompress to any size.
const (
	maxUnzipped = 30 << 20
	maxParts    = 1000
	maxCells    = 5_000_000 // of all rows, each counted up to its last cell, blank rows included
	maxSheet    = 128 << 20 // bytes of the rows and cells of one sheet, as the library holds them
	rowBytes    = 80        // of them for a row, also for one that is left out
	cellBytes   = 192       // of them for a cell, also for one that is left out before another
	maxDepth    = 64        // of elements
	maxFormat   = 1000      // bytes of the format of a number; Excel writes 255 characters at most
	maxForms    = 64 << 20  // bytes of the longest format, times the cells that have a format
	maxRow      = 32 << 20  // bytes of the longest shared text, times the most cells of a row with such a text
	maxShared   = 1 << 30   // bytes of the longest shared text, times all cells with such a text
	maxSteps    = 300 << 20 // that the library takes for each of some parts with each of others
)

var (
	errBomb        = errors.New("export: workbook too large")
	errNotWorkbook = errors.New("export: a zip file of another kind")
)

// readXLSX reads the first sheet of a workbook.
func readXLSX(file []byte) (l *reader, err error) {
	damaged := &ListError{Rule: "damaged"}
	defer func() { // the library may panic: it was not written for files of strangers
		if recover() != nil {
			l, err = nil, damaged
		}
	}()
	w, err := checkSize(file)
	switch {
	case errors.Is(err, errNotWorkbook):
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
	if rows.Error() != nil || w.merged*(len(l.Rows)+1)*len(l.Header) > maxSteps {
		return nil, damaged
	}
	// A file stores the results of most formulas, but perhaps those of
	// another day.
	for _, row := range append([]ListRow{{l.headerLine, l.Header}}, l.Rows...) {
		for i := range row.Cells {
			name := cellName(i, row.Line)
			if formula, err := f.GetCellFormula(sheets[0], name); err != nil || formula != "" {
				return nil, &ListError{row.Line, "formula", name}
			}
		}
	}
	return l, nil
}

// checkSize returns an error for a workbook that would take too much memory
// or time. It reads the parts as streams. The size that a part declares can
// be trusted, because the zip reader does not read beyond it.
func checkSize(file []byte) (w workbookSize, err error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return w, err
	}
	if len(z.File) > maxParts {
		return w, errBomb
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "xl/") }) {
		return w, errNotWorkbook
	}
	left := uint64(maxUnzipped)
	w.cellsLeft = maxCells
	for _, part := range z.File {
		if part.UncompressedSize64 > left {
			return w, errBomb
		}
		left -= part.UncompressedSize64
		r, err := part.Open()
		if err != nil {
			return w, err
		}
		err = w.add(r, strings.HasSuffix(strings.ToLower(part.Name), ".xml"))
		r.Close()
		if err != nil {
			return w, err
		}
	}
	if w.longestText*w.sharedPerRow > maxRow || w.longestText*w.shared > maxShared ||
		w.longestFormat*w.styledValues > maxForms || w.formats*w.styledValues > maxSteps {
		return w, errBomb
	}
	return w, nil
}

// workbookSize is what decides how much memory a workbook takes.
type workbookSize struct {
	cellsLeft     int // how many more there may be
	longestText   int // bytes of the longest shared text, and eight for each element in it
	shared        int // cells with a shared text
	sharedPerRow  int // the most cells with a shared text in one row
	formats       int // of numbers
	longestFormat int // bytes of the longest of them
	styledValues  int // values of cells that have a style
	merged        int // ranges of merged cells
}

// add counts one part. A part that is not named .xml may be a sheet
// nevertheless, so it is counted as far as it can be read as XML, which is as
// far as the library reads it.
func (w *workbookSize) add(part io.Reader, named bool) error {
	d := xml.NewDecoder(part)
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errBomb }
	depth, rows, row, shared := 0, 0, 0, 0
	held, column := 0, 0 // bytes of the part; the last column of the row
	text := -1           // of no shared text yet
	styled := false
	loose := 0                    // rows without a number of their own, which the library moves one by one
	formulas := map[string]bool{} // that cells share, by their numbers
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
				w.longestText = max(w.longestText, text)
			}
		case xml.StartElement:
			if depth++; depth > maxDepth && named {
				return errBomb
			}
			if text >= 0 {
				text += 8
				w.longestText = max(w.longestText, text)
			}
			switch e.Name.Local {
			case "row": // rows that are left out before it count too
				rows++
				w.cellsLeft--
				before := rows
				n, err := strconv.Atoi(attribute(e, "r"))
				if err != nil || n <= row {
					if loose++; loose*loose > maxSteps {
						return errBomb
					}
				}
				if err == nil {
					w.cellsLeft -= max(0, n-rows)
					rows = max(rows, n)
				}
				held += rowBytes * (rows - before + 1)
				column = 0
				if err != nil || n > row { // otherwise it goes on with the last
					row, shared = max(row, n), 0
				}
			case "v":
				if styled {
					w.styledValues++
				}
			case "c":
				w.cellsLeft--
				styled = attribute(e, "s") != ""
				n := 1
				if at, _, err := excelize.CellNameToCoordinates(attribute(e, "r")); err == nil {
					w.cellsLeft -= at / 16 // roughly, for cells that are left out before it
					n = max(n, at-column)
				}
				column += n
				held += cellBytes * n
				if attribute(e, "t") == "s" {
					w.shared++
					shared++
					w.sharedPerRow = max(w.sharedPerRow, shared)
				}
			case "si":
				text = 0
			case "mergeCell":
				w.merged++
			case "f":
				n := attribute(e, "si")
				if attribute(e, "t") != "shared" || n == "" {
					break
				}
				if attribute(e, "ref") != "" {
					formulas[n] = true
				} else if !formulas[n] { // the library would look for it in all cells
					return errBomb
				}
			case "numFmt":
				w.formats++
				if w.longestFormat = max(w.longestFormat, len(attribute(e, "formatCode"))); w.longestFormat > maxFormat {
					return errBomb
				}
			}
		}
		if w.cellsLeft < 0 || held > maxSheet {
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

// cellName is the name of a cell in a spreadsheet, such as B7: i counts from
// 0, line from 1.
func cellName(i, line int) string {
	name, err := excelize.CoordinatesToCellName(i+1, line)
	if err != nil {
		return strconv.Itoa(line)
	}
	return name
}
