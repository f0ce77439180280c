package territoires_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sized are the bodies of the programs whose sizes docs/sizes.md states, by the
// name of their row. Each calls a package in as many ways as it offers, so that
// the linker keeps it whole.
var sized = map[string]string{
	"fmt": `fmt.Println(os.Args)`,

	"sirene": `var v struct { A sirene.SIREN; B sirene.SIRET; C sirene.NAF }
	fmt.Println(v.A.UnmarshalText([]byte(os.Args[1])), v.B.UnmarshalText([]byte(os.Args[1])), v.C.UnmarshalText([]byte(os.Args[1])))
	fmt.Println(v.A.Scan(os.Args[1]), v.B.Scan(os.Args[1]), v.C.Scan(os.Args[1]))
	fmt.Println(v.A.Value()); fmt.Println(v.B.Value()); fmt.Println(v.C.Value())
	fmt.Println(v.A.MarshalText()); fmt.Println(v.A.Format(), v.B.Format(), v.B.NIC(), v.C.Division(), v)`,

	"cog": `fmt.Println(cog.V2019.ParseCommune(os.Args[1])); fmt.Println(cog.V2019.ParseEPCI(os.Args[1]))
	fmt.Println(cog.TraceEPCI(cog.V2019, cog.V2026, "200071157"))
	for c := range cog.V2026.CommunesNamed(os.Args[1]) { fmt.Println(c) }`,

	"territoires: lookups and search": `p := territoires.PhaseI
	t, _ := territoires.Lookup(p, territoires.ID(os.Args[1]))
	fmt.Println(territoires.Search(p, os.Args[1], 5), territoires.Nearest(p, t.Point, 5))
	fmt.Println(territoires.OfCommune(p, cog.CommuneCode(os.Args[1])))
	fmt.Println(territoires.ByName(p, os.Args[1])); fmt.Println(territoires.ParseID(os.Args[1]))
	for t := range territoires.OfRegion(p, "27") { fmt.Println(t.Name, t.Members()) }`,

	"territoires: all of it": `p := territoires.PhaseI
	t, _ := territoires.Lookup(p, territoires.ID(os.Args[1]))
	fmt.Println(territoires.Search(p, os.Args[1], 5), territoires.Nearest(p, t.Point, 5), territoires.OfEPCI(p, cog.EPCICode(os.Args[1])))
	fmt.Println(t.Overlaps(territoires.PhaseII), t.Aliases(), territoires.Axes(p), territoires.Euros(3).Format("fr"), territoires.Operators())
	list, err := territoires.ReadList(os.Stdin, p)
	fmt.Println(list, err, territoires.WriteCSV(os.Stdout, territoires.All(p)), territoires.WriteGeoJSON(os.Stdout, territoires.All(p)))
	b, err := json.Marshal(t)
	fmt.Println(b, err, json.Unmarshal(b, &t))`,

	"programme": `day := territoires.Date{Year: 2019, Month: 5, Day: 16}
	t, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	fmt.Println(programme.FactOf(t, programme.QuestionPilot))
	for x := range programme.Counts(day) { fmt.Println(x) }
	for x := range programme.NationalMeetings(day) { fmt.Println(x) }
	for x := range programme.Figures(day) { fmt.Println(x) }
	for x := range programme.Organisations() { fmt.Println(x) }
	for x := range programme.Conventions(day) { fmt.Println(x) }
	for x := range programme.SteeringMeetings(day) { fmt.Println(x) }
	for x := range programme.Publications(day) { fmt.Println(x) }
	for x := range programme.Signings(day) { fmt.Println(x) }`,

	"validation": `var x struct { ID territoires.ID ` + "`validate:\"territory\"`" + ` }
	fmt.Println(validation.ReadJSON(os.Stdin, &x, nil), validation.Validate(x))`,

	"agreement": `day := territoires.Date{Year: 2019, Month: 5, Day: 16}
	var d agreement.Dossier
	fmt.Println(validation.Validate(&d), d.Advance(agreement.StageProtocol, day), agreement.ProgressAt(day, &d))`,

	"vte": `day := territoires.Date{Year: 2019, Month: 5, Day: 16}
	var v vte.VTE
	fmt.Println(validation.Validate(&v), v.Eligibility(day).Err(), v.Aids(day))`,

	"document": `d, err := document.Read(os.Stdin)
	fmt.Println(d, err, document.Write(os.Stdout, d)); fmt.Println(document.Schema(os.Args[1]))`,

	"validator/v10 without the library": `fmt.Println(os.Args, validator.New().Struct(struct{ A string }{}))`,
}

var importPaths = map[string]string{
	"fmt": "fmt", "os": "os", "json": "encoding/json", "validator": "github.com/go-playground/validator/v10",
	"territoires": library, "sirene": library + "/sirene", "cog": library + "/cog", "programme": library + "/programme",
	"validation": library + "/validation", "agreement": library + "/agreement", "vte": library + "/vte", "document": library + "/document",
}

const library = "github.com/territoires-industrie/sdk/territoires"

// TestSizes builds the programs, stripped, and holds each to what its row of
// docs/sizes.md says that it adds to a program that uses fmt: no more, and not
// so much less that the table misleads.
func TestSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a dozen programs")
	}
	t.Parallel()
	rows := statedSizes(t)
	if len(rows) != len(sized)-1 {
		t.Errorf("docs/sizes.md has %d rows; want one for each of %d programs but fmt alone", len(rows), len(sized))
	}
	plain := build(t, sized["fmt"])
	if whole := plain + int64(rows["territoires: lookups and search"])*1000; whole > 3_700_000 {
		t.Errorf("a program with search may have %d bytes; want at most 3.7 MB", whole)
	}
	for name, kilobytes := range rows {
		body, ok := sized[name]
		if !ok {
			t.Errorf("docs/sizes.md has a row %q that is no program of this test", name)
			continue
		}
		added := int(build(t, body)-plain) / 1000
		t.Logf("%s adds %d kB", name, added)
		if added > kilobytes || added < kilobytes*7/10 {
			t.Errorf("%s adds %d kB; docs/sizes.md says at most %d", name, added, kilobytes)
		}
	}
}

// statedSizes reads the table: the name of a row, and what it adds at most.
func statedSizes(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("../docs/sizes.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		number, isSize := strings.CutSuffix(strings.TrimSpace(cells[2]), " kB")
		if !isSize {
			continue
		}
		n, err := strconv.Atoi(strings.ReplaceAll(number, ",", ""))
		if err != nil {
			t.Fatalf("docs/sizes.md: %v", err)
		}
		rows[strings.ReplaceAll(strings.TrimSpace(cells[1]), "`", "")] = n
	}
	return rows
}

// build compiles a program inside this module, where it may import the
// library, without leaving a file there, and returns its size.
func build(t *testing.T, body string) int64 {
	t.Helper()
	dir := t.TempDir()
	main, overlay, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "exe")
	here, err := filepath.Abs("internal/size/main.go")
	if err != nil {
		t.Fatal(err)
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {here: main}})
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	source.WriteString("package main\n")
	for name, path := range importPaths {
		if strings.Contains(body, name+".") {
			source.WriteString("import " + strconv.Quote(path) + "\n")
		}
	}
	source.WriteString("func main() {\n\t" + body + "\n}\n")
	for name, text := range map[string][]byte{main: []byte(source.String()), overlay: replace} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-ldflags=-s -w", "-o", exe, "./internal/size")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	info, err := os.Stat(exe)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
