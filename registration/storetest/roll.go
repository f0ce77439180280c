package storetest

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var rollCases = []testCase{
	{"keep in order, tell kinds apart, delete", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		a, b, c := signup(1), signup(2), signup(3)
		insert(t, s, a, b, c)
		frozen := registration.Roll{ID: registration.NewID(), Kind: registration.SecurityRoll, At: noon, People: []registration.ID{c.ID, a.ID}}
		late := registration.Roll{ID: registration.NewID(), Kind: registration.SecurityRoll, At: noon.Add(time.Hour), People: []registration.ID{b.ID}}
		none := registration.Roll{ID: registration.NewID(), Kind: registration.BadgeRoll, At: noon}
		change(t, s, func(tx registration.Tx) error {
			for _, r := range []registration.Roll{late, frozen, none} {
				wantError(t, "PutRoll", tx.PutRoll(r), nil)
			}
			got, err := tx.Rolls(registration.SecurityRoll)
			wantSame(t, "Tx.Rolls", got, []registration.Roll{frozen, late})
			return err
		})
		wantRolls(t, s, registration.SecurityRoll, frozen, late)
		wantRolls(t, s, registration.BadgeRoll, none)
		change(t, s, func(tx registration.Tx) error { return tx.DeleteRolls(registration.SecurityRoll) })
		wantRolls(t, s, registration.SecurityRoll)
		wantRolls(t, s, registration.BadgeRoll, none)
	}},
	{"unlisted", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		first, second, unconfirmed, listed, waiting := signup(1), signup(2), signup(3), signup(4), signup(5)
		for _, u := range []*registration.Signup{&first, &second, &listed, &waiting} {
			u.AddressConfirmedAt = noon
		}
		second.Places[0].Since = noon.Add(time.Minute)
		waiting.Places[0].State, waiting.Places[0].Rank = registration.Queued, noon
		insert(t, s, second, unconfirmed, listed, waiting, first)
		change(t, s, func(tx registration.Tx) error {
			return tx.PutRoll(registration.Roll{ID: registration.NewID(), Kind: registration.BadgeRoll, At: noon, People: []registration.ID{listed.ID}})
		})
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.Unlisted(registration.BadgeRoll)
			wantSame(t, "Tx.Unlisted", got, []registration.ID{first.ID, second.ID})
			return err
		})
		got, err := s.Unlisted(t.Context(), slug, registration.BadgeRoll)
		wantError(t, "Unlisted", err, nil)
		wantSame(t, "Unlisted", got, []registration.ID{first.ID, second.ID})
		got, err = s.Unlisted(t.Context(), slug, registration.SecurityRoll)
		wantError(t, "Unlisted", err, nil)
		wantSame(t, "Unlisted on another kind of roll", got, []registration.ID{first.ID, listed.ID, second.ID})
		listed.AddressConfirmedAt = noon.Add(time.Microsecond) // a colleague comes instead
		change(t, s, func(tx registration.Tx) error { return tx.Update(listed) })
		got, err = s.Unlisted(t.Context(), slug, registration.BadgeRoll)
		wantError(t, "Unlisted", err, nil)
		wantSame(t, "Unlisted since another person confirmed", got, []registration.ID{first.ID, listed.ID, second.ID})
	}},
}

func wantRolls(t *testing.T, s Store, k registration.RollKind, want ...registration.Roll) {
	t.Helper()
	got, err := s.Rolls(t.Context(), slug, k)
	wantError(t, "Rolls", err, nil)
	wantSame(t, "Rolls", got, want)
}
