package programme

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/internal/data"
)

// DocumentKind tells a protocol from a contract. The zero value is neither.
type DocumentKind string

// The documents that territories sign.
const (
	DocumentProtocol DocumentKind = "protocol"
	DocumentContract DocumentKind = "contract"
)

// Signing is what is known of the signature of a protocol or a contract of
// phase I whose text the package does not have.
type Signing struct {
	Document  DocumentKind      `json:"document"`
	Phase     territoires.Phase `json:"phase"`     // phase I: of phase II none is known here
	Territory territoires.ID    `json:"territory"` // of that phase
	Name      string            `json:"name"`      // as the first source writes it
	Regions   []cog.RegionCode  `json:"regions"`   // as the first source lists them; two for Lacq-Pau-Tarbes
	On        territoires.Span  `json:"on"`        // as closely as all sources together say
	Claims    []Claim           `json:"claims"`    // what each source says; never empty
}

// Claim is what one source says of a signature. The press often writes
// « contrat » of what the announcement of 16 May 2019 lists as a protocol.
type Claim struct {
	On     territoires.Span   `json:"on"`
	Word   string             `json:"word,omitempty"` // what it calls the document; "" when not kept
	Source territoires.Source `json:"source"`
}

// Signings yields the signatures of phase I that had been made by a day for
// certain: the 13 protocols of the announcement of 16 May 2019 in its order, then
// contracts by date. For the zero Date it yields all that are known, also those
// without a date. After 16 May 2019 the list is not complete: 29 documents were
// reported as signed by 24 September 2019, see [Figures].
func Signings(asOf territoires.Date) iter.Seq[Signing] {
	return func(yield func(Signing) bool) {
		for _, s := range signings() {
			if !known(s.On, asOf) {
				continue
			}
			s.Regions, s.Claims = slices.Clone(s.Regions), slices.Clone(s.Claims)
			if !yield(s) {
				return
			}
		}
	}
}

// signings reads the table: one line for each claim, those of one signature
// together.
var signings = sync.OnceValue(func() []Signing {
	var all []Signing
	data.Must("signings", data.Rows(data.Signings, 7, func(f []string) error {
		on, err := territoires.ParseSpan(f[4])
		if err != nil {
			return err
		}
		src, err := source(f[6])
		if err != nil {
			return err
		}
		kind, id := DocumentKind(f[0]), territoires.ID(f[1])
		if n := len(all); n == 0 || all[n-1].Document != kind || all[n-1].Territory != id {
			all = append(all, Signing{Document: kind, Phase: territoires.PhaseI, Territory: id, Name: f[2], Regions: regionList(f[3]), On: on})
		}
		s := &all[len(all)-1]
		s.On = narrow(s.On, on)
		s.Claims = append(s.Claims, Claim{on, f[5], src})
		return nil
	}))
	return all
})

func regionList(s string) []cog.RegionCode {
	var out []cog.RegionCode
	for r := range strings.FieldsSeq(s) {
		out = append(out, cog.RegionCode(r))
	}
	return out
}

// narrow returns the days that are in both spans.
func narrow(s, t territoires.Span) territoires.Span {
	if t.To.Compare(s.To) < 0 {
		s.To = t.To
	}
	if t.From.After(s.From) {
		s.From = t.From
	}
	return s
}
