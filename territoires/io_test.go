package territoires_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/sirene"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range []territoires.Phase{territoires.PhaseI, territoires.PhaseII} {
		for tr := range territoires.All(p) {
			b, err := json.Marshal(tr)
			if err != nil {
				t.Fatal(err)
			}
			var got territoires.Territory
			if err := json.Unmarshal(b, &got); err != nil || !got.Equal(tr) || got.CommuneCount() != tr.CommuneCount() {
				t.Errorf("%v %v: round trip gave %v, %v", p, tr.ID, got, err)
			}
			if again, _ := json.Marshal(got); !bytes.Equal(again, b) {
				t.Errorf("%v %v: written twice, not the same:\n%s\n%s", p, tr.ID, b, again)
			}
		}
	}
	roundTrip(t, slices.Collect(programme.Counts(territoires.Date{})))
	roundTrip(t, slices.Collect(programme.NationalMeetings(territoires.Date{})))
	orly, _ := territoires.Lookup(territoires.PhaseI, "ti-1104")
	roundTrip(t, programme.FactOf(orly, programme.QuestionPilot))
	roundTrip(t, orly.Overlaps(territoires.PhaseII))
	roundTrip(t, territoires.Search(territoires.PhaseI, "orly", 3))
	roundTrip(t, territoires.Nearest(territoires.PhaseI, orly.Point, 3))
	roundTrip(t, validation.Error{Fields: []validation.FieldError{{Path: "a.b", Rule: "max", Param: "3", Kind: "string"}}})
}

// roundTrip writes a value as JSON and reads it back.
func roundTrip[T any](t *testing.T, want T) {
	t.Helper()
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got T
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%T round trip mismatch (-want +got):\n%s", want, diff)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		`{"phase":"I","id":"0101"}`:                                      territoires.ErrSyntax,
		`{"phase":"X","id":"ti-0101"}`:                                   territoires.ErrSyntax,
		`{"phase":"I","id":"ti-0101","members":[{"siren":"732829321"}]}`: sirene.ErrChecksum,
		`{"phase":"I","id":"ti-0101","regions":["1","84"]}`:              cog.ErrSyntax,
		`{"phase":"I","id":"ti-0101","regions":["Corse"]}`:               cog.ErrSyntax,
		`{"phase":"I","id":"ti-0101","departements":["21","2C"]}`:        cog.ErrSyntax,
		`{"phase":"I","id":"ti-0101","departements":[""]}`:               cog.ErrSyntax,
		`{"phase":"I","id":"ti-0101","members":[{"commune":"2142"}]}`:    cog.ErrSyntax,
		`{"phase":"I","id":"ti-0101","commune_count":-1}`:                territoires.ErrSyntax,
		`{"phase":"I","id":"ti-0101","point":{"longitude":181}}`:         territoires.ErrSyntax,
		`{"phase":"I","id":"ti-0101","point":{"latitude":-90.5}}`:        territoires.ErrSyntax,
	} {
		got, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
		if err := json.Unmarshal([]byte(in), &got); !errors.Is(err, want) || got.ID != "ti-2701" {
			t.Errorf("Unmarshal(%s) = %v, %v; want %v and the receiver untouched", in, got.ID, err, want)
		}
	}
}

// TestUnmarshalTerritory reads codes of another list, as people write them, and
// passes over null as encoding/json does.
func TestUnmarshalTerritory(t *testing.T) {
	t.Parallel()
	got, _ := territoires.Lookup(territoires.PhaseI, "ti-2701")
	if err := json.Unmarshal([]byte(`null`), &got); err != nil || got.ID != "ti-2701" || got.Members() == nil {
		t.Errorf("null made of it %v, %v", got, err)
	}
	const text = `{"phase":"I","id":"ti-9901","regions":["99"," 84"],"departements":["2a","979"],"commune_count":0,"point":{"longitude":-180,"latitude":90},
		"members":[{"siren":"732829320","name":"x","commune":"2a004"},{"siren":"732829320","name":"y"}]}`
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	codes := fmt.Sprint(got.Regions(), got.Departements(), got.Members()[0].Commune, got.Members()[1].Commune)
	if codes != "[99 84] [2A 979]2A004" {
		t.Errorf("read as %s", codes)
	}
}

