package sirene_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/sirene"
)

func TestParseSIREN(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     sirene.SIREN
		wantErr  error
		part     string
	}{
		{name: "canonical", in: "732829320", want: "732829320"},
		{name: "spaces", in: " 732 829 320\t", want: "732829320"},
		{name: "no-break spaces", in: "732\u00a0829\u202f320", want: "732829320"},
		{name: "thin and figure spaces", in: "732\u2009829\u2007320", want: "732829320"},
		{name: "line ends", in: "732829320\r\n", want: "732829320"},
		{name: "spaces of all kinds", in: "7\u20033\u20042\u200a8\u30002\u205f9\u00853\u16802\u20280\v\f", want: "732829320"},
		{name: "invisible characters", in: "\ufeff732\u200b829\u00ad32\u200d0\u202c", want: "732829320"},
		{name: "full-width digits", in: "７３２８２９３２０", want: "732829320"},
		{name: "La Poste", in: "356000000", want: "356000000"},
		{name: "swapped digits", in: "732829230", wantErr: sirene.ErrChecksum, part: "Luhn"},
		{name: "empty", in: "", wantErr: sirene.ErrSyntax, part: "no digit"},
		{name: "only spaces", in: " \u00a0", wantErr: sirene.ErrSyntax, part: "no digit"},
		{name: "short", in: "73282932", wantErr: sirene.ErrSyntax, part: "8 digits instead of 9"},
		{name: "a SIRET", in: "732 829 320 00074", wantErr: sirene.ErrSyntax, part: "length of a SIRET"},
		{name: "long", in: "7328293201", wantErr: sirene.ErrSyntax, part: "more than 9"},
		{name: "NUL", in: "7328\x0029320", wantErr: sirene.ErrSyntax, part: "character 5 is a control character"},
		{name: "invalid UTF-8", in: "732\xff29320", wantErr: sirene.ErrSyntax, part: "character 4 is not UTF-8"},
		{name: "cut space", in: "732829320\xc2", wantErr: sirene.ErrSyntax, part: "character 10 is not UTF-8"},
		{name: "letter O", in: "7328O9320", wantErr: sirene.ErrSyntax, part: "character 5 is a letter"},
		{name: "Arabic digits", in: "٧٣٢٨٢٩٣٢٠", wantErr: sirene.ErrSyntax, part: "character 1 is a sign"},
		{name: "hyphen", in: "732-829-320", wantErr: sirene.ErrSyntax, part: "character 4 is a sign"},
		{name: "endless digits", in: strings.Repeat("7", 10<<20), wantErr: sirene.ErrSyntax, part: "more than 9"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := sirene.ParseSIREN(tt.in)
			check(t, got, err, tt.want, tt.wantErr, tt.part)
		})
	}
}

func TestParseSIRET(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     sirene.SIRET
		wantErr  error
		part     string
	}{
		{name: "canonical", in: "73282932000074", want: "73282932000074"},
		{name: "spaces", in: "732 829 320\u00a000074", want: "73282932000074"},
		// Its digits add up to 45 and do not satisfy Luhn's rule.
		{name: "La Poste by the sum", in: "35600000049837", wantErr: nil, want: "35600000049837"},
		{name: "La Poste by Luhn", in: "35600000000048", want: "35600000000048"},
		{name: "La Poste by neither", in: "35600000049838", wantErr: sirene.ErrChecksum, part: "14 digits"},
		{name: "the sum does for nobody else", in: "73282932000075", wantErr: sirene.ErrChecksum, part: "14 digits"},
		{name: "wrong SIREN", in: "73282932100074", wantErr: sirene.ErrChecksum, part: "SIREN"},
		{name: "a SIREN", in: "732829320", wantErr: sirene.ErrSyntax, part: "length of a SIREN"},
		{name: "long", in: "732829320000740", wantErr: sirene.ErrSyntax, part: "more than 14"},
		{name: "empty", in: "", wantErr: sirene.ErrSyntax, part: "no digit"},
		{name: "endless digits", in: strings.Repeat("7", 10<<20), wantErr: sirene.ErrSyntax, part: "more than 14"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := sirene.ParseSIRET(tt.in)
			check(t, got, err, tt.want, tt.wantErr, tt.part)
		})
	}
}

