package export_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/territoires-industrie/sdk/registration/export"
)

// frenchExcel is what French Excel saves as « CSV (séparateur : point-virgule) ».
func frenchExcel(t testing.TB, text string) string {
	t.Helper()
	saved, err := charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(text, "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// workbook is an XLSX file with these rows; a cell that begins with = is a formula.
func workbook(t testing.TB, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		for j, cell := range row {
			name, err := excelize.CoordinatesToCellName(j+1, i+1)
			if text, ok := cell.(string); ok && strings.HasPrefix(text, "=") {
				err = errors.Join(err, f.SetCellFormula("Sheet1", name, text))
			} else {
				err = errors.Join(err, f.SetCellValue("Sheet1", name, cell))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zipped is a zip file of these parts, by name and text.
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadList(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("Nom\tPrénom\r\nŒuvrard\tZoë\r\n")
	if err != nil {
		t.Fatal(err)
	}
	header := []string{"Nom", "Prénom"}
	zoe := []export.ListRow{{Line: 2, Cells: []string{"Œuvrard", "Zoë"}}}
	for name, tt := range map[string]struct {
		file string
		want export.List
	}{
		"French Excel":  {frenchExcel(t, "Nom;Prénom\nŒuvrard;Zoë\n"), export.List{Form: "csv", Chars: "windows-1252", Comma: ";", Header: header, Rows: zoe}},
		"with a mark":   {"\ufeffNom;Prénom\r\nŒuvrard;Zoë", export.List{Form: "csv", Chars: "utf-8", Comma: ";", Header: header, Rows: zoe}},
		"commas":        {"Nom,Prénom\n\"Œuvrard\",Zoë\n", export.List{Form: "csv", Chars: "utf-8", Comma: ",", Header: header, Rows: zoe}},
		"Unicode text":  {utf16, export.List{Form: "csv", Chars: "utf-16", Comma: "\t", Header: header, Rows: zoe}},
		"old Macintosh": {"Nom;Prénom\rŒuvrard;Zoë\r", export.List{Form: "csv", Chars: "utf-8", Comma: ";", Header: header, Rows: zoe}},
		"sep= and blank lines": {"sep=,\nNom,\"Pré;nom\",,\n,,\n\n Œuvrard ,\n", export.List{
			Form: "csv", Chars: "utf-8", Comma: ",", Header: []string{"Nom", "Pré;nom"}, Rows: []export.ListRow{{Line: 5, Cells: []string{"Œuvrard", ""}}},
		}},
		"guards and lines in a cell": {"a;b;c\n\"=\"\"0012\"\"\";\"'=1+1\";\"x\r\ny\"\n't Hooft;+33 1;'-\n", export.List{
			Form: "csv", Chars: "utf-8", Comma: ";", Header: []string{"a", "b", "c"},
			Rows: []export.ListRow{{Line: 2, Cells: []string{"0012", "=1+1", "x\ny"}}, {Line: 4, Cells: []string{"'t Hooft", "+33 1", "-"}}},
		}},
		"titles above the header": {"Liste des invités;;\n\nau 14 mai 2019;;\nNom;Prénom\nŒuvrard;Zoë\n", export.List{
			Form: "csv", Chars: "utf-8", Comma: ";", Header: header, Rows: []export.ListRow{{Line: 5, Cells: []string{"Œuvrard", "Zoë"}}},
		}},
		"title in a workbook": {workbook(t, []any{"Liste des invités"}, []any{"Nom", "Prénom"}, []any{"Œuvrard", "Zoë"}), export.List{
			Form: "xlsx", Header: header, Rows: []export.ListRow{{Line: 3, Cells: []string{"Œuvrard", "Zoë"}}},
		}},
		"workbook": {workbook(t, []any{"Nom", "Prénom"}, nil, []any{"Œuvrard", "Zoë"}, []any{75011, true}), export.List{
			Form: "xlsx", Header: header, Rows: []export.ListRow{{Line: 3, Cells: []string{"Œuvrard", "Zoë"}}, {Line: 4, Cells: []string{"75011", "TRUE"}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := export.ReadList(strings.NewReader(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadListRefuses(t *testing.T) {
	t.Parallel()
	sheet := func(data string) string {
		f := workbook(t, []any{"Nom"}, []any{"x"})
		z, err := zip.NewReader(strings.NewReader(f), int64(len(f)))
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, p := range z.File {
			r, err := p.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(p.Name, "sheet1") {
				text = []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + data + `</sheetData></worksheet>`)
			}
			parts = append(parts, p.Name, string(text))
		}
		return zipped(t, parts...)
	}
	if l, err := export.ReadList(strings.NewReader(sheet(`<row r="1"><c r="A1" t="str"><v>Nom</v></c></row><row r="9"><c r="A9" t="str"><v>x</v></c></row>`))); err != nil || l.Rows[0].Line != 9 {
		t.Fatalf("a sheet made by hand: %v %v", l, err)
	}
	rows := "Nom\n" + strings.Repeat("x\n", export.MaxListRows)
	if _, err := export.ReadList(strings.NewReader(rows)); err != nil {
		t.Fatalf("%d rows: %v", export.MaxListRows, err)
	}
	for name, tt := range map[string]struct {
		file string
		want export.ListError
	}{
		"nothing":               {"", export.ListError{Rule: "empty"}},
		"header alone":          {"Nom;Prénom\n\n;;\n", export.ListError{Rule: "empty"}},
		"picture":               {"\x89PNG\r\n\x1a\n\x00\x00", export.ListError{Rule: "kind"}},
		"old workbook":          {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", export.ListError{Rule: "old"}},
		"too large":             {strings.Repeat("x", export.MaxListBytes+1), export.ListError{Rule: "size", Param: "10"}},
		"no character":          {"Nom\nok\n\x81\xe9\n", export.ListError{Line: 3, Rule: "chars"}},
		"quote that never ends": {"Nom;Prénom\na;b\n\"c;d\ne;f\n", export.ListError{Line: 3, Rule: "quote"}},
		"quote in a cell":       {"sep=;\nNom;Prénom\na \"b\";c\n", export.ListError{Line: 3, Rule: "quote"}},
		"too many rows":         {rows + "x\n", export.ListError{Line: 2002, Rule: "rows", Param: "2000"}},
		"cells past the header": {"Nom;Prénom\na;b;c\n", export.ListError{Line: 2, Rule: "columns"}},
		"far below one title":   {"Adresse\n" + strings.Repeat("x\n", 6) + "a;b\n", export.ListError{Line: 8, Rule: "columns"}},
		"too many columns":      {strings.Repeat("x;", 201) + "\ny\n", export.ListError{Line: 1, Rule: "wide", Param: "200"}},
		"long cell":             {"Nom\n" + strings.Repeat("é", 5001) + "\n", export.ListError{Line: 2, Rule: "cell", Param: "5000"}},
		"formula":               {"Nom;Prénom\na;=HYPERLINK(1)\n", export.ListError{Line: 2, Rule: "formula", Param: "B2"}},
		"formula below sep":     {"sep=;\nNom;Prénom\na;=HYPERLINK(1)\n", export.ListError{Line: 3, Rule: "formula", Param: "B3"}},
		"columns below sep":     {"sep=;\n" + strings.Repeat(";", 1<<14+1) + "\ny\n", export.ListError{Line: 2, Rule: "wide", Param: "200"}},
		"formula in a workbook": {workbook(t, []any{"Nom", "Prénom"}, []any{"a", "=1+1"}, []any{"b", "c"}), export.ListError{Line: 2, Rule: "formula", Param: "B2"}},
		"text document":         {zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), export.ListError{Rule: "kind"}},
		"cut off":               {workbook(t, []any{"Nom"}, []any{"a"})[:2000], export.ListError{Rule: "damaged"}},
		"far columns":           {sheet(strings.Repeat(`<row><c r="XFD1"/></row>`, 5000)), export.ListError{Rule: "damaged"}},
		"deep":                  {sheet(strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)), export.ListError{Rule: "damaged"}},
		"large when unfolded":   {zipped(t, "xl/workbook.xml", strings.Repeat(" ", 31<<20)), export.ListError{Rule: "damaged"}},
		"lies about its size":   {lying(t), export.ListError{Rule: "damaged"}},
		"many parts":            {zipped(t, manyParts()...), export.ListError{Rule: "damaged"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := export.ReadList(strings.NewReader(tt.file))
			got, ok := errors.AsType[*export.ListError](err)
			if !ok {
				t.Fatalf("error %v, want a ListError", err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.HasSuffix(got.Error(), ": ") || got.Error() == "" {
				t.Errorf("the error says nothing: %q", got.Error())
			}
		})
	}
}

// TestReadMemory: what CSV files could burst into costs at most eight times the largest
// file. It is not parallel, so nothing else allocates.
func TestReadMemory(t *testing.T) {
	const most = export.MaxListBytes - 100
	for name, tt := range map[string]struct {
		file string
		want export.ListError
	}{
		"nothing but cells":  {"a\n" + strings.Repeat("x;", most/2), export.ListError{Line: 2, Rule: "wide", Param: "200"}},
		"control characters": {"a\n" + strings.Repeat(strings.Repeat("\x01", 4990)+"\n", 1500), export.ListError{Rule: "size", Param: "10"}},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := export.ReadList(strings.NewReader(tt.file))
		runtime.ReadMemStats(&after)
		if got, _ := errors.AsType[*export.ListError](err); got == nil || *got != tt.want {
			t.Errorf("%s: %v, want %v", name, err, &tt.want)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 8*export.MaxListBytes {
			t.Errorf("%s: %d MB", name, n>>20)
		}
	}
	l, err := export.ReadList(strings.NewReader("Nom;Prénom" + strings.Repeat(";", 16_000) + "\na;\"b" + strings.Repeat(";", 4000) + "\"\n"))
	if err != nil || len(l.Header) != 2 || len(l.Rows) != 1 {
		t.Errorf("rows with empty cells at their ends: %v, %v", l.Header, err)
	}
}

// lying is a workbook whose sheet unfolds to far more than it says: a deflated
// megabyte, two hundred times, and the end.
func lying(t testing.TB) string {
	t.Helper()
	var deflated bytes.Buffer
	d, err := flate.NewWriter(&deflated, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.Repeat([]byte(" "), 1<<20)
	if _, err := d.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(); err != nil {
		t.Fatal(err)
	}
	megabyte := bytes.Clone(deflated.Bytes())
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	end := deflated.Bytes()[len(megabyte):]
	unfolds := append(bytes.Repeat(megabyte, 200), end...)
	if n, err := io.Copy(io.Discard, flate.NewReader(bytes.NewReader(unfolds))); n != 200<<20 || err != nil {
		t.Fatalf("the sheet unfolds to %d bytes, %v", n, err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: "xl/workbook.xml", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text[:100]),
		CompressedSize64: uint64(len(unfolds)), UncompressedSize64: 100,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(unfolds); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func manyParts() (parts []string) {
	for i := range 1001 {
		parts = append(parts, fmt.Sprintf("xl/%d.xml", i), "<x/>")
	}
	return parts
}

// FuzzReadList reads anything without harm, and never more than the bounds.
func FuzzReadList(f *testing.F) {
	for _, seed := range []string{
		"", "Nom;Prénom\na;b\n", frenchExcel(f, "Nom;Prénom\nŒuvrard;Zoë\n"), "\ufeffa,b\n\"c\n", "sep=\t\na\tb\n1\t2\n",
		workbook(f, []any{"Nom"}, []any{"x"}), zipped(f, "xl/workbook.xml", "<workbook/>"), "\"=\"\"1\"\"\";'=\n=1\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		l, err := export.ReadList(bytes.NewReader(file))
		if err != nil {
			if _, ok := errors.AsType[*export.ListError](err); !ok {
				t.Errorf("error %v", err)
			}
			return
		}
		if len(l.Header) == 0 || len(l.Rows) == 0 || len(l.Rows) > export.MaxListRows {
			t.Errorf("%d columns, %d rows", len(l.Header), len(l.Rows))
		}
		for _, r := range l.Rows {
			if len(r.Cells) != len(l.Header) || r.Line < 1 {
				t.Errorf("line %d has %d cells of %d", r.Line, len(r.Cells), len(l.Header))
			}
		}
	})
}