// TestWrittenIsRead refuses to write what cannot be read back, and writes empty lists
// as lists.
func TestWrittenIsRead(t *testing.T) {
	t.Parallel()
	read := func(text string) (tr territoires.Territory) {
		if err := json.Unmarshal([]byte(text), &tr); err != nil {
			t.Fatal(err)
		}
		return tr
	}
	const members = `,"members":[{"siren":"242101491","name":"CC du Montbardois"}]}`
	right := read(`{"phase":"I","id":"ti-2701","name":"a;\"b\", c"` + members)
	far, nowhere, elsewhere := right, right, right
	far.Point, nowhere.Point, elsewhere.ID = territoires.Point{Longitude: 200, Latitude: 95}, territoires.Point{Latitude: math.NaN()}, "Auxois"
	for name, tt := range map[string]struct {
		t              territoires.Territory
		json, csv, geo bool // whether it may be written
	}{
		"right":               {right, true, true, true},
		"zero":                {territoires.Territory{}, true, true, true},
		"no place":            {far, false, true, false},
		"no number":           {nowhere, false, true, false},
		"no identifier":       {elsewhere, false, false, true},
		"no identifier given": {read(`{"phase":"I","name":"x"` + members), true, false, true},
		"no name":             {read(`{"phase":"I","id":"ti-2701","name":" "` + members), true, false, true},
		"two lines":           {read(`{"phase":"I","id":"ti-2701","name":"a\nb"` + members), true, false, true},
		"a member without":    {read(`{"phase":"I","id":"ti-2701","name":"x","members":[{"name":"y"}]}`), true, false, true},
	} {
		b, err := json.Marshal(tt.t)
		if (err == nil) != tt.json || strings.Contains(string(b), "null") {
			t.Errorf("%s: Marshal = %s, %v", name, b, err)
		}
		var back territoires.Territory
		if err == nil && (json.Unmarshal(b, &back) != nil || !back.Equal(tt.t)) {
			t.Errorf("%s: %s is read as %v", name, b, back)
		}
		var list, geo bytes.Buffer
		if err := territoires.WriteCSV(&list, slices.Values([]territoires.Territory{tt.t})); (err == nil) != tt.csv {
			t.Errorf("%s: WriteCSV = %q, %v", name, &list, err)
		} else if _, err := territoires.ReadList(&list, territoires.PhaseI); tt.csv && err != nil {
			t.Errorf("%s: ReadList = %v", name, err)
		}
		if err := territoires.WriteGeoJSON(&geo, slices.Values([]territoires.Territory{tt.t})); (err == nil) != tt.geo || tt.geo && strings.Contains(geo.String(), "[]}") {
			t.Errorf("%s: WriteGeoJSON = %s, %v", name, &geo, err)
		}
	}
}

// TestCSVRoundTrip writes each list and loads it as a newer one would be.
func TestCSVRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range []territoires.Phase{territoires.PhaseI, territoires.PhaseII} {
		var b bytes.Buffer
		if err := territoires.WriteCSV(&b, territoires.All(p)); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{
			"as written": b.String(), "with mark and CRLF": "\ufeff" + strings.ReplaceAll(b.String(), "\n", "\r\n"),
			"without the last line end": strings.TrimRight(b.String(), "\n"),
		} {
			got, err := territoires.ReadList(strings.NewReader(text), p)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := slices.Collect(territoires.All(p))
			if len(got) != len(want) {
				t.Fatalf("%s: %d territories; want %d", name, len(got), len(want))
			}
			for i, tr := range got {
				compareList(t, want[i], tr)
			}
		}
	}
}

// compareList compares all that a list in ANCT's form says or implies.
func compareList(t *testing.T, want, got territoires.Territory) {
	t.Helper()
	type part struct{ ID, Name, Members, Regions, Departements, Communes any }
	parts := func(t territoires.Territory) part {
		return part{t.ID, t.Name, t.Members(), t.Regions(), t.Departements(), t.CommuneCount()}
	}
	w, g := parts(want), parts(got)
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("%v mismatch (-want +got):\n%s", want.ID, diff)
	}
}

const head = "id_ti,lib_ti,lib_groupement,siren_groupement\n"

