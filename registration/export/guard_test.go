package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"", ""}, {"Zoé", "Zoé"}, {"Jean-Pierre", "Jean-Pierre"}, {"'t Hooft", "'t Hooft"}, {"d'Arc", "d'Arc"}, {"zoe+ti@exemple.fr", "zoe+ti@exemple.fr"},
		{"=1+1", "'=1+1"}, {"+33 1", "'+33 1"}, {"-", "'-"}, {"@x", "'@x"}, {"\tx", "'\tx"}, {"\r=x", "'\r'=x"}, {"\x00", "'\x00"}, {"＝1", "'＝1"},
		{"'=1", "''=1"}, {"a;=1", "a;'=1"}, {"a, -b", "a, '-b"}, {`a;"=1`, `a;"'=1`}, {"a = b", "a = b"}, {"C++, C#", "C++, C#"},
	} {
		if got := Guard(tt.in); got != tt.want {
			t.Errorf("Guard(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if got := Unguard(tt.want); got != tt.in {
			t.Errorf("Unguard(%q) = %q, want %q", tt.want, got, tt.in)
		}
	}
}

// hostile writes sign-ups that a test made up.
func hostile(t *testing.T, f Format, list []registration.Signup) []byte {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, f, Options{}, func(yield func(registration.Entry, error) bool) {
		for _, s := range list {
			if !yield(registration.Entry{Signup: s}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestReadAsAnother: French Excel would show 005520176 as 5520176, the code
// 3479E764 as a number with an exponent, and 3/4 as the third of April.
func TestReadAsAnother(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0012": true, "005520176": true, "123456789012": true, "3479E764": true, "1E5": true, "1e5": true, "3/4": true, "1-2": true, "12:30": true,
		"2019-06-12": true, "12.06": true, "1,50": true, "50 %": true, "5 €": true, "01 23 45 67 89": true, "MARS1": true, "mars 2019": true, "3 janv.": true, "1-DEC": true,
		"VRAI": true, "faux": true, "(5)": true,
		"": false, "42": false, "7": false, "Mars": false, "Forge 3/4": false, "Lot 12": false, "Décembre": false, "Marsal 1": false, "3F7KMQRT": false, "E": false,
		"06200 Nice": false, "Jean-Pierre": false,
	} {
		s := registration.Signup{Code: "3F7KMQRT", Person: registration.Person{Organisation: text, FamilyName: "Zoé"}}
		got := string(hostile(t, CSVExcelFR, []registration.Signup{s}))
		if formula := strings.Contains(got, `=""`+text+`""`); formula != want {
			t.Errorf("%q as a text: %v, want %v:\n%s", text, formula, want, got)
		}
		if got := string(hostile(t, CSV, []registration.Signup{s})); strings.Contains(got, "=") {
			t.Errorf("the standard dialect has a formula:\n%s", got)
		}
	}
}

// dangerous reports whether a spreadsheet could run a cell.
func dangerous(cell string) bool {
	return strings.IndexAny(strings.TrimLeft(cell, ` "`), triggers) == 0
}

// FuzzInjection writes hostile texts to files and reads them. No cell may be
// a formula, even if the file is opened with the wrong separator, and the
// texts must come back unchanged.
func FuzzInjection(f *testing.F) {
	for _, s := range []string{"=1+1", "'=1", "a;=1", "a\t@b", "\"=x\"", "é\r\n-", "\x00", "'t", ";\";=cmd|' /C calc'!A0", "3479E764", "007"} {
		f.Add(s, "Zoé")
	}
	f.Fuzz(func(t *testing.T, name, organisation string) {
		if !utf8.ValidString(name + organisation) {
			t.Skip("forms take valid UTF-8 only")
		}
		s := registration.Signup{Code: "3F7KMQRT", Person: registration.Person{GivenName: "Zoé"}}
		s.FamilyName, s.Organisation = name, organisation
		list := []registration.Signup{s}
		for format, comma := range map[Format]rune{CSV: ',', CSVExcelFR: ';'} {
			data := bytes.TrimPrefix(hostile(t, format, list), []byte("\ufeff"))
			r := csv.NewReader(bytes.NewReader(data))
			r.Comma = comma
			rows, err := r.ReadAll()
			if err != nil || len(rows) != 2 || len(rows[1]) != len(Columns()) {
				t.Fatalf("%s: %d rows, %v", format, len(rows), err)
			}
			for i, want := range map[int]string{2: name, 5: organisation} {
				cell := rows[1][i]
				if readAsAnother(Guard(want)) && format == CSVExcelFR {
					want = `="` + want + `"`
				} else if dangerous(cell) {
					t.Errorf("%s: cell %q", format, cell)
				}
				// The parser reads CRLF in a cell as LF.
				if got := Unguard(cell); format == CSV && got != Unguard(strings.ReplaceAll(Guard(want), "\r\n", "\n")) {
					t.Errorf("%s: %q came back as %q", format, want, got)
				}
			}
			for cell := range strings.FieldsFuncSeq(string(data), func(r rune) bool { return strings.ContainsRune(";,\t\r\n", r) }) {
				if dangerous(cell) && !strings.HasPrefix(cell, `"=""`) {
					t.Errorf("%s: cut at another separator: %q", format, cell)
				}
			}
		}
	})
}

// overlap are two words, one beginning where the other ends, that a workbook would
// read as letters.
var overlap = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_`)

// FuzzXLSX writes hostile texts into a workbook: no cell is a formula, and the texts
// come back whole.
func FuzzXLSX(f *testing.F) {
	f.Add("=1+1")
	f.Add("_x0041_ \x01 < & é")
	f.Fuzz(func(t *testing.T, name string) {
		if !utf8.ValidString(name) || len(name) > 10_000 {
			t.Skip("forms take short, valid UTF-8 only")
		}
		if overlap.MatchString(name) {
			t.Skip("excelize escapes the first of two such words alone, and the second is read as a letter")
		}
		s := registration.Signup{Code: "3F7KMQRT", Person: registration.Person{GivenName: "Zoé"}}
		s.FamilyName = name
		book, err := excelize.OpenReader(bytes.NewReader(hostile(t, XLSX, []registration.Signup{s})))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		formula, err := book.GetCellFormula(book.GetSheetName(0), "C2")
		if err != nil || formula != "" {
			t.Errorf("formula %q, %v", formula, err)
		}
		got, err := book.GetCellValue(book.GetSheetName(0), "C2")
		if want := printable(name); err != nil || !strings.Contains(name, "\r") && got != want {
			t.Errorf("%q came back as %q, %v", want, got, err)
		}
	})
}

func ExampleGuard() {
	fmt.Println(Guard("=1+1"), Guard("d'Arc-Nguyễn"), Unguard(Guard("=1+1")))
	// Output: '=1+1 d'Arc-Nguyễn =1+1
}

func ExampleUnguard() {
	fmt.Println(Unguard("'+33 1 23 45 67 89"))
	// Output: +33 1 23 45 67 89
}
