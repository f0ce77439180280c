package sqldb_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// lookups are the questions that find a sign-up, confirmed or not.
var lookups = map[string]func(tx registration.Tx, u registration.Signup) ([]registration.Signup, error){
	"sign-up": func(tx registration.Tx, u registration.Signup) ([]registration.Signup, error) {
		s, err := tx.Signup(u.ID)
		return []registration.Signup{s}, err
	},
	"address": func(tx registration.Tx, u registration.Signup) ([]registration.Signup, error) {
		s, err := tx.ByAddress(u.AddressKey)
		return []registration.Signup{s}, err
	},
	"same address": func(tx registration.Tx, u registration.Signup) ([]registration.Signup, error) {
		return tx.SameAddress(u.AddressKey)
	},
	"party": func(tx registration.Tx, u registration.Signup) ([]registration.Signup, error) { return tx.Party(u.ID) },
	"all": func(tx registration.Tx, _ registration.Signup) ([]registration.Signup, error) {
		return tx.Signups(registration.ID{}, mostFound)
	},
	"active": func(tx registration.Tx, _ registration.Signup) ([]registration.Signup, error) {
		return tx.Active(registration.ID{}, mostFound)
	},
}

// mostFound is how many sign-ups a question of these tests asks for.
const mostFound = 100

// TestNewcomersAreSeen: whoever has just signed up, in the same transaction, is in the
// answer to every question, although the rows are written at its end; also after
// somebody who asked, and so had them written, is undone.
func TestNewcomersAreSeen(t *testing.T) {
	t.Parallel()
	among := func(u registration.Signup, list []registration.Signup, err error) (bool, error) {
		return slices.ContainsFunc(list, func(s registration.Signup) bool { return s.ID == u.ID && len(s.Places) == 1 }), err
	}
	questions := map[string]func(tx registration.Tx, u registration.Signup) (bool, error){
		"unconfirmed": func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := tx.Unconfirmed(u.Network, mostFound)
			return among(u, list, err)
		},
		"expired": func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := tx.ExpiredHolds(u.HeldUntil, mostFound)
			return among(u, list, err)
		},
		"selected": func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := tx.Select(registration.Filter{}, registration.ID{}, mostFound)
			return among(u, list, err)
		},
		"unconfirmed from": func(tx registration.Tx, u registration.Signup) (bool, error) {
			held, err := tx.UnconfirmedFrom(u.Network, opening)
			return held[registration.MeetingSession] == 1, err
		},
		"unconfirmed for": func(tx registration.Tx, u registration.Signup) (bool, error) {
			n, err := tx.UnconfirmedFor(u.AddressKey, "", opening)
			return n == 1, err
		},
		"holds": func(tx registration.Tx, u registration.Signup) (bool, error) {
			h, err := tx.Holds(opening)
			return h.Unconfirmed == 1 && h.Recent == 1, err
		},
		"posted": func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := tx.PostedTo(u.AddressKey, opening)
			return len(list) == 1, err
		},
	}
	for name, find := range lookups {
		questions[name] = func(tx registration.Tx, u registration.Signup) (bool, error) {
			list, err := find(tx, u)
			return among(u, list, err)
		}
	}
	for name, ask := range questions {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s := sqldb.Patient(prepared(t, database))
				u := newcomer("CODE0001", "ana@exemple.fr")
				undone := errors.New("undone")
				seen := func(tx registration.Tx) error {
					ok, err := ask(tx, u)
					if err == nil && !ok {
						err = fmt.Errorf("not seen")
					}
					return err
				}
				errs := together(t, s, enters(u), func(tx registration.Tx) error {
					if err := seen(tx); err != nil {
						return err
					}
					return undone
				}, seen)
				if errs[0] != nil || !errors.Is(errs[1], undone) || errs[2] != nil {
					t.Errorf("changes = %v; want nothing, %v, nothing", errs, undone)
				}
				if got, err := s.Signup(t.Context(), u.ID); err != nil || len(got.Places) != 1 {
					t.Errorf("in the end: %v, %v", got, err)
				}
			})
		})
	}
}
