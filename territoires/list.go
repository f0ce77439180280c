package territoires

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/sirene"
)

// Errors of a list as a whole; a [*LineError] wraps them and says where.
var (
	// ErrDuplicateID says that an identifier appears again after the rows of
	// another territory, or with another name.
	ErrDuplicateID = errors.New("identifier already used by another territory")
	// ErrDuplicateMember says that a SIREN is a member twice, of one territory
	// or of two.
	ErrDuplicateMember = errors.New("SIREN already a member")
	// ErrTooLarge says that reading stopped: no list has 50,000 rows or 16 MiB, and
	// a file with 100 errors is no list of territories.
	ErrTooLarge = errors.New("more rows, bytes or errors than a list of territories can have")
)

const (
	mostRows   = 50_000
	mostErrors = 100
	mostBytes  = 16 << 20
)

// bounded reads from r at most so many bytes, and then gives [ErrTooLarge].
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, ErrTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// ReadList reads a whole list in ANCT's form and checks it, so that a newer list
// than the embedded one can be used. It looks up in the COG what the file does
// not say: kinds of members, régions, départements, numbers of communes. A member
// that the COG does not have keeps an empty kind, and an identifier that begins
// with no région leads to none. Points and aliases stay empty.
//
// It returns the territories in the order of the file, or nil and all errors,
// joined: those of [ReadCSV], and [*LineError] values wrapping [ErrDuplicateID]
// or [ErrDuplicateMember]. [ErrTooLarge] is among them if it stopped early.
func ReadList(r io.Reader, p Phase) ([]Territory, error) {
	l := list{phase: p, names: map[ID]string{}, members: map[sirene.SIREN]ID{}}
	for row, err := range ReadCSV(&bounded{r, mostBytes}) {
		if err == nil {
			err = l.add(row)
		}
		if err != nil {
			l.errs = append(l.errs, err)
		}
		if l.rows++; l.rows > mostRows || len(l.errs) >= mostErrors {
			l.errs = append(l.errs, ErrTooLarge)
			break
		}
	}
	if err := errors.Join(l.errs...); err != nil {
		return nil, fmt.Errorf("read list: %w", err)
	}
	for i := range l.all {
		l.all[i].record.derive(l.all[i].ID)
	}
	return l.all, nil
}

type list struct {
	phase   Phase
	all     []Territory
	names   map[ID]string
	members map[sirene.SIREN]ID
	rows    int
	errs    []error
}

func (l *list) add(row Row) error {
	name, seen := l.names[row.ID]
	last := len(l.all) - 1
	if seen && (l.all[last].ID != row.ID || name != row.Name) {
		return &LineError{row.Line, fmt.Errorf("%s: %w", row.ID, ErrDuplicateID)}
	}
	if at, taken := l.members[row.SIREN]; taken {
		return &LineError{row.Line, fmt.Errorf("%s: %w of %s", row.SIREN, ErrDuplicateMember, at)}
	}
	if !seen {
		l.names[row.ID] = row.Name
		l.all = append(l.all, Territory{Phase: l.phase, ID: row.ID, Name: row.Name, record: &record{}})
		last++
	}
	l.members[row.SIREN] = row.ID
	m := member(row.SIREN)
	m.Name = row.Member
	l.all[last].record.members = append(l.all[last].record.members, m)
	return nil
}

// member looks a SIREN up in the COG, the latest first.
func member(s sirene.SIREN) Member {
	for _, v := range [...]cog.Vintage{cog.V2026, cog.V2019} {
		if e, ok := v.EPCI(cog.EPCICode(s)); ok {
			return Member{SIREN: s, Kind: e.Kind}
		}
	}
	return Member{SIREN: s, Commune: communesBySIREN()[s]}
}

// derive fills in what follows from the members.
func (r *record) derive(id ID) {
	departements := map[cog.DepartementCode]bool{}
	regions := map[cog.RegionCode]bool{}
	for _, m := range r.members {
		for c := range m.communes() {
			r.communes++
			if d, ok := cog.V2026.Departement(c.Departement); ok {
				departements[d.Code], regions[d.Region] = true, true
			}
		}
	}
	if lead, ok := cog.V2026.Region(id.Region()); ok {
		r.regions = append(r.regions, lead.Code)
		delete(regions, lead.Code)
	}
	r.regions = append(r.regions, slices.SortedFunc(maps.Keys(regions), cmp.Compare)...)
	r.departements = slices.SortedFunc(maps.Keys(departements), cmp.Compare)
}