func TestParseNAF(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     sirene.NAF
		wantErr  error
		part     string
	}{
		{name: "canonical", in: "25.62B", want: "25.62B"},
		{name: "no point", in: "2562B", want: "25.62B"},
		{name: "spaces", in: " 25.62\u00a0B ", want: "25.62B"},
		{name: "lower case", in: "25.62b", want: "25.62B"},
		{name: "full width, invisible, line end", in: "２５．６２\u200bｂ\r\n", want: "25.62B"},
		{name: "no letter", in: "25.62", wantErr: sirene.ErrSyntax, part: "fewer"},
		{name: "digit for the letter", in: "25.621", wantErr: sirene.ErrSyntax, part: "not a letter"},
		{name: "two points", in: "25..62B", wantErr: sirene.ErrSyntax, part: "not a digit"},
		{name: "long", in: "25.62BB", wantErr: sirene.ErrSyntax, part: "more than"},
		{name: "empty", in: "", wantErr: sirene.ErrSyntax, part: "fewer"},
		{name: "NUL", in: "25.6\x00B", wantErr: sirene.ErrSyntax, part: "not a digit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := sirene.ParseNAF(tt.in)
			check(t, got, err, tt.want, tt.wantErr, tt.part)
		})
	}
}

// check compares what a parser returned and wants an error to name the part
// at fault without repeating the text.
func check[T ~string](t *testing.T, got T, err error, want T, wantErr error, part string) {
	t.Helper()
	if got != want || !errors.Is(err, wantErr) {
		t.Errorf("got %q, %v; want %q, %v", got, err, want, wantErr)
	}
	if wantErr == nil {
		return
	}
	var pe *sirene.ParseError
	if !errors.As(err, &pe) || !strings.Contains(pe.Part, part) {
		t.Errorf("error %v does not name %q", err, part)
	}
	if len(err.Error()) > 120 {
		t.Errorf("error of %d bytes", len(err.Error()))
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	siret := sirene.MustParseSIRET("73282932000074")
	got := []string{
		siret.SIREN().Format(), siret.Format(), siret.NIC(), siret.String(), siret.SIREN().String(),
		sirene.SIREN("12").Format(), sirene.SIRET("12").Format(), sirene.SIRET("12").NIC(), string(sirene.SIRET("12").SIREN()),
		sirene.NAF("25.62B").Division(), sirene.NAF("x").Division(), sirene.NAF("25.62B").String(),
	}
	want := []string{
		"732\u00a0829\u00a0320", "732\u00a0829\u00a0320\u00a000074", "00074", "73282932000074", "732829320",
		"12", "12", "", "",
		"25", "", "25.62B",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("formats mismatch (-want +got):\n%s", diff)
	}
}

type firm struct {
	SIREN sirene.SIREN `json:"siren"`
	SIRET sirene.SIRET `json:"siret"`
	NAF   sirene.NAF   `json:"naf"`
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     firm
		wantErr  error
	}{
		{name: "spaced", in: `{"siren":"732 829 320","siret":"732 829 320 00074","naf":"2562B"}`, want: firm{"732829320", "73282932000074", "25.62B"}},
		{name: "empty", in: `{"siren":"","siret":"","naf":""}`},
		{name: "wrong", in: `{"siren":"732829321"}`, wantErr: sirene.ErrChecksum},
		{name: "wrong SIRET", in: `{"siret":"73282932000075"}`, wantErr: sirene.ErrChecksum},
		{name: "wrong NAF", in: `{"naf":"25"}`, wantErr: sirene.ErrSyntax},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got firm
			if err := json.Unmarshal([]byte(tt.in), &got); !errors.Is(err, tt.wantErr) {
				t.Fatalf("Unmarshal = %v; want %v", err, tt.wantErr)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Unmarshal mismatch (-want +got):\n%s", diff)
			}
			out, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			var again firm
			if err := json.Unmarshal(out, &again); err != nil || again != got {
				t.Errorf("round trip gave %v, %v; want %v", again, err, got)
			}
		})
	}
	if _, err := json.Marshal(firm{SIREN: "732829321"}); !errors.Is(err, sirene.ErrChecksum) {
		t.Errorf("Marshal of a wrong SIREN = %v; want %v", err, sirene.ErrChecksum)
	}
}

