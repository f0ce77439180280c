package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// archive packs files as npm does.
func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	tw := tar.NewWriter(zw)
	for name, text := range files {
		if err := tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenChecksTheDigest(t *testing.T) {
	t.Parallel()
	a := archive(t, map[string]string{"package/data/regions.json": `[{"code":"27","nom":"Bourgogne-Franche-Comté"}]`, "package/README.md": "x"})
	r := release{"package", "0.0.0", fmt.Sprintf("%x", sha256.Sum256(a))}
	files, err := open(a, r)
	if err != nil || len(files) != 1 {
		t.Fatalf("open = %d files, %v; want the one in data", len(files), err)
	}
	regions, err := read[region](files, "regions.json")
	if diff := cmp.Diff([]region{{Code: "27", Nom: "Bourgogne-Franche-Comté"}}, regions); err != nil || diff != "" {
		t.Errorf("read: %v (-want +got):\n%s", err, diff)
	}
	if _, err := read[region](files, "epci.json"); err == nil {
		t.Error("a missing file is not an error")
	}
	a[len(a)/2] ^= 1
	if _, err := open(a, r); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("open of a changed archive = %v; want its digest refused", err)
	}
}

// small makes a vintage of a few communes and one EPCI of them.
func small(communes []commune, epci, kind string) *vintage {
	v := &vintage{
		communes: map[string]commune{}, former: map[string]string{}, formerName: map[string]string{}, seatName: map[string]string{}, epci: map[string]grouping{},
		epciOf: map[string]string{}, eptOf: map[string]string{}, sirenOf: map[string]string{},
	}
	v.addCommunes(communes)
	v.epci[epci] = grouping{Code: epci, Nom: kind + " " + epci, Type: kind}
	for code := range v.communes {
		v.epciOf[code] = epci
	}
	return v
}

func TestTables(t *testing.T) {
	t.Parallel()
	inForce := func(code, name, siren string) commune {
		return commune{Code: code, Nom: name, SIREN: siren, Type: "commune-actuelle"}
	}
	old := small([]commune{inForce("01001", "A", "1"), inForce("01002", "B", "2"), inForce("01003", "C", "3")}, "200", "CC")
	now := small([]commune{
		inForce("01001", "A-B", "9"), inForce("01003", "C", "3"),
		{Code: "01002", Nom: "B", Type: "commune-deleguee", ChefLieu: "01001"},
		{Code: "01001", Nom: "A", Type: "commune-deleguee", ChefLieu: "01001"},
		{Code: "01003", Nom: "E", Type: "commune-deleguee", ChefLieu: "01003"},
		{Code: "01004", Nom: "D", Type: "commune-associee", ChefLieu: "01003"},
	}, "200", "CA")
	refs, epci := epciTable(old, now)
	if diff := cmp.Diff([]string{"200\tCC\tCC 200\tk:CA\tn:CA 200"}, epci); diff != "" {
		t.Errorf("EPCI mismatch (-want +got):\n%s", diff)
	}
	communes, err := communeTable(old, now, refs)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"01001A\t10\tn:A-B\ti:9": true, "01002B\t20\t-:01001": true, "01003C\t30\to:E": true, "01004D\t\td:01003": true}
	got := map[string]bool{}
	for _, line := range communes {
		got[line] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("communes mismatch (-want +got):\n%s", diff)
	}
	delete(now.former, "01002")
	if _, err := communeTable(old, now, refs); err == nil || !strings.Contains(err.Error(), "01002") {
		t.Errorf("a commune lost without trace = %v; want an error that names it", err)
	}
}

func TestSourceFaults(t *testing.T) {
	t.Parallel()
	v := small([]commune{{Code: "01001", Type: "commune-actuelle"}}, "200", "CC")
	type member = struct{ Code, SIREN string }
	stranger := []grouping{{Code: "300", Membres: []member{{Code: "99999"}}}}
	if err := v.addGroupings(stranger, map[string]string{}); err == nil {
		t.Error("a member that is no commune passes")
	}
	twice := []grouping{{Code: "300", Membres: []member{{Code: "01001"}}}, {Code: "400", Membres: []member{{Code: "01001"}}}}
	if err := v.addGroupings(twice, map[string]string{}); err == nil {
		t.Error("a commune in two EPCI passes")
	}
	a, b := &vintage{regions: []region{{Code: "27", Nom: "X"}}}, &vintage{regions: []region{{Code: "27", Nom: "Y"}}}
	if err := sameDivisions(a, b); err == nil {
		t.Error("a région that changed its name passes")
	}
	b.regions = []region{{Code: "27", Nom: "X"}, {Code: "975", Nom: "Z", Zone: "com"}}
	if err := sameDivisions(a, b); err != nil {
		t.Errorf("a collectivity overseas is compared: %v", err)
	}
}

// TestGeneratedTablesAreCurrent rebuilds what needs no network and compares it
// with what is embedded.
func TestGeneratedTablesAreCurrent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ command, embedded, source string }{
		{command: "overlaps", embedded: "../data/overlaps.csv"},
		{command: "names", embedded: "../../cog/data/names.idx", source: "../../cog/data/communes.tsv"},
	} {
		t.Run(tt.command, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), filepath.Base(tt.embedded))
			if tt.source != "" {
				text, err := os.ReadFile(tt.source)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(filepath.Dir(file), filepath.Base(tt.source)), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := run([]string{tt.command, file}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(tt.embedded)
			if err != nil {
				t.Fatal(err)
			}
			if len(want) > 400_000 || !bytes.Equal(want, got) {
				t.Errorf("%s, %d bytes, is not what its sources give, %d bytes: run go generate", tt.embedded, len(want), len(got))
			}
		})
	}
}

func TestSums(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "SOURCES.md")
	for name, text := range map[string]string{file: "before\n" + begin + "old\n" + end + "after\n", filepath.Join(dir, "a.csv"): "x\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := run([]string{"sums", file}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "before\n" + begin + "| table | bytes | SHA-256 |\n|---|---|---|\n" +
		"| a.csv | 2 | `73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac` |\n" + end + "after\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("SOURCES.md mismatch (-want +got):\n%s", diff)
	}
	if err := os.WriteFile(file, []byte("no marks"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"sums", file}); err == nil {
		t.Error("a file without marks passes")
	}
	for _, args := range [][]string{nil, {"cog"}, {"nothing", "x"}} {
		if err := run(args); err == nil {
			t.Errorf("run(%q) passes", args)
		}
	}
}
