package territoires_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The programs whose sizes are compared. The larger of each pair calls the
// library in as many ways as it offers, so that the linker keeps it whole.
const (
	withFmt = `package main
import ("fmt"; "os")
func main() { fmt.Println(os.Args) }`

	withSirene = `package main
import ("fmt"; "os"; "github.com/territoires-industrie/sdk/territoires/sirene")
func main() {
	var v struct { A sirene.SIREN; B sirene.SIRET; C sirene.NAF }
	fmt.Println(v.A.UnmarshalText([]byte(os.Args[1])), v.B.UnmarshalText([]byte(os.Args[1])), v.C.UnmarshalText([]byte(os.Args[1])))
	fmt.Println(v.A.Scan(os.Args[1]), v.B.Scan(os.Args[1]), v.C.Scan(os.Args[1]))
	fmt.Println(v.A.Value()); fmt.Println(v.B.Value()); fmt.Println(v.C.Value())
	fmt.Println(v.A.MarshalText()); fmt.Println(v.A.Format(), v.B.Format(), v.B.NIC(), v.C.Division(), v)
}`

	withValidator = `package main
import ("fmt"; "os"; "github.com/go-playground/validator/v10")
func main() { fmt.Println(os.Args, validator.New().Struct(struct{ A string }{})) }`

	withAll = `package main
import ("bytes"; "encoding/json"; "fmt"; "os"; "github.com/territoires-industrie/sdk/territoires"; "github.com/territoires-industrie/sdk/territoires/cog")
func main() {
	p := territoires.PhaseI
	t, _ := territoires.Lookup(p, territoires.ID(os.Args[1]))
	fmt.Println(territoires.Search(p, os.Args[1], 5), territoires.Nearest(p, t.Point, 5), territoires.OfEPCI(p, cog.EPCICode(os.Args[1])))
	fmt.Println(t.Fact(territoires.Pilot), t.Overlaps(), t.Aliases(), territoires.Counts(), territoires.NationalMeetings(), territoires.Axes(p))
	list, err := territoires.ReadList(os.Stdin, p)
	fmt.Println(list, err, territoires.WriteCSV(os.Stdout, territoires.All(p)), territoires.WriteGeoJSON(os.Stdout, territoires.All(p)))
	var b bytes.Buffer
	var c territoires.Contract
	var s territoires.ActionSheet
	fmt.Println(json.NewEncoder(&b).Encode(t), json.Unmarshal(b.Bytes(), &t), json.Unmarshal(b.Bytes(), &c), json.Unmarshal(b.Bytes(), &s))
	fmt.Println(territoires.Validate(c), territoires.Validate(s), cog.Trace(cog.V2019, cog.V2026, "200071157"))
	fmt.Println(cog.V2019.ParseCommune(os.Args[1])); fmt.Println(cog.V2019.ParseEPCI(os.Args[1]))
	for c := range cog.V2026.CommunesNamed(os.Args[1]) { fmt.Println(c) }
	d, err := territoires.ReadDocument(os.Stdin)
	on := territoires.Date{Year: 2019, Month: 5, Day: 16}
	fmt.Println(d, err, territoires.WriteDocument(os.Stdout, d), territoires.ProgressAt(on, d), json.NewEncoder(&b).Encode(territoires.ProgressAt(on)))
	switch d := d.(type) {
	case *territoires.VTE: fmt.Println(d.Eligibility(on).Err(), d.Aids(on))
	case *territoires.Dossier: fmt.Println(d.Advance(territoires.StageProtocol, on))
	}
	for s := range territoires.Signings() { fmt.Println(s) }
	fmt.Println(territoires.Organisations(), territoires.Conventions(), territoires.SteeringMeetings(), territoires.Publications(on))
}`
)

// TestSizes builds the programs, stripped, and holds the library to the size
// that the README states.
func TestSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds four programs")
	}
	t.Parallel()
	for _, tt := range []struct {
		name          string
		without, with string
		limit         int64
	}{
		{"sirene beside fmt", withFmt, withSirene, 50_000},
		{"the library beside validator/v10", withValidator, withAll, 2_600_000},
	} {
		added := build(t, tt.with) - build(t, tt.without)
		t.Logf("%s adds %d bytes", tt.name, added)
		if added > tt.limit {
			t.Errorf("%s adds %d bytes; want at most %d", tt.name, added, tt.limit)
		}
	}
}

// build compiles a program inside this module, where it may import the
// library, without leaving a file there, and returns its size.
func build(t *testing.T, source string) int64 {
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
	for name, text := range map[string][]byte{main: []byte(source), overlay: replace} {
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
