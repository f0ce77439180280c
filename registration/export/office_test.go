package export_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration/export"
)

// TestLibreOffice opens what an organiser opens by a double click, and reads
// what they see.
func TestLibreOffice(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("long: set TEST_FULL")
	}
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("TEST_REQUIRE") != "" {
			t.Fatal("LibreOffice is missing, and TEST_REQUIRE is set")
		}
		t.Skip("LibreOffice is missing")
	}
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
			cmd := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
				"--infilter="+tt.input, "--convert-to", `csv:Text - txt - csv (StarCalc):44,34,76,1,,1036,false,true,false,false,false,-1`,
				"--outdir", filepath.Join(dir, "out"), path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			found, err := filepath.Glob(filepath.Join(dir, "out", "*.csv"))
			if err != nil || len(found) != 1 {
				t.Fatalf("LibreOffice wrote %v, %v", found, err)
			}
			text, err := os.ReadFile(found[0])
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
