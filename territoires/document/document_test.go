package document_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/document"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/validation"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

func allDocuments() []document.Document {
	sheet := sample.Sheet()
	return []document.Document{&sheet, sample.Protocol(), sample.Contract(), sample.Dossier(), sample.VTE()}
}

func written(t interface{ Fatal(...any) }, d document.Document) []byte {
	var b bytes.Buffer
	if err := document.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDocumentRoundTrip(t *testing.T) {
	t.Parallel()
	for _, d := range allDocuments() {
		b := written(t, d)
		if !bytes.HasPrefix(b, []byte("{\n  \""+d.Kind()+"\": {\n")) {
			t.Errorf("%s: file begins %.40q", d.Kind(), b)
		}
		back, err := document.Read(bytes.NewReader(b))
		if err != nil {
			t.Errorf("%s: %v", d.Kind(), err)
			continue
		}
		if diff := cmp.Diff(d, back); diff != "" {
			t.Errorf("%s round trip (-want +got):\n%s", d.Kind(), diff)
		}
		if again := written(t, back); !bytes.Equal(again, b) {
			t.Errorf("%s: the second writing differs", d.Kind())
		}
	}
}

// TestSheetRoundTrip draws sheets at random, with texts that JSON must escape.
func TestSheetRoundTrip(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[ -~\n\té€œ\x{202f}😀]{0,20}[!-~éœ😀][ -~\n\té€œ\x{202f}😀]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		s := sample.Sheet()
		s.Title = text.Draw(t, "title")
		s.Description = text.Draw(t, "description")
		s.Owners = rapid.SliceOfN(text, 1, 5).Draw(t, "owners")
		n := territoires.Amount(rapid.Int64Range(0, 1e13).Draw(t, "cents"))
		s.Costs, s.Financing = []agreement.BudgetLine{{Label: "a", Amount: n}}, []agreement.BudgetLine{{Label: "b", Amount: n}}
		s.Starts, s.Ends = territoires.Date{}, territoires.Date{}
		back, err := document.Read(bytes.NewReader(written(t, &s)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(document.Document(&s), back); diff != "" {
			t.Fatalf("round trip (-want +got):\n%s", diff)
		}
	})
}

const sheetFile = `{"action_sheet": {"phase": "I", "territory": "ti-7505", "title": "T", "axes": ["attirer"], "owners": ["O"]%s}}`

func TestBadFiles(t *testing.T) {
	t.Parallel()
	sheet := func(rest string) string { return strings.Replace(sheetFile, "%s", rest, 1) }
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"nothing", "", []string{": json=1:1"}},
		{"no document", "{}", []string{": document"}},
		{"a list", "[]", []string{": type=object"}},
		{"another kind", `{"letter": {}}`, []string{": document"}},
		{"a kind misspelt", `{"contrat": {"phase": "I"}, "Contract": 3}`, []string{": document"}},
		{"a name beside the document", `{"note": "", ` + sheet(`, "stakes": 3`)[1:], []string{": document", "action_sheet.stakes: type=string"}},
		{"two documents", `{"vte": {}, "contract": {}}`, []string{": document"}},
		{"cut short", `{"contract": {"phase": "I"`, []string{"contract: json=1:27"}},
		{"a comma too many", "{\"contract\": {\n  \"regions\": [\"75\",]}}", []string{"contract.regions[1]: json=2:20"}},
		{"trailing data", sheet("") + "\n{}", []string{": trailing=2:2"}},
		{"not UTF-8", sheet(`, "stakes": "` + "\xff" + `"`), []string{": utf8"}},
		{"unknown and doubled names", sheet(`, "titel": [{"deep": 1}], "title": "U", "budget": 3`), []string{
			"action_sheet: unknown=1:109", "action_sheet: unknown=1:147", "action_sheet.title: duplicate"}},
		{"names in capitals are others", sheet(`, "Stakes": ""`), []string{"action_sheet: unknown=1:109"}},
		{"a name for a terminal", sheet(`, "\u001b[2J": 1`), []string{"action_sheet: unknown=1:109"}},
		{"wrong types", sheet(`, "stakes": 3, "partners": "P", "costs": [7], "version": 2019, "diagnosis": null`), []string{
			"action_sheet.stakes: type=string", "action_sheet.diagnosis: type=string", "action_sheet.version: type=string",
			"action_sheet.partners: type=list", "action_sheet.costs[0]: type=object"}},
		{"amounts that are not cents", sheet(`, "costs": [{"label": "a", "amount": 1.5}, {"label": "b", "amount": 1e3}, {"label": "c", "amount": "1"}]`), []string{
			"action_sheet.costs[0].amount: type=integer", "action_sheet.costs[1].amount: type=integer", "action_sheet.costs[2].amount: type=integer"}},
		{"a number that does not fit", sheet(`, "costs": [{"label": "a", "amount": 9223372036854775808}]`), []string{
			"action_sheet.costs[0].amount: type=integer"}},
		{"a day that is none", sheet(`, "version": "2019-02-30", "starts": ""`), []string{"action_sheet.version: date", "action_sheet.starts: date"}},
		{"texts that are not what they should be", `{"contract": {"phase": "III", "signatories": [{"siren": "73282932", "signed": "hier"}]}}`, []string{
			"contract.phase: phase", "contract.territory: required", "contract.regions: required", "contract.term.first: min=2018", "contract.term.last: min=2018",
			"contract.signatories: local_party", "contract.signatories: state_party", "contract.signatories[0].kind: required",
			"contract.signatories[0].name: required", "contract.signatories[0].siren: siren", "contract.signatories[0].signed: span"}},
		{"words that are none", strings.Replace(sheet(`, "commitments": [{"operator": "ademe", "text": "T"}]`), `["attirer"]`, `["attirer", "plaire"]`, 1), []string{
			"action_sheet.axes[1]: axis=I", "action_sheet.commitments[0].operator: operator"}},
		{"a territory that is none", strings.Replace(sheet(""), "ti-7505", "ti-9999", 1), []string{"action_sheet.territory: territory=I"}},
		{"a stage that is none", `{"dossier": {"phase": "I", "territory": "ti-7505", "as_of": "2019-05-16", "stage": "done"}}`, []string{"dossier.stage: stage"}},
		{"a boolean", `{"vte": {"placement": {"charter": 1, "green": true}}}`, []string{
			"vte.requested: required", "vte.candidate.status: required", "vte.placement.mission: required", "vte.placement.contract: required",
			"vte.placement.start: required", "vte.placement.months: months=10", "vte.placement.charter: type=boolean"}},
		{"words left empty", `{"protocol": {"phase": "", "signatories": [{"kind": "", "operator": ""}]}}`, []string{
			"protocol.phase: phase", "protocol.territory: required", "protocol.regions: required", "protocol.signatories: local_party",
			"protocol.signatories: state_party", "protocol.signatories[0].kind: signatory_kind", "protocol.signatories[0].name: required",
			"protocol.signatories[0].operator: operator"}},
		{"a word that is left empty", `{"vte": {"candidate": {"status": ""}, "requested": "2019-06-12", "placement": {"mission": "other", "contract": "cdi", "start": "2019-09-01"}}}`, []string{
			"vte.candidate.status: word"}},
		{"a boolean for a text", sheet(`, "stakes": true`), []string{"action_sheet.stakes: type=string"}},
		{"invisible characters", sheet(`, "stakes": "a\u0000b", "diagnosis": "\ud800"`), []string{"action_sheet.stakes: text", "action_sheet.diagnosis: text"}},
		{"form and contents at once", strings.Replace(sheet(`, "stakes": 3`), `["attirer"]`, `["foncier"]`, 1), []string{
			"action_sheet.axes[0]: axis=I", "action_sheet.stakes: type=string"}},
		{"10,000 levels", sheet(`, "stakes": ` + strings.Repeat("[", 10_000)), []string{"action_sheet.stakes: type=string", "action_sheet.stakes: depth=12"}},
		{"10,000 levels under an unknown name", sheet(`, "x": ` + strings.Repeat(`{"a":`, 10_000)), []string{"action_sheet: unknown=1:109", "action_sheet: depth=12"}},
		{"a list without end", sheet(`, "partners": [` + strings.Repeat(`"P",`, 1000) + `"P"]`), []string{"action_sheet.partners: max=1000"}},
		{"too large", sheet(`, "stakes": "` + strings.Repeat("x", validation.MaxJSONSize) + `"`), []string{": size=1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := document.Read(strings.NewReader(tt.file))
			bad, ok := errors.AsType[*validation.Error](err)
			if doc != nil || !ok {
				t.Fatalf("Read = %v, %v; want a *ValidationError", doc, err)
			}
			var got []string
			for _, f := range bad.Fields {
				sample.CheckSentences(t, f)
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("errors mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithinBounds comes as close to the bounds as it may.
func TestWithinBounds(t *testing.T) {
	t.Parallel()
	list := func(n int) string { return `, "partners": [` + strings.Repeat(`"P",`, n-1) + `"P"]` }
	nested := func(n int) string { return `, "x": ` + strings.Repeat("[", n) + strings.Repeat("]", n) }
	full := strings.Replace(sheetFile, "%s", "", 1)
	for _, tt := range []struct{ name, file, want string }{
		{"list", strings.Replace(sheetFile, "%s", list(validation.MaxJSONList), 1), "action_sheet.partners: max=100"},
		{"depth", strings.Replace(sheetFile, "%s", nested(validation.MaxJSONDepth-2), 1), "action_sheet: unknown=1:109"},
		{"size", full + strings.Repeat(" ", validation.MaxJSONSize-len(full)), ""},
	} {
		_, err := document.Read(strings.NewReader(tt.file))
		got := ""
		if bad, ok := errors.AsType[*validation.Error](err); ok && len(bad.Fields) == 1 {
			got = bad.Fields[0].Error()
		}
		if got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: %v; want %q alone", tt.name, err, tt.want)
		}
	}
}

// TestBoundedErrors gives a file whose every name is wrong.
func TestBoundedErrors(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"vte": {`)
	for range 20_000 {
		b.WriteString(`"x": 1, `)
	}
	_, err := document.Read(strings.NewReader(b.String() + `"y": 1}}`))
	if bad, ok := errors.AsType[*validation.Error](err); !ok || len(bad.Fields) != 100 {
		t.Errorf("%T with other than 100 errors: %.200v", err, err)
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken disk")
	doc, err := document.Read(iotest.ErrReader(broken))
	if doc != nil || !errors.Is(err, broken) {
		t.Errorf("Read = %v, %v", doc, err)
	}
	v := sample.VTE()
	v.Company.SIREN = "1"
	if err := document.Write(io.Discard, v); err == nil || strings.Contains(err.Error(), "Fonderie") {
		t.Errorf("Write of a wrong SIREN: %v", err)
	}
	r, w := io.Pipe()
	_ = r.CloseWithError(broken)
	if err := document.Write(w, sample.VTE()); !errors.Is(err, broken) {
		t.Errorf("Write to a broken pipe: %v", err)
	}
}

// TestTexts writes texts that are read back, with the line ends of browsers and of
// Windows, and refuses those that cannot be.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"one line\r\nanother", "\r", "\ta \\u0000 \\b \"\u2028\u00e9\U0001f600\u200b</x>\n"} {
		sheet := sample.Sheet()
		sheet.Description = text
		back, err := document.Read(bytes.NewReader(written(t, &sheet)))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(document.Document(&sheet), back); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{"\x00", "a\b", "\f", "\x1b[31m", "\x7f", "\u0085", "\xff", "\ufffd", "é\xc3"} {
		c := sample.Contract()
		c.Signatories[1].Capacity = text
		var b bytes.Buffer
		if err := document.Write(&b, c); err == nil || b.Len() > 0 || !strings.Contains(err.Error(), "contract.signatories[1].capacity") {
			t.Errorf("%q: error %v, and %d bytes were written", text, err, b.Len())
		}
	}
}

// letter is a document of a kind that there is not.
type letter struct{}

func (letter) Kind() string { return "letter" }

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	notADay := sample.Sheet()
	notADay.Starts.Day = 31 // of September
	tooLarge, tooMany := sample.Sheet(), sample.Sheet()
	tooLarge.Description = strings.Repeat("a", validation.MaxJSONSize)
	tooMany.Partners = make([]string, validation.MaxJSONList+1)
	elsewhere := sample.Contract()
	elsewhere.Regions = []cog.RegionCode{"75"}
	for name, d := range map[string]document.Document{
		"nothing": nil, "a nil pointer": (*agreement.Contract)(nil), "another kind": letter{}, "a day that is none": &notADay,
		"more than a file may have": &tooLarge, "more than a list may have": &tooMany,
	} {
		var b bytes.Buffer
		if err := document.Write(&b, d); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, and %d bytes were written", name, err, b.Len())
		}
	}
	for _, d := range []document.Document{elsewhere, &vte.VTE{}, &agreement.Dossier{}} {
		if err := document.Write(io.Discard, d); err != nil {
			t.Errorf("what only breaks a rule is not written: %v", err)
		}
	}
}

// pathOf is what a path may look like: names of ours, and places in lists.
var pathOf = regexp.MustCompile(`^([a-z_]+(\[[0-9]{1,4}\])?(\.[a-z_]+(\[[0-9]{1,4}\])?)*)?$`)

// FuzzRead wants every input to end in a valid document that is
// written and read back the same, or in errors that name fields of ours only,
// none twice, each with its sentence.
func FuzzRead(f *testing.F) {
	names := map[string]bool{}
	for _, d := range allDocuments() {
		f.Add(written(f, d))
		names[d.Kind()] = true
		jsonNames(reflect.TypeOf(d), names)
	}
	f.Add([]byte(strings.Replace(sheetFile, "%s", `, "x": [[[[1]]]], "costs": [{}]`, 1)))
	f.Add([]byte("\ufeff" + `{"contract": {"Jean Dupont": 1, "regions": ["94"], "signatories": [{}, {"kind": "x"}]}, "$schema": 3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := document.Read(bytes.NewReader(data))
		if err != nil {
			bad, ok := errors.AsType[*validation.Error](err)
			if d != nil || !ok || len(bad.Fields) == 0 {
				t.Fatalf("Read = %v, %T %v", d, err, err)
			}
			checkErrors(t, bad.Fields, names)
			return
		}
		askEverything(t, d)
		b := written(t, d)
		back, err := document.Read(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b)
		}
		if again := written(t, back); !bytes.Equal(b, again) {
			t.Fatalf("written twice:\n%s\n%s", b, again)
		}
	})
}

// askEverything puts every question to a document: none may fail, and every
// answer has its sentences.
func askEverything(t *testing.T, d document.Document) {
	t.Helper()
	for _, day := range []territoires.Date{{}, sample.Day("2019-06-12"), sample.Day("2024-06-03")} {
		switch d := d.(type) {
		case *agreement.Protocol:
			checkSentences(t, d.Missing(day))
		case *agreement.Contract:
			checkSentences(t, d.Missing(day))
		case *agreement.Dossier:
			next := *d
			if stop, ok := errors.AsType[*agreement.StageError](next.Advance(d.Stage+1, day)); ok {
				checkSentences(t, stop.Missing)
			}
		case *vte.VTE:
			d.Aids(day)
			d.UndecidedAids(day)
			for _, r := range d.Eligibility(day).Reasons {
				if !r.Verdict.Valid() || r.Message("fr") == "" || r.Message("en") == "" {
					t.Errorf("%+v has no sentence", r)
				}
			}
		}
		if counted, ok := d.(agreement.Countable); ok {
			agreement.ProgressAt(day, counted)
		}
	}
}

func checkSentences(t *testing.T, fields []validation.FieldError) {
	t.Helper()
	for _, f := range fields {
		sample.CheckSentences(t, f)
	}
}

func checkErrors(t *testing.T, fields []validation.FieldError, names map[string]bool) {
	t.Helper()
	seen := map[validation.FieldError]bool{}
	for _, f := range fields {
		sample.CheckSentences(t, f)
		if seen[f] {
			t.Errorf("%v is said twice", f)
		}
		seen[f] = true
		if f.Path != "$schema" && !pathOf.MatchString(f.Path) {
			t.Errorf("path %q", f.Path)
		}
		for name := range strings.SplitSeq(f.Path, ".") {
			if name, _, _ := strings.Cut(name, "["); name != "" && name != "$schema" && !names[name] {
				t.Errorf("path %q has a name that is none of ours", f.Path)
			}
		}
	}
}
