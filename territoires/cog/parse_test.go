package cog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/territoires/cog"
)

func TestParse(t *testing.T) {
	t.Parallel()
	v := cog.V2019
	region := func(s string) (string, error) { c, err := v.ParseRegion(s); return string(c), err }
	departement := func(s string) (string, error) { c, err := v.ParseDepartement(s); return string(c), err }
	commune := func(s string) (string, error) { c, err := v.ParseCommune(s); return string(c), err }
	commune2026 := func(s string) (string, error) { c, err := cog.V2026.ParseCommune(s); return string(c), err }
	epci := func(s string) (string, error) { c, err := v.ParseEPCI(s); return string(c), err }
	for _, tt := range []struct {
		name    string
		parse   func(string) (string, error)
		in      string
		want    string
		wantErr error
		part    string // what the error must name
	}{
		{name: "région", parse: region, in: "75", want: "75"},
		{name: "région with its zero", parse: region, in: " 01\u00a0", want: "01"},
		{name: "région without its zero", parse: region, in: "1", wantErr: cog.ErrSyntax, part: "01 is Guadeloupe"},
		{name: "région 05", parse: region, in: "05", wantErr: cog.ErrUnknown, part: "05"},
		{name: "région by name", parse: region, in: "Bretagne", wantErr: cog.ErrSyntax, part: "two digits"},
		{name: "département", parse: departement, in: "75", want: "75"},
		{name: "département without its zero", parse: departement, in: "1", wantErr: cog.ErrSyntax, part: "01 is Ain"},
		{name: "Corse", parse: departement, in: "2A", want: "2A"},
		{name: "lower-case 2a", parse: departement, in: "2a\r\n", want: "2A"},
		{name: "département 20", parse: departement, in: "20", wantErr: cog.ErrUnknown, part: "2A and 2B"},
		{name: "Mayotte", parse: departement, in: "976", want: "976"},
		{name: "a collectivity overseas", parse: departement, in: "975", wantErr: cog.ErrUnknown, part: "975"},
		{name: "three digits", parse: departement, in: "123", wantErr: cog.ErrSyntax, part: "971"},
		{name: "commune", parse: commune, in: "21425", want: "21425"},
		{name: "commune in Corse", parse: commune, in: "2B033", want: "2B033"},
		{name: "lower-case commune", parse: commune, in: "2a004", want: "2A004"},
		{name: "spaces", parse: commune, in: "21\u202f425\n", want: "21425"},
		{name: "invisible characters", parse: commune, in: "\ufeff21\u200b425\u00ad", want: "21425"},
		{name: "full-width digits", parse: commune, in: "２Ａ００４", want: "2A004"},
		{name: "commune without its zero", parse: commune, in: "1001", wantErr: cog.ErrSyntax, part: "01001 is L'Abergement-Clémenciat"},
		{name: "four digits of nothing", parse: commune, in: "1003", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "commune of the old Corse", parse: commune, in: "20004", wantErr: cog.ErrUnknown, part: "2A or 2B"},
		{name: "postal code", parse: commune, in: "35400", wantErr: cog.ErrUnknown, part: "postal code"},
		{name: "arrondissement municipal", parse: commune, in: "75107", wantErr: cog.ErrUnknown, part: "75056 Paris"},
		{name: "commune déléguée", parse: commune, in: "50602", wantErr: cog.ErrUnknown, part: "50602 Tourlaville is part of 50129 Cherbourg-en-Cotentin"},
		{name: "commune of later", parse: commune, in: "14666", wantErr: cog.ErrUnknown, part: "14666 Sannerville is part of 14712 "},
		{name: "commune of before", parse: commune2026, in: "01039", wantErr: cog.ErrUnknown, part: "01039 Béon is part of 01138 Culoz-Béon"},
		{name: "NUL", parse: commune, in: "21\x00425", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "invalid UTF-8", parse: commune, in: "2142\xff", wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "endless", parse: commune, in: strings.Repeat("2", 10<<20), wantErr: cog.ErrSyntax, part: "five digits"},
		{name: "EPCI", parse: epci, in: "242101442", want: "242101442"},
		{name: "EPT", parse: epci, in: "200057867", want: "200057867"},
		{name: "spaced EPCI", parse: epci, in: "242 101\u2009442", want: "242101442"},
		{name: "EPCI of later", parse: epci, in: "200089456", wantErr: cog.ErrUnknown, part: "2026"},
		{name: "no EPCI", parse: epci, in: "732829320", wantErr: cog.ErrUnknown, part: "732829320"},
		{name: "empty", parse: epci, in: "", wantErr: cog.ErrSyntax, part: "nine digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.parse(tt.in)
			if got != tt.want || !errors.Is(err, tt.wantErr) {
				t.Errorf("parse(%.20q) = %q, %v; want %q, %v", tt.in, got, err, tt.want, tt.wantErr)
			}
			if tt.wantErr == nil {
				return
			}
			pe, ok := errors.AsType[*cog.ParseError](err)
			if !ok || !strings.Contains(pe.Part, tt.part) || len(err.Error()) > 200 {
				t.Errorf("parse(%.20q) = %v; want it to name %q", tt.in, err, tt.part)
			}
		})
	}
}