func TestReadCSV(t *testing.T) {
	t.Parallel()
	text := head +
		"ti-2701,Auxois Morvan,CC du Montbardois,242101491\n" +
		"ti-27,Auxois Morvan,CC du Montbardois,242101491\n" + // line 3: identifier
		"\n" +
		"ti-2701,Auxois Morvan,CC,242101490\n" + // line 5: check digit
		"ti-2701,Auxois Morvan\n" + // line 6: fields
		"ti-2701,\"Auxois\" Morvan,CC,242101491\n" + // line 7: quote
		"ti-2701,Auxois\xff,CC,242101491\n" + // line 8: not UTF-8
		"ti-2701," + strings.Repeat("x", 200<<10) + ",CC,242101491\n" + // line 9: too long
		"ti-2701,,CC,242101491\n" + // line 10: no name
		"ti-2701,\"Auxois, Morvan\",\"CC \"\"du\"\" Montbardois\",242 101 491\n" +
		" TI-2701\u200b,\u00a0Auxois Morvan ,CC du Montbardois,２４２101491\r\n"
	var rows []territoires.Row
	faults := map[int]error{}
	for row, err := range territoires.ReadCSV(iotest.OneByteReader(strings.NewReader(text))) {
		if bad, ok := errors.AsType[*territoires.LineError](err); ok {
			faults[bad.Line] = bad.Err
			continue
		}
		rows = append(rows, row)
	}
	want := []territoires.Row{
		{Line: 2, ID: "ti-2701", Name: "Auxois Morvan", Member: "CC du Montbardois", SIREN: "242101491"},
		{Line: 11, ID: "ti-2701", Name: "Auxois, Morvan", Member: `CC "du" Montbardois`, SIREN: "242101491"},
		{Line: 12, ID: "ti-2701", Name: "Auxois Morvan", Member: "CC du Montbardois", SIREN: "242101491"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows mismatch (-want +got):\n%s", diff)
	}
	if len(faults) != 7 || !errors.Is(faults[3], territoires.ErrSyntax) || !errors.Is(faults[5], sirene.ErrChecksum) {
		t.Errorf("faults %v; want lines 3, 5, 6, 7, 8, 9, 10", faults)
	}
	for range territoires.ReadCSV(strings.NewReader(text)) {
		break // leaving early must be possible
	}
}

func TestReadListRefuses(t *testing.T) {
	t.Parallel()
	row := "ti-2701,Auxois Morvan,CC du Montbardois,242101491\n"
	other := "ti-2702,Grand Chalon,CA Le Grand Chalon,247100589\n"
	for _, tt := range []struct {
		name, in string
		want     error
		line     int
	}{
		{"empty", "", territoires.ErrHeader, 1},
		{"no header", row, territoires.ErrHeader, 1},
		{"another header", "id;name\n" + row, territoires.ErrHeader, 1},
		{"a binary file", "\x7fELF\x00\x00" + strings.Repeat("\x00", 1<<20), territoires.ErrHeader, 1},
		{"duplicate identifier", head + row + other + "ti-2701,Auxois Morvan,CC,200070894\n", territoires.ErrDuplicateID, 4},
		{"identifier with two names", head + row + "ti-2701,Autre,CC,200070894\n", territoires.ErrDuplicateID, 3},
		{"SIREN in two territories", head + row + "ti-2702,Grand Chalon,CC,242101491\n", territoires.ErrDuplicateMember, 3},
		{"SIREN twice in one", head + row + row, territoires.ErrDuplicateMember, 3},
		{"a SIRET for a SIREN", head + "ti-2701,Auxois Morvan,CC,24210149100012\n", sirene.ErrSyntax, 2},
		{"nothing but errors", head + strings.Repeat("x\n", 1<<20), territoires.ErrTooLarge, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := territoires.ReadList(strings.NewReader(tt.in), territoires.PhaseI)
			if got != nil || !errors.Is(err, tt.want) {
				t.Fatalf("ReadList = %d territories, %v; want %v", len(got), err, tt.want)
			}
			if tt.line > 0 && !strings.Contains(err.Error(), fmt.Sprintf("line %d:", tt.line)) {
				t.Errorf("error %v does not name line %d", err, tt.line)
			}
		})
	}
	for _, endless := range []string{strings.Repeat(" ", 99) + "\n", "x", row + "\r\n"} {
		r := io.MultiReader(strings.NewReader(head), &repeated{text: endless})
		if got, err := territoires.ReadList(r, territoires.PhaseI); got != nil || !errors.Is(err, territoires.ErrTooLarge) {
			t.Errorf("%.40q without end: %d territories, %.200v", endless, len(got), err)
		}
	}
	broken := errors.New("broken pipe")
	_, err := territoires.ReadList(io.MultiReader(strings.NewReader(head+row), iotest.ErrReader(broken)), territoires.PhaseI)
	if !errors.Is(err, broken) {
		t.Errorf("a broken reader gives %v; want %v", err, broken)
	}
}