// TestReused: what an empty text is read into does not keep what was there before.
func TestReused(t *testing.T) {
	t.Parallel()
	f := firm{"732829320", "73282932000074", "25.62B"}
	if err := json.Unmarshal([]byte(`{"siren":"","siret":"","naf":""}`), &f); err != nil || f != (firm{}) {
		t.Errorf("left %+v, %v", f, err)
	}
}

// TestValidLength: a check digit alone makes no number.
func TestValidLength(t *testing.T) {
	t.Parallel()
	if sirene.SIREN("0").Valid() || sirene.SIREN("73282932000074").Valid() || sirene.SIRET("732829320").Valid() || sirene.SIRET("0").Valid() || sirene.NAF("25x62B").Valid() {
		t.Error("a text of another length or form is valid")
	}
	if !sirene.SIREN("732829320").Valid() || !sirene.SIRET("73282932000074").Valid() || !sirene.NAF("25.62B").Valid() {
		t.Error("a number is not valid")
	}
}

func TestSQL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		src     any
		want    sirene.SIREN
		wantErr bool
	}{
		{name: "text", src: "732829320", want: "732829320"},
		{name: "bytes", src: []byte("732829320"), want: "732829320"},
		{name: "NULL", src: nil},
		{name: "empty", src: ""},
		{name: "number", src: int64(732829320), wantErr: true},
		{name: "wrong", src: "732829321", wantErr: true},
		{name: "wrong bytes", src: []byte("732829321"), wantErr: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sirene.SIREN("356000000") // what was there before must not survive
			if err := got.Scan(tt.src); (err != nil) != tt.wantErr || got != tt.want {
				t.Fatalf("Scan = %q, %v; want %q, error %v", got, err, tt.want, tt.wantErr)
			}
			if tt.wantErr {
				return
			}
			v, err := got.Value()
			if s, _ := v.(string); err != nil || s != string(tt.want) || (v == nil) != (tt.want == "") {
				t.Errorf("Value = %v, %v; want %q", v, err, tt.want)
			}
		})
	}
	if v, err := sirene.SIREN("1").Value(); err == nil {
		t.Errorf("Value of a wrong SIREN = %v, nil; want an error", v)
	}
	var siret sirene.SIRET
	var naf sirene.NAF
	if err := errors.Join(siret.Scan("73282932000074"), naf.Scan("25.62B")); err != nil {
		t.Error(err)
	}
	if err := new(sirene.SIRET).Scan("73282932000075"); !errors.Is(err, sirene.ErrChecksum) {
		t.Errorf("Scan of a wrong SIRET = %v; want %v", err, sirene.ErrChecksum)
	}
	if err := new(sirene.NAF).Scan("25"); !errors.Is(err, sirene.ErrSyntax) {
		t.Errorf("Scan of a wrong NAF = %v; want %v", err, sirene.ErrSyntax)
	}
	s, err1 := siret.Value()
	n, err2 := naf.Value()
	if s != "73282932000074" || n != "25.62B" || err1 != nil || err2 != nil {
		t.Errorf("Value = %v, %v, %v, %v", s, err1, n, err2)
	}
}

func TestMustParse(t *testing.T) {
	t.Parallel()
	if sirene.MustParseSIREN("732829320") != "732829320" || sirene.MustParseNAF("2562B") != "25.62B" {
		t.Error("MustParse changed a right value")
	}
	defer func() {
		if recover() == nil {
			t.Error("MustParseSIREN of a wrong number did not panic")
		}
	}()
	sirene.MustParseSIREN("1")
}

func TestParseAllocatesNothing(t *testing.T) {
	for name, parse := range map[string]func(){
		"SIREN": func() { _, _ = sirene.ParseSIREN("732829320") },
		"SIRET": func() { _, _ = sirene.ParseSIRET("73282932000074") },
		"NAF":   func() { _, _ = sirene.ParseNAF("25.62B") },
	} {
		if n := testing.AllocsPerRun(100, parse); n != 0 {
			t.Errorf("parsing a canonical %s allocates %v times; want 0", name, n)
		}
	}
}
