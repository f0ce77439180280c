package export_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration/export"
)

// book is a workbook made by hand: the content of its sheet, of its shared
// texts and of its styles. The sheet may have any name.
type book struct {
	name, sheet, shared, styles string
	more                        int // parts, with nothing in them
}

func (b book) file(t *testing.T) string {
	t.Helper()
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	parts := []string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels", relations + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", relations + `worksheet" Target="worksheets/` + b.name + `"/></Relationships>`,
		"xl/worksheets/" + b.name, b.sheet,
		"xl/sharedStrings.xml", `<sst ` + main + `>` + b.shared + `</sst>`,
		"xl/styles.xml", `<styleSheet ` + main + `>` + b.styles + `</styleSheet>`,
		"xl/media/image1.png", "\x89PNG\r\n\x1a\n\x00<row r=\"1048576\">",
	}
	for i := range b.more {
		parts = append(parts, fmt.Sprintf("xl/media/%d.png", i), "")
	}
	return zipped(t, parts...)
}

// TestReadListWeighs: a workbook of a few kilobytes that would decompress to
// gigabytes, or take minutes, is refused before the library reads it.
func TestReadListWeighs(t *testing.T) {
	t.Parallel()
	sheet := func(rows ...string) string {
		return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + strings.Join(rows, "") + `</sheetData></worksheet>`
	}
	const cell = `<c t="s"><v>0</v></c>`
	head := `<row r="1">` + cell + `</row>`
	styled := sheet(head, `<row r="2"><c r="A2" s="1"><v>1</v></c></row>`)
	text := func(n int) string { return `<si><r><t>` + strings.Repeat("x", n) + `</t></r><r><t>y</t></r></si>` }
	styles := func(n int) string {
		return `<numFmts count="1"><numFmt numFmtId="200" formatCode="&quot;` + strings.Repeat("x", n) + `&quot;0"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="200" applyNumberFormat="1"/></cellXfs>`
	}
	merged := func(sheet string, n int) string {
		return strings.Replace(sheet, `</sheetData>`, `</sheetData><mergeCells>`+strings.Repeat(`<mergeCell ref="ZY1:ZZ1"/>`, n)+`</mergeCells>`, 1)
	}
	rows := func(cell string) string {
		return strings.Repeat(`<row><c t="str"><v>a</v></c>`+strings.Repeat(cell, 19)+`</row>`, 500)
	}
	for name, b := range map[string]book{
		"another name":  {name: "sheet1.dat", sheet: sheet(head, `<row r="2">`+cell+`</row>`), shared: text(10)},
		"many parts":    {name: "sheet1.xml", sheet: sheet(head, `<row r="2">`+cell+`</row>`), shared: text(10), more: 900},
		"short format":  {name: "sheet1.xml", sheet: styled, shared: text(10), styles: styles(10)},
		"two hundred":   {name: "sheet1.xml", sheet: sheet(`<row>`+strings.Repeat(cell, 200)+`</row>`, `<row>`+cell+`</row>`), shared: text(100)},
		"merged cells":  {name: "sheet1.xml", sheet: merged(sheet(head, `<row r="2">`+cell+`</row>`), 1000), shared: text(10)},
		"a far cell":    {name: "sheet1.xml", sheet: sheet(head, `<row r="2">`+cell+`</row>`, `<row r="1048576"><c r="XFD1048576"/></row>`), shared: text(10)},
		"loose rows":    {name: "sheet1.xml", sheet: sheet(`<row>`+cell+`</row>`, `<row>`+cell+`</row>`, strings.Repeat(`<row/>`, 3000)), shared: text(10)},
		"one long text": {name: "sheet1.xml", sheet: sheet(head, `<row r="2">`+cell+`</row>`), shared: text(4000)},
	} {
		if l, err := export.ReadList(strings.NewReader(b.file(t))); err != nil || len(l.Rows) != 1 {
			t.Fatalf("%s: %d rows, %v; want one", name, len(l.Rows), err)
		}
	}
	for name, b := range map[string]book{
		"far cells of another name":   {name: "sheet1.dat", sheet: sheet(strings.Repeat(`<row><c r="XFD1"/></row>`, 5000))},
		"another name and characters": {name: "sheet1.dat", sheet: `<?xml version="1.0" encoding="utf-16"?>` + sheet(head, head), shared: text(10)},
		"a text shared by a row":      {name: "sheet1.xml", sheet: sheet(`<row>` + strings.Repeat(cell, 300) + `</row>`), shared: text(1 << 20)},
		"a row in pieces":             {name: "sheet1.xml", sheet: sheet(strings.Repeat(head, 300)), shared: text(1 << 20)},
		"a text shared by all":        {name: "sheet1.xml", sheet: sheet(strings.Repeat(`<row>`+strings.Repeat(cell, 200)+`</row>`, 40)), shared: text(4900)},
		"more text than a CSV file":   {name: "sheet1.xml", sheet: sheet(strings.Repeat(`<row>`+strings.Repeat(cell, 3)+`</row>`, 1000)), shared: text(4900)},
		"cells far to the right":      {name: "sheet1.xml", sheet: sheet(head, `<row r="2">`+cell+`</row>`, strings.Repeat(`<row><c r="XFD1"/></row>`, 70)), shared: text(10)},
		"many merged cells":           {name: "sheet1.xml", sheet: merged(sheet(rows(cell)), 40_000), shared: text(10)},
		"many loose rows":             {name: "sheet1.xml", sheet: sheet(head, head, strings.Repeat(`<row/>`, 20_000)), shared: text(10)},
		"a shared text of spaces":     {name: "sheet1.xml", sheet: sheet(rows(cell)), shared: `<si><t xml:space="preserve">` + strings.Repeat(" ", 150_000) + `</t></si>`},
		"a shared text of pieces":     {name: "sheet1.xml", sheet: sheet(rows(cell)), shared: `<si>` + strings.Repeat(`<r/>`, 20_000) + `</si>`},
		"many formats":                {name: "sheet1.xml", sheet: sheet(rows(`<c s="1"><v>1</v></c>`)), shared: text(10), styles: strings.Replace(styles(10), `<numFmt `, strings.Repeat(`<numFmt numFmtId="199" formatCode="0"/>`, 40_000)+`<numFmt `, 1)},
		"shared formulas of nobody":   {name: "sheet1.xml", sheet: sheet(rows(`<c t="str"><f t="shared" si="1"/><v>a</v></c>`)), shared: text(10)},
		"a format of many numbers":    {name: "sheet1.xml", sheet: sheet(strings.Repeat(`<row>`+strings.Repeat(`<c s="1"><v>1</v></c>`, 100)+`</row>`, 1000)), shared: text(10), styles: strings.Replace(styles(900), `="&quot;`, `=";;;&quot;`, 1)},
		"too many parts":              {name: "sheet1.xml", sheet: sheet(head, `<row r="2">`+cell+`</row>`), shared: text(10), more: 1000},
		"a far row":                   {name: "sheet1.xml", sheet: sheet(head, `<row r="6000000">`+cell+`</row>`), shared: text(10)},
		"a DTD":                       {name: "sheet1.xml", sheet: `<!DOCTYPE worksheet [<!ENTITY a "b">]>` + sheet(head, `<row r="2">`+cell+`</row>`), shared: text(10)},
		"long format":                 {name: "sheet1.xml", sheet: styled, shared: text(10), styles: styles(2000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := export.ReadList(strings.NewReader(b.file(t)))
			got, _ := errors.AsType[*export.ListError](err)
			if diff := cmp.Diff(&export.ListError{Rule: "damaged"}, got); diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}
