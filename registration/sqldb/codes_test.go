package sqldb_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestFoundByCode: codes have no rows of terms, of which there would be as many as
// people, each on a page of its own; they are found as words are, and beside them.
func TestFoundByCode(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		err := s.Change(t.Context(), slug, func(tx registration.Tx) error {
			for _, u := range []registration.Signup{newcomer("MACGRATH", "ana@exemple.fr"), newcomer("MACCHEGG", "luc@exemple.fr"), newcomer("ACDEFGHJ", "guy@exemple.fr")} {
				if u.Code == "ACDEFGHJ" {
					u.FamilyName, u.GivenName = "Mac Grath", "Ève" // as if it were a code
				}
				if err := tx.Insert(u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		a := audit(t, database)
		if n := a.count(t, `SELECT count(*) FROM term WHERE term IN ('macchegg', 'acdefghj')`); n != 0 {
			t.Errorf("%d terms are codes", n)
		}
		if n := a.count(t, `SELECT count(*) FROM term WHERE term = '@seat=meeting'`); n != 3 {
			t.Errorf("%d other terms, want 3", n)
		}
		for words, want := range map[string][]string{
			"macgrath": {"ACDEFGHJ", "MACGRATH"}, "MACG-RATH": {"ACDEFGHJ", "MACGRATH"}, "mac": {"ACDEFGHJ", "MACCHEGG", "MACGRATH"}, "macg": {"ACDEFGHJ", "MACGRATH"},
			"macc": {"MACCHEGG"}, "macc hegg": {"MACCHEGG"}, "acde eve": {"ACDEFGHJ"}, "macc luc": {"MACCHEGG"}, "macc ana": {"MACCHEGG"}, "macc eve": nil, "acdf": nil, "acdefghjk": nil,
		} {
			for _, order := range []registration.Order{registration.OrderName, registration.OrderDate} {
				page, err := s.List(t.Context(), slug, registration.Filter{Words: words}, registration.Paging{Order: order})
				var got []string
				for _, e := range page.Entries {
					got = append(got, e.Code)
				}
				if slices.Sort(got); err != nil || !slices.Equal(got, want) || page.Selected != len(want) {
					t.Errorf("%q, by %s: %v of %d, %v; want %v", words, order, got, page.Selected, err, want)
				}
			}
		}
	})
}

// TestFoundByCommonCode: a beginning of codes that more than are counted have.
func TestFoundByCommonCode(t *testing.T) {
	t.Parallel()
	const people = registration.CountLimit * 11 / 10
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		for from := 0; from < people; from += 100 {
			err := s.Change(t.Context(), slug, func(tx registration.Tx) error {
				for i := from; i < from+100; i++ {
					u := newcomer(fmt.Sprintf("AC%06d", i), fmt.Sprintf("p%d@exemple.fr", i))
					u.FamilyName, u.Places = fmt.Sprintf("Personne %04d", people-i), nil
					if err := tx.Insert(u); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var last string
		seen := 0
		for p := (registration.Paging{Limit: 300}); ; {
			page, err := s.List(t.Context(), slug, registration.Filter{Words: "ac"}, p)
			if err != nil || page.Selected <= registration.CountLimit {
				t.Fatalf("%d selected, %v", page.Selected, err)
			}
			for _, e := range page.Entries {
				if e.FamilyName <= last {
					t.Fatalf("%s after %s", e.FamilyName, last)
				}
				last = e.FamilyName
				seen++
			}
			if !page.Next {
				break
			}
			p.After = page.Entries[len(page.Entries)-1].Code
		}
		if seen != people {
			t.Errorf("%d seen of %d", seen, people)
		}
	})
}