// TestReadErrors passes on the error of a reader that fails in the header.
func TestReadErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for _, before := range []string{"", strings.TrimSpace(head), strings.Repeat("x", 200<<10)} {
		r := io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken))
		if _, err := territoires.ReadList(r, territoires.PhaseI); !errors.Is(err, broken) || errors.Is(err, territoires.ErrHeader) {
			t.Errorf("after %.50q: %v; want the reader's error", before, err)
		}
	}
}

// repeated is a reader of one text again and again.
type repeated struct {
	text string
	rest string
}

func (r *repeated) Read(b []byte) (n int, _ error) {
	for n < len(b) {
		if r.rest == "" {
			r.rest = strings.Repeat(r.text, 1000)
		}
		m := copy(b[n:], r.rest)
		n, r.rest = n+m, r.rest[m:]
	}
	return n, nil
}

// TestReadListUnknownRegion loads an identifier that begins with no région.
func TestReadListUnknownRegion(t *testing.T) {
	t.Parallel()
	got, err := territoires.ReadList(strings.NewReader(head+"ti-9901,x,CC du Montbardois,242101491\nti-9902,y,CC neuve,732829320\n"), territoires.PhaseI)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]cog.RegionCode{"27"}, got[0].Regions()); diff != "" || len(got[1].Regions()) != 0 {
		t.Errorf("régions %v (-want +got):\n%s", got[1].Regions(), diff)
	}
}

// TestReadListUnknownMember loads a list that is newer than the embedded COG.
func TestReadListUnknownMember(t *testing.T) {
	t.Parallel()
	got, err := territoires.ReadList(strings.NewReader("id_ti;lib_ti;lib_groupement;siren_groupement\nti-2701;Neuf;CC neuve;732829320\n"), territoires.PhaseII)
	if err != nil || len(got) != 1 {
		t.Fatalf("ReadList = %v, %v", got, err)
	}
	want := []territoires.Member{{SIREN: "732829320", Name: "CC neuve"}}
	if diff := cmp.Diff(want, got[0].Members()); diff != "" || !got[0].Point.IsZero() || got[0].Phase != territoires.PhaseII {
		t.Errorf("member mismatch (-want +got):\n%s", diff)
	}
}

func TestWriteGeoJSON(t *testing.T) {
	t.Parallel()
	loaded, err := territoires.ReadList(strings.NewReader(head+"ti-2701,Auxois Morvan,CC du Montbardois,242101491\n"), territoires.PhaseI)
	if err != nil {
		t.Fatal(err)
	}
	all := append(slices.Collect(territoires.All(territoires.PhaseI)), loaded...)
	var b bytes.Buffer
	if err := territoires.WriteGeoJSON(&b, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Type     string
		Features []struct {
			Type, ID string
			Geometry *struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "FeatureCollection" || len(got.Features) != 150 || got.Features[149].Geometry != nil {
		t.Fatalf("%s of %d features, the last at %v", got.Type, len(got.Features), got.Features[149].Geometry)
	}
	f := got.Features[0]
	if f.Type != "Feature" || f.ID != "ti-0101" || f.Geometry.Type != "Point" || f.Properties["commune_count"] != 3.0 {
		t.Errorf("first feature %+v", f)
	}
	if diff := cmp.Diff([]float64{all[0].Point.Longitude, all[0].Point.Latitude}, f.Geometry.Coordinates); diff != "" {
		t.Errorf("coordinates mismatch (-want +got):\n%s", diff)
	}
}

// TestWritersReportErrors fails the writer after some bytes.
func TestWritersReportErrors(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer) error{
		"CSV":     func(w io.Writer) error { return territoires.WriteCSV(w, territoires.All(territoires.PhaseI)) },
		"GeoJSON": func(w io.Writer) error { return territoires.WriteGeoJSON(w, territoires.All(territoires.PhaseI)) },
	} {
		if err := write(&full{left: 100}); !errors.Is(err, errFull) {
			t.Errorf("%s to a full disk = %v; want %v", name, err, errFull)
		}
	}
}

var errFull = errors.New("disk full")

type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}
