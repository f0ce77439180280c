package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/export"
)

var began = time.Date(2019, time.May, 16, 9, 0, 0, 0, registration.Paris)

// people are sign-ups with all that a file must not damage.
func people() []registration.Signup {
	lead, companion := id(1), id(2)
	return []registration.Signup{
		{
			ID: lead, Party: lead, Code: "ACDEFGHJ", Language: registration.French, CreatedAt: began, AddressConfirmedAt: began.Add(time.Hour),
			Person: registration.Person{
				GivenName: "Zoë", FamilyName: "O’Brien-d’Ailly", Email: "zoe+ti@évry.example", Organisation: "Forge; Fils, \"& Cie\"",
				Function: "Maire", Category: registration.Elected, Territory: "ti-2701",
			},
			Places:   []registration.Place{{Session: "innovation", State: registration.Seated}, {Session: registration.MeetingSession, State: registration.Seated}},
			Arrivals: []registration.Arrival{{At: began.Add(27 * 24 * time.Hour)}},
		},
		{
			ID: companion, Party: lead, Code: "34679ACD", Language: registration.English, CreatedAt: began,
			Person: registration.Person{GivenName: "小明", FamilyName: "'t Hooft", Category: registration.Student, Organisation: "=HYPERLINK(\"x\")"},
			Places: []registration.Place{{Session: "innovation", State: registration.Queued}, {Session: registration.MeetingSession, State: registration.Seated}},
		},
	}
}

func id(n byte) registration.ID { return registration.ID{15: n} }

func all(people []registration.Signup) iter.Seq2[registration.Entry, error] {
	return func(yield func(registration.Entry, error) bool) {
		for _, p := range people {
			if !yield(entry(p), nil) {
				return
			}
		}
	}
}

func entry(s registration.Signup) registration.Entry {
	return registration.Entry{Signup: s, LeadCode: "ACDEFGHJ"}
}

func write(t testing.TB, f export.Format, o export.Options, people []registration.Signup) string {
	t.Helper()
	if o.Meeting.Slug == "" {
		o.Meeting = registration.ShippedExample()
		o.Meeting.Questions, o.Meeting.Interests = nil, false
	}
	var b bytes.Buffer
	if err := export.Write(&b, f, o, all(people)); err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return b.String()
}

