package export

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// writeXLSX writes a workbook with one sheet. Texts have the type of texts,
// so that none is a formula and leading zeros stay. Instants are dates with
// the hour in Paris, since workbooks have no time zones.
func writeXLSX(w io.Writer, t *table, all iter.Seq2[registration.Entry, error]) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := newSheet(f, t)
	if err != nil {
		return err
	}
	line := 1
	cells := make([]any, len(t.columns))
	for e, err := range all {
		if err != nil {
			return err
		}
		line++
		s.cells(cells, t, t.row(e))
		if err := s.out.SetRow("A"+strconv.Itoa(line), cells); err != nil { // also of more lines than a sheet has
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(t.columns), line)
	if err != nil {
		return err
	}
	if err := errors.Join(f.AutoFilter(s.name, "A1:"+last, nil), s.out.Flush()); err != nil {
		return err
	}
	// By default the library would keep the whole file in memory.
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	return f.Write(io.Discard)
}

// sheet is the one sheet of a workbook.
type sheet struct {
	name string
	out  *excelize.StreamWriter
	date int // style
}

// newSheet begins the sheet with its header, which stays in view when one
// scrolls and is printed on every page.
func newSheet(f *excelize.File, t *table) (*sheet, error) {
	words := locale.For(locale.French)
	s := &sheet{name: words.T("words.signups")}
	now := time.Now().UTC().Format(time.RFC3339) // the library would say 2006
	props := &excelize.DocProperties{Creator: "rencontre", LastModifiedBy: "rencontre", Language: words.Lang(), Created: now, Modified: now}
	err := errors.Join(f.SetSheetName("Sheet1", s.name), f.SetDocProps(props), s.layOut(f))
	if err != nil {
		return nil, err
	}
	form := "dd/mm/yyyy hh:mm"
	if s.date, err = f.NewStyle(&excelize.Style{CustomNumFmt: &form}); err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if s.out, err = f.NewStreamWriter(s.name); err != nil {
		return nil, err
	}
	var header []any
	for i, c := range t.columns {
		if err := s.out.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
		header = append(header, excelize.Cell{StyleID: bold, Value: c.title})
	}
	if err := s.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return s, s.out.SetRow("A1", header)
}

// layOut sets how the sheet is printed: on A4 in landscape, one page wide,
// with a page number.
func (s *sheet) layOut(f *excelize.File) error {
	landscape, a4, wide, high, yes := "landscape", 9, 1, 0, true
	margin := 0.6 // inches, 15 mm
	return errors.Join(
		f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &yes}),
		f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &wide, FitToHeight: &high}),
		f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}),
		f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"}),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + s.name + "'!$1:$1", Scope: s.name}),
	)
}

// cells fills in the cells of a row.
func (s *sheet) cells(cells []any, t *table, r *row) {
	for i, c := range t.columns {
		cells[i] = nil
		if c.at == nil {
			if text := printable(c.text(r)); text != "" {
				cells[i] = text
			}
		} else if at := c.at(r); !at.IsZero() {
			cells[i] = excelize.Cell{StyleID: s.date, Value: at.In(registration.Paris)}
		}
	}
}

// printable leaves out what XML 1.0 cannot hold.
func printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return -1
		}
		return r
	}, text)
}

func unprintable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError || r == '\ufffe' || r == '\uffff'
}
