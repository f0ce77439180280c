package export_test

import (
	"encoding/csv"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration/export"
)

// soffice is LibreOffice's program, without which a test is skipped.
func soffice(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("TEST_REQUIRE") != "" {
			t.Fatal("LibreOffice is missing, and TEST_REQUIRE is set")
		}
		t.Skip("LibreOffice is missing")
	}
	return path
}

// convert has LibreOffice open a file and save it in another form.
func convert(t *testing.T, path, from, to string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), soffice(t), "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--infilter="+from, "--convert-to", to, "--outdir", filepath.Join(dir, "out"), path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("LibreOffice wrote %v, %v", found, err)
	}
	return found[0]
}

// TestReadsWhatLibreOfficeSaves: a list that was opened and saved by
// LibreOffice, as a workbook or as CSV in an older encoding, is read as it
// was.
func TestReadsWhatLibreOfficeSaves(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("long: set TEST_FULL")
	}
	soffice(t)
	const typed = "Nom;Prénom;Code postal;Téléphone;Remarque\r\nŒuvrard;Zoë;05000;01 99 00 12 34;\"à midi; puis\r\nle soir\"\r\n\r\n’t Hooft;Ana;75011;+33 1;€ – « x »\r\n"
	path := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(path, []byte("\ufeff"+typed), 0o600); err != nil {
		t.Fatal(err)
	}
	header := []string{"Nom", "Prénom", "Code postal", "Téléphone", "Remarque"}
	rows := []export.ListRow{
		{Line: 2, Cells: []string{"Œuvrard", "Zoë", "05000", "01 99 00 12 34", "à midi; puis\nle soir"}},
		{Line: 4, Cells: []string{"’t Hooft", "Ana", "75011", "+33 1", "€ – « x »"}},
	}
	const in = "CSV:59,34,76,1,1/2/2/2/3/2/4/2/5/2,1036" // every column is text
	for to, want := range map[string]export.List{
		"xlsx:Calc MS Excel 2007 XML": {Form: "xlsx", Header: header, Rows: rows},
		"csv:Text - txt - csv (StarCalc):59,34,1,1,,1036,false,true,false,false,false": {Form: "csv", Chars: "windows-1252", Comma: ";", Header: header},
	} {
		t.Run(want.Form, func(t *testing.T) {
			if want.Rows == nil { // there a line break counts as a line
				want.Rows = []export.ListRow{rows[0], {Line: 5, Cells: rows[1].Cells}}
			}
			file, err := os.Open(convert(t, path, in, to))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			got, err := export.ReadList(file)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
	// A formula that was calculated there says so.
	sum := filepath.Join(t.TempDir(), "somme.xlsx")
	if err := os.WriteFile(sum, []byte(workbook(t, []any{"Nom", "Prénom"}, []any{"Roux", "=1+1"})), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(convert(t, sum, "Calc MS Excel 2007 XML", "xlsx:Calc MS Excel 2007 XML"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, err = export.ReadList(file)
	if bad, ok := errors.AsType[*export.ListError](err); !ok || bad.Rule != "formula" || bad.Param != "B2" {
		t.Errorf("a formula: %v", err)
	}
}

// TestLibreOffice opens what an organiser opens by a double click, and reads
// what they see.
func TestLibreOffice(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("long: set TEST_FULL")
	}
	soffice(t) // or there is nothing to do
	for _, tt := range []struct {
		format export.Format
		input  string // LibreOffice's filter; French Excel guesses the same
	}{
		{export.XLSX, "Calc MS Excel 2007 XML"},
		{export.CSVExcelFR, "CSV:59,34,76,1,,1036"}, // ; " UTF-8, French
	} {
		t.Run(string(tt.format), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "list"+map[export.Format]string{export.XLSX: ".xlsx", export.CSVExcelFR: ".csv"}[tt.format])
			if err := os.WriteFile(path, []byte(write(t, tt.format, export.Options{}, people())), 0o600); err != nil {
				t.Fatal(err)
			}
			found := convert(t, path, tt.input, "csv:Text - txt - csv (StarCalc):44,34,76,1,,1036,false,true,false,false,false,-1")
			text, err := os.ReadFile(found)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
			if err != nil || len(lines) != 3 {
				t.Fatalf("%d lines, %v in\n%s", len(lines), err, text)
			}
			want := []string{"ACDEFGHJ", "présente", "O’Brien-d’Ailly", "Zoë", "zoe+ti@évry.example", `Forge; Fils, "& Cie"`}
			if diff := cmp.Diff(want, lines[1][:len(want)]); diff != "" {
				t.Errorf("first person (-want +got):\n%s", diff)
			}
			if got := strings.TrimPrefix(lines[2][5], "'"); got != `=HYPERLINK("x")` {
				t.Errorf("a text like a formula became %q", lines[2][5])
			}
			// Written back in the order of this machine's language: the cell is a date.
			if at := lines[1][14]; at != "05/16/2019 09:00:00" && !strings.HasPrefix(at, "16/05/2019 09:00") {
				t.Errorf("the instant became %q", lines[1][14])
			}
		})
	}
}