func TestStandardCSV(t *testing.T) {
	t.Parallel()
	want := "code,status,family_name,given_name,email,organisation,function,category,territory,region,sessions,language,party,companion_of,created_at,confirmed_at,present_at\r\n" +
		"ACDEFGHJ,present,O’Brien-d’Ailly,Zoë,zoe+ti@évry.example,\"Forge; Fils, \"\"& Cie\"\"\",Maire,elu,Auxois Morvan,Bourgogne-Franche-Comté,innovation,fr,ACDEFGHJ,,2019-05-16T09:00:00+02:00,2019-05-16T10:00:00+02:00,2019-06-12T09:00:00+02:00\r\n" +
		"34679ACD,pending,'t Hooft,小明,,\"'=HYPERLINK(\"\"x\"\")\",,etudiant,,,innovation?,en,ACDEFGHJ,ACDEFGHJ,2019-05-16T09:00:00+02:00,,\r\n"
	if diff := cmp.Diff(want, write(t, export.CSV, export.Options{}, people())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFrenchExcelCSV(t *testing.T) {
	t.Parallel()
	want := "\ufeffCode;Statut;Nom;Prénom;Adresse électronique;Organisme;Fonction;Catégorie;Territoire d’industrie;Région;Sessions;Langue;Groupe;Accompagne;Inscription le;Confirmation le;Arrivée le\r\n" +
		"ACDEFGHJ;présente;O’Brien-d’Ailly;Zoë;zoe+ti@évry.example;\"Forge; Fils, \"\"& Cie\"\"\";Maire;Élu ou agent d’une collectivité;Auxois Morvan;Bourgogne-Franche-Comté;Table ronde\u00a0: les stratégies d’innovation;français;ACDEFGHJ;;16/05/2019 09:00:00;16/05/2019 10:00:00;12/06/2019 09:00:00\r\n" +
		"34679ACD;à confirmer;'t Hooft;小明;;\"'=HYPERLINK(\"\"x\"\")\";;Étudiant ou VTE;;;Table ronde\u00a0: les stratégies d’innovation (en attente);anglais;ACDEFGHJ;ACDEFGHJ;16/05/2019 09:00:00;;\r\n"
	if diff := cmp.Diff(want, write(t, export.CSVExcelFR, export.Options{}, people())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	text := write(t, export.JSON, export.Options{}, people())
	var got []map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if len(got) != 2 || got[0]["given_name"] != "Zoë" || got[1]["organisation"] != `=HYPERLINK("x")` || got[1]["family_name"] != "'t Hooft" {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]any{"innovation?"}, got[1]["sessions"]); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	last := 0
	for _, key := range export.Columns() {
		i := strings.Index(text, `"`+key+`":`)
		if i < last {
			t.Errorf("key %s is out of order", key)
		}
		last = i
	}
	lines := people()[:1]
	lines[0].Function, lines[0].GivenName = "Maire\nde", `Zo\é`
	got = nil
	if err := json.Unmarshal([]byte(write(t, export.JSON, export.Options{}, lines)), &got); err != nil || got[0]["function"] != lines[0].Function || got[0]["given_name"] != lines[0].GivenName {
		t.Errorf("a text of two lines, and one with a backslash: %v, %v", got, err)
	}
	if got := write(t, export.JSON, export.Options{}, nil); got != "[]\n" {
		t.Errorf("nobody: %q, want an empty array", got)
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(strings.NewReader(write(t, export.XLSX, export.Options{}, people())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[0]
	for cell, want := range map[string]string{
		"A1": "Code", "C2": "O’Brien-d’Ailly", "F3": `=HYPERLINK("x")`, "B2": "présente",
		"O2": "16/05/2019 09:00", "Q2": "12/06/2019 09:00", "P3": "",
	} {
		got, err := f.GetCellValue(sheet, cell)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", cell, got, err, want)
		}
	}
	if formula, err := f.GetCellFormula(sheet, "F3"); formula != "" || err != nil {
		t.Errorf("F3 holds the formula %q, %v", formula, err)
	}
	if kind, err := f.GetCellType(sheet, "F3"); kind == excelize.CellTypeFormula || err != nil {
		t.Errorf("F3 has the type %v, %v", kind, err)
	}
}

// TestArrivalColumns: columns that were chosen tell who arrived, by half-day
// and by session.
func TestArrivalColumns(t *testing.T) {
	t.Parallel()
	list := people()
	day := began.Add(27 * 24 * time.Hour)
	list[0].Arrivals = []registration.Arrival{
		{At: day, Half: registration.Morning, Session: registration.MeetingSession},
		{At: day.Add(2 * time.Hour), Half: registration.Morning, Session: "innovation"},
		{At: day.Add(5 * time.Hour), Half: registration.Afternoon, Session: registration.MeetingSession},
	}
	o := export.Options{Meeting: registration.ShippedExample(), Columns: []string{"code", "arrived:morning", "arrived:afternoon", "arrived:session:innovation", "arrived:session:attractivite"}}
	if want, got := "code,arrived:morning,arrived:afternoon,arrived:session:innovation,arrived:session:attractivite\r\n"+
		"ACDEFGHJ,2019-06-12T09:00:00+02:00,2019-06-12T14:00:00+02:00,2019-06-12T11:00:00+02:00,\r\n34679ACD,,,,\r\n", write(t, export.CSV, o, list); got != want {
		t.Errorf("got\n%s", cmp.Diff(want, got))
	}
	if got, _, _ := strings.Cut(write(t, export.CSVExcelFR, o, list), "\r\n"); !strings.HasSuffix(got, ";Arrivée le matin;Arrivée l’après-midi;Arrivée\u00a0: Table ronde\u00a0: les stratégies d’innovation;Arrivée\u00a0: Table ronde\u00a0: les stratégies locales d’attractivité territoriale et industrielle") {
		t.Errorf("French: %s", got)
	}
}

func TestChosenColumns(t *testing.T) {
	t.Parallel()
	m, list := asking()
	o := export.Options{Meeting: m, Columns: []string{"family_name", "session:innovation", "retour", "session:attractivite", "code"}}
	if want, got := "family_name,session:innovation,retour,session:attractivite,code\r\n"+
		"O’Brien-d’Ailly,seat,train velo,–,ACDEFGHJ\r\n't Hooft,waits,,–,34679ACD\r\n", write(t, export.CSV, o, list); got != want {
		t.Errorf("got\n%s", cmp.Diff(want, got))
	}
	if got := write(t, export.CSVExcelFR, o, list); !strings.Contains(got, ";en attente;;–;") || !strings.Contains(got, ";place;") {
		t.Errorf("French:\n%s", got)
	}
	o.Columns = []string{"code", "retour", "code"}
	for f, want := range map[export.Format]string{
		export.CSV: "code,retour\r\nACDEFGHJ,train velo\r\n34679ACD,\r\n", export.JSON: `"code":"34679ACD","retour"`,
	} {
		if got := write(t, f, o, list); !strings.Contains(got, want) || strings.Count(got, "34679ACD") != 1 {
			t.Errorf("%s, a column named twice:\n%s", f, got)
		}
	}
	o.Columns = []string{"code", "nom"}
	bad, ok := errors.AsType[*export.UnknownColumnError](export.Write(io.Discard, export.CSV, o, all(list)))
	if !ok || bad.Column != "nom" {
		t.Errorf("an unknown column: %v", bad)
	}
	for _, name := range (export.Options{Meeting: m, Removed: []string{"regime"}}).All() {
		if o.Title(name) == "" || strings.Contains(o.Title(name), "⟦") {
			t.Errorf("column %s has the title %q", name, o.Title(name))
		}
	}
}

func TestXLSXLayout(t *testing.T) {
	t.Parallel()
	book := write(t, export.XLSX, export.Options{}, people())
	f, err := excelize.OpenReader(strings.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if text := part(t, book, "xl/worksheets/sheet1.xml"); !strings.Contains(text, `<autoFilter ref="$A$1:$Q$3"`) {
		t.Errorf("the sheet has no filter: …%s", text[max(0, len(text)-600):])
	}
	sheet := f.GetSheetName(0)
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v; want the header frozen", panes, err)
	}
	page, err := f.GetPageLayout(sheet)
	if err != nil || *page.Orientation != "landscape" || page.FitToWidth == nil || *page.FitToWidth != 1 || page.FitToHeight == nil || *page.FitToHeight != 0 {
		t.Errorf("page %+v, %v; want landscape, one page wide", page, err)
	}
	if props, err := f.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("sheet %+v, %v; want it fitted to pages", props, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if diff := cmp.Diff(map[string]string{"_xlnm.Print_Titles": "'Inscriptions'!$1:$1", "_xlnm._FilterDatabase": "'Inscriptions'!$A$1:$Q$3"}, names); diff != "" {
		t.Errorf("defined names (-want +got):\n%s", diff)
	}
}

// part returns a file of a workbook.
func part(t *testing.T, book, name string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestColumnsAreReserved: no question can have the name of a column as its
// id, so no file has two columns of one name.
func TestColumnsAreReserved(t *testing.T) {
	t.Parallel()
	for _, id := range append(export.Columns(), "interests", "of_its_own") {
		m := registration.ShippedExample()
		m.Questions = []registration.Question{{ID: id, Kind: registration.TextQuestion, Label: registration.Localized{FR: "Question"}}}
		if err := m.Check(); (err == nil) != (id == "of_its_own") {
			t.Errorf("a question %q: %v", id, err)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	fail := func(yield func(registration.Entry, error) bool) {
		_ = yield(entry(people()[0]), nil) && yield(registration.Entry{}, broken)
	}
	for _, f := range export.Formats() {
		if err := export.Write(io.Discard, f, export.Options{}, fail); !errors.Is(err, broken) {
			t.Errorf("%s: %v, want the error of the store", f, err)
		}
	}
	if err := export.Write(io.Discard, "pdf", export.Options{}, fail); err == nil {
		t.Error("an unknown format was written")
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	m := registration.Shipped()
	for f, want := range map[export.Format]string{
		export.CSV: "inscriptions-2019-06-12-paris.csv", export.CSVExcelFR: "inscriptions-2019-06-12-paris-excel.csv",
		export.XLSX: "inscriptions-2019-06-12-paris.xlsx", export.JSON: "inscriptions-2019-06-12-paris.json",
	} {
		if got := f.FileName(m); got != want {
			t.Errorf("%s: %q, want %q", f, got, want)
		}
		if _, ok := export.ParseFormat(string(f)); !ok {
			t.Errorf("%s is not parsed", f)
		}
		if f.ContentType() == "" {
			t.Errorf("%s has no type", f)
		}
	}
	m.Slug = "../\"\r\n"
	if got := export.CSV.FileName(m); strings.ContainsAny(got, "/\"\r\n.") && got != "inscriptions-______.csv" {
		t.Errorf("file name %q", got)
	}
}

// TestConstantMemory writes a hundred thousand people and keeps none of them.
func TestConstantMemory(t *testing.T) {
	many := func(yield func(registration.Entry, error) bool) {
		p := people()[1]
		p.Organisation = strings.Repeat("x", 200)
		for range 100_000 {
			if !yield(entry(p), nil) {
				return
			}
		}
	}
	for _, f := range []export.Format{export.CSV, export.JSON} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		peak := &meter{}
		if err := export.Write(peak, f, export.Options{}, many); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if grown := peak.most - min(peak.most, before.HeapAlloc); grown > 24<<20 {
			t.Errorf("%s: the heap grew by %d MiB while %d MiB were written", f, grown>>20, peak.n>>20)
		}
	}
}

// meter counts what is written and looks at the heap now and then.
type meter struct {
	n    int
	most uint64
	next int
}

func (m *meter) Write(b []byte) (int, error) {
	if m.n += len(b); m.n > m.next {
		m.next = m.n + 4<<20
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		m.most = max(m.most, s.HeapAlloc)
	}
	return len(b), nil
}

func ExampleWrite() {
	var b strings.Builder
	err := export.Write(&b, export.CSV, export.Options{Meeting: registration.Shipped()}, all(people()[:1]))
	lines := strings.Split(b.String(), "\r\n")
	fmt.Println(err, slices.Index(export.Columns(), "status"))
	fmt.Println(lines[1][:36])
	// Output:
	// <nil> 1
	// ACDEFGHJ,present,O’Brien-d’Ailly
}
