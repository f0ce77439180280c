package sqldb_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
)

// updates are what happens to a sign-up. Each changes other columns than the others.
var updates = []func(u *registration.Signup, n int){
	func(u *registration.Signup, n int) { u.Version += n },
	func(u *registration.Signup, n int) { u.GivenName = fmt.Sprint("Zoé ", n) },
	func(u *registration.Signup, n int) { u.FamilyName = fmt.Sprint("Étienne ", n) },
	func(u *registration.Signup, n int) { u.Organisation = fmt.Sprint("Agence ", n) },
	func(u *registration.Signup, n int) { u.Function = fmt.Sprint("Maire ", n) },
	func(u *registration.Signup, n int) { u.Category = registration.Categories()[n] },
	func(u *registration.Signup, n int) { u.Territory = fmt.Sprintf("ti-%02d01", []int{11, 27, 28}[n]) },
	func(u *registration.Signup, n int) {
		u.AddressKey = fmt.Sprintf("zoe+%d-%s@exemple.fr", n, u.ID)
		u.Email = u.AddressKey
	},
	func(u *registration.Signup, n int) { u.Email, u.AddressKey = "", "" },
	func(u *registration.Signup, n int) {
		u.Language = []registration.Language{registration.French, registration.English}[n%2]
	},
	func(u *registration.Signup, n int) { u.NoticeVersion = fmt.Sprint("2019-05-0", n+1) },
	func(u *registration.Signup, n int) { u.AddressConfirmedAt, u.Network = opening, "" },
	func(u *registration.Signup, n int) { u.HeldUntil = opening.Add(time.Duration(n) * time.Hour) },
	func(u *registration.Signup, n int) { u.EndedAt, u.Places[0].State = opening, registration.Cancelled },
	func(u *registration.Signup, n int) { u.EndedAt, u.Places[0].State = time.Time{}, registration.Seated },
	func(u *registration.Signup, n int) { u.Answers = registration.Answers{"menu": {fmt.Sprint(n)}} },
	func(u *registration.Signup, n int) {
		u.Interests = []string{[]string{"recruter", "innover", "attirer"}[n]}
	},
	func(u *registration.Signup, n int) { u.Transfer.Email = fmt.Sprintf("karim-%d@exemple.fr", n) },
	func(u *registration.Signup, n int) { u.Refusal = fmt.Sprint("raison ", n) },
	func(u *registration.Signup, n int) { u.Network = fmt.Sprint("réseau ", n) },
}

// TestUpdateWritesWhatChanges: whatever happens to a sign-up, in one transaction or in
// several, its row says in the end what that of a newcomer says who is like it.
func TestUpdateWritesWhatChanges(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s := prepared(t, database)
		other := crowded()
		other.Slug, other.Seats = "ailleurs", registration.Unlimited
		here := crowded()
		here.Seats = registration.Unlimited
		for _, m := range []registration.Meeting{here, other} {
			if err := s.PutMeeting(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		row := func(r *rapid.T, id registration.ID) string {
			var row string
			err := s.Engine().Read().QueryRowContext(t.Context(), `
				SELECT version || '|' || given_name || '|' || family_name || '|' || email || '|' || organisation || '|' || function || '|' || category || '|' || territory
					|| '|' || address_key || '|' || language || '|' || notice_version || '|' || coalesce(CAST(address_confirmed_at AS TEXT), '-')
					|| '|' || coalesce(CAST(held_until AS TEXT), '-') || '|' || coalesce(CAST(ended_at AS TEXT), '-') || '|' || answers || '|' || interests
					|| '|' || transfer || '|' || refusal || '|' || source || '|' || network || '|' || mailbox || '|' || status || '|' || terms
				FROM signup WHERE id = $1`, id.String()).Scan(&row)
			if err != nil {
				r.Fatal(err)
			}
			return row
		}
		sorted := func(r *rapid.T, a, b registration.ID) (alike bool) {
			err := s.Engine().Read().QueryRowContext(t.Context(), `
				SELECT a.name_key = b.name_key AND a.organisation_key = b.organisation_key FROM signup AS a CROSS JOIN signup AS b WHERE a.id = $1 AND b.id = $2`,
				a.String(), b.String()).Scan(&alike)
			if err != nil {
				r.Fatal(err)
			}
			return alike
		}
		people := 0
		rapid.Check(t, func(r *rapid.T) {
			people++
			u := listedPerson(10*people, registration.ID{})
			u.Meeting, u.AddressConfirmedAt, u.HeldUntil, u.Network = slug, time.Time{}, opening.Add(time.Hour), "réseau"
			change := func(meeting string, f func(tx registration.Tx) error) {
				if err := s.Change(t.Context(), meeting, f); err != nil {
					r.Fatal(err)
				}
			}
			change(slug, func(tx registration.Tx) error { return tx.Insert(u) })
			for range rapid.IntRange(1, 3).Draw(r, "transactions") {
				type step struct{ what, n int }
				var steps []step
				for range rapid.IntRange(1, 4).Draw(r, "updates") {
					steps = append(steps, step{rapid.IntRange(0, len(updates)-1).Draw(r, "what"), rapid.IntRange(0, 2).Draw(r, "how")})
				}
				change(slug, func(tx registration.Tx) error {
					for _, step := range steps {
						var err error
						if u, err = tx.Signup(u.ID); err != nil {
							return err
						}
						updates[step.what](&u, step.n)
						if err := tx.Update(u); err != nil {
							return err
						}
					}
					return nil
				})
			}
			like := u
			like.ID, like.Meeting, like.Revision, like.Sequence = registration.NewID(), other.Slug, 0, 0
			like.Party = like.ID
			change(other.Slug, func(tx registration.Tx) error { return tx.Insert(like) })
			if diff := cmp.Diff(row(r, like.ID), row(r, u.ID)); diff != "" || !sorted(r, like.ID, u.ID) {
				r.Fatalf("its row is not that of a newcomer (-newcomer +row):\n%s", diff)
			}
		})
	})
}
