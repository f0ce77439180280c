package export

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// widths of the columns, in characters.
var widths = []float64{11, 14, 20, 18, 30, 28, 22, 24, 34, 24, 30, 10, 11, 11, 17, 17, 17}

// writeXLSX writes a workbook of one sheet. Texts have the type of texts, so
// that none runs as a formula and leading zeros stay; instants are dates.
func writeXLSX(w io.Writer, m registration.Meeting, more []column, rows iter.Seq2[row, error]) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	words := locale.For(locale.French)
	sheet := words.T("words.signups")
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	out, date, err := prepare(f, sheet, words, more)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	names, line := newSessionNames(m), 1
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		line++
		cell, err := excelize.CoordinatesToCellName(1, line)
		if err != nil { // more lines than a sheet has
			return fmt.Errorf("export: %w", err)
		}
		if err := out.SetRow(cell, xlsxCells(words, names, more, r, date)); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return f.Write(w)
}

// prepare opens the sheet with its header, which stays in sight, and returns
// the style of dates.
func prepare(f *excelize.File, sheet string, words *locale.Words, more []column) (*excelize.StreamWriter, int, error) {
	now := time.Now().UTC().Format(time.RFC3339) // the library would say 2006
	props := &excelize.DocProperties{Creator: "rencontre", LastModifiedBy: "rencontre", Language: words.Lang(), Created: now, Modified: now}
	if err := f.SetDocProps(props); err != nil {
		return nil, 0, err
	}
	form := "dd/mm/yyyy hh:mm"
	date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &form})
	if err != nil {
		return nil, 0, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, 0, err
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, 0, err
	}
	for i, width := range append(slices.Clone(widths), slices.Repeat([]float64{24}, len(more))...) {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return nil, 0, err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, 0, err
	}
	var header []any
	for _, title := range frenchHeader(words, more) {
		header = append(header, excelize.Cell{StyleID: bold, Value: printable(title)})
	}
	return out, date, out.SetRow("A1", header)
}

// xlsxCells returns the cells of a row. Workbooks know no time zones, so a date
// has the hour in Paris.
func xlsxCells(words *locale.Words, names sessionNames, more []column, r row, date int) []any {
	texts := frenchCells(words, names, more, r)
	cells := make([]any, len(texts))
	for i, text := range texts {
		if text = printable(text); text != "" {
			cells[i] = text
		}
	}
	for i, t := range r.times() {
		if !t.IsZero() {
			cells[firstTime+i] = excelize.Cell{StyleID: date, Value: t.In(registration.Paris)}
		}
	}
	return cells
}

// printable leaves out what XML 1.0 cannot hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, text)
}
