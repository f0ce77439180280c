package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

var signInCases = []testCase{
	{"absent", func(t *testing.T, s Store) {
		_, err := s.SignIn(t.Context(), registration.NewID())
		wantError(t, "SignIn", err, registration.ErrNotFound)
		_, err = s.UseSignIn(t.Context(), registration.NewID(), noon)
		wantError(t, "UseSignIn", err, registration.ErrNotFound)
	}},
	{"used once", func(t *testing.T, s Store) {
		i := openSignIn(t, s, organiser(t, s).ID, noon)
		wantSignIn(t, s, i)
		var won atomic.Int64
		var done sync.WaitGroup
		for range 16 {
			done.Go(func() {
				got, err := s.UseSignIn(t.Context(), i.ID, i.ExpiresAt.Add(-time.Microsecond))
				if err == nil {
					won.Add(1)
					wantSame(t, "UseSignIn", got, i)
					return
				}
				wantError(t, "UseSignIn", err, registration.ErrNotFound)
			})
		}
		done.Wait()
		if won.Load() != 1 {
			t.Errorf("%d used one sign-in", won.Load())
		}
		_, err := s.SignIn(t.Context(), i.ID)
		wantError(t, "SignIn once used", err, registration.ErrNotFound)
	}},
	{"ended", func(t *testing.T, s Store) {
		i := openSignIn(t, s, organiser(t, s).ID, noon)
		_, err := s.UseSignIn(t.Context(), i.ID, i.ExpiresAt)
		wantError(t, "UseSignIn at its end", err, registration.ErrExpired)
	}},
	{"older ones end", func(t *testing.T, s Store) {
		o := organiser(t, s)
		lasting := registration.SignIn{ID: registration.NewID(), Organiser: o.ID, CreatedAt: noon, ExpiresAt: noon.AddDate(1, 0, 0), Reusable: true}
		wantError(t, "OpenSignIn", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.OpenSignIn(lasting, nil) }), nil)
		older := openSignIn(t, s, o.ID, noon)
		used := openSignIn(t, s, o.ID, noon.Add(time.Second))
		newer := openSignIn(t, s, o.ID, noon.Add(2*time.Second))
		_, err := s.UseSignIn(t.Context(), used.ID, noon.Add(time.Minute))
		wantError(t, "UseSignIn", err, nil)
		_, err = s.UseSignIn(t.Context(), older.ID, noon.Add(time.Minute))
		wantError(t, "UseSignIn of an older one", err, registration.ErrNotFound)
		wantSignIn(t, s, newer)
		for range 3 {
			got, err := s.UseSignIn(t.Context(), lasting.ID, noon.Add(time.Minute))
			wantError(t, "UseSignIn of a reusable one", err, nil)
			wantSame(t, "UseSignIn", got, lasting)
		}
	}},
	{"asked for", func(t *testing.T, s Store) {
		o := organiser(t, s)
		var counts []int
		ask := func(key string, allow bool) (team.Ask, bool) {
			t.Helper()
			i := registration.SignIn{ID: registration.NewID(), CreatedAt: noon, ExpiresAt: noon.Add(time.Hour), Next: "/organisation/"}
			a := team.Ask{AddressKey: key, Counters: []string{"one", "two " + key}, Window: noon, SignIn: i,
				Mail:  registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: noon, DueAt: noon},
				Allow: func(n []int) bool { counts = n; return allow }}
			allowed, err := s.AskSignIn(t.Context(), a)
			wantError(t, "AskSignIn", err, nil)
			return a, allowed
		}
		_, allowed := ask("personne@exemple.fr", true)
		wantSame(t, "allowed", allowed, true)
		wantSame(t, "counts", counts, []int{1, 1})
		wantBacklog(t, s, registration.Backlog{})
		a, _ := ask("orga@exemple.fr", true)
		wantSame(t, "counts", counts, []int{2, 1})
		a.SignIn.Organiser = o.ID
		wantSignIn(t, s, a.SignIn)
		wantClaim(t, s, noon, 1, a.Mail)
		refused, allowed := ask("orga@exemple.fr", false)
		wantSame(t, "allowed", allowed, false)
		wantSame(t, "counts", counts, []int{3, 2})
		_, err := s.SignIn(t.Context(), refused.SignIn.ID)
		wantError(t, "SignIn", err, registration.ErrNotFound)
	}},
	{"of nobody", func(t *testing.T, s Store) {
		err := s.ChangeTeam(t.Context(), func(tx team.Tx) error {
			return tx.OpenSignIn(registration.SignIn{ID: registration.NewID(), Organiser: registration.NewID(), CreatedAt: noon, ExpiresAt: noon}, nil)
		})
		if err == nil {
			t.Error("OpenSignIn accepted an organiser that does not exist")
		}
	}},
}

// openSignIn stores a sign-in of ten minutes, with its mail.
func openSignIn(t *testing.T, s Store, organiser registration.ID, at time.Time) registration.SignIn {
	t.Helper()
	i := registration.SignIn{ID: registration.NewID(), Organiser: organiser, CreatedAt: at, ExpiresAt: at.Add(10 * time.Minute)}
	m := registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: at}
	if err := s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.OpenSignIn(i, &m) }); err != nil {
		t.Fatalf("OpenSignIn = %v", err)
	}
	return i
}

func wantSignIn(t *testing.T, s Store, want registration.SignIn) {
	t.Helper()
	got, err := s.SignIn(t.Context(), want.ID)
	wantError(t, "SignIn", err, nil)
	wantSame(t, "SignIn", got, want)
}
