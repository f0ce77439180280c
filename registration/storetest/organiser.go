package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var organiserCases = []testCase{
	{"absent", func(t *testing.T, s Store) {
		_, err := s.Organiser(t.Context(), registration.NewID())
		wantError(t, "Organiser", err, registration.ErrNotFound)
		_, err = s.OrganiserByAddress(t.Context(), "personne@exemple.fr")
		wantError(t, "OrganiserByAddress", err, registration.ErrNotFound)
		_, err = s.SignIn(t.Context(), registration.NewID())
		wantError(t, "SignIn", err, registration.ErrNotFound)
		_, err = s.UseSignIn(t.Context(), registration.NewID(), noon)
		wantError(t, "UseSignIn", err, registration.ErrNotFound)
	}},
	{"put", func(t *testing.T, s Store) {
		o := organiser(t, s)
		wantSame(t, "PutOrganiser", o, registration.Organiser{
			ID: o.ID, Email: "Orga@Exemple.fr", Role: registration.RoleReader, Version: o.Version})
		got, err := s.Organiser(t.Context(), o.ID)
		wantError(t, "Organiser", err, nil)
		wantSame(t, "Organiser", got, o)
		// The same address, written in another way, is the same person.
		o.Role = registration.RoleAdmin
		got, err = s.PutOrganiser(t.Context(), "orga@exemple.FR", registration.RoleAdmin)
		wantError(t, "PutOrganiser", err, nil)
		wantSame(t, "PutOrganiser", got, o)
		got, err = s.OrganiserByAddress(t.Context(), "orga@exemple.fr")
		wantError(t, "OrganiserByAddress", err, nil)
		wantSame(t, "OrganiserByAddress", got, o)
		if _, err := s.PutOrganiser(t.Context(), "pas une adresse", registration.RoleAdmin); err == nil {
			t.Error("PutOrganiser accepted what is not an address")
		}
	}},
	{"used once", func(t *testing.T, s Store) {
		o := organiser(t, s)
		i := signIn(o.ID)
		m := registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: noon, DueAt: noon}
		wantError(t, "OpenSignIn", s.OpenSignIn(t.Context(), i, &m), nil)
		wantClaim(t, s, noon, 1, m)
		wantSignIn(t, s, i)
		var won atomic.Int64
		var done sync.WaitGroup
		for range 16 {
			done.Go(func() {
				got, err := s.UseSignIn(t.Context(), i.ID, i.ExpiresAt.Add(-time.Microsecond))
				if err == nil {
					won.Add(1)
					wantSame(t, "UseSignIn", got, o)
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
		i := signIn(organiser(t, s).ID)
		wantError(t, "OpenSignIn", s.OpenSignIn(t.Context(), i, nil), nil)
		_, err := s.UseSignIn(t.Context(), i.ID, i.ExpiresAt)
		wantError(t, "UseSignIn at its end", err, registration.ErrExpired)
	}},
	{"reusable", func(t *testing.T, s Store) {
		o := organiser(t, s)
		i := signIn(o.ID)
		i.Reusable = true
		wantError(t, "OpenSignIn", s.OpenSignIn(t.Context(), i, nil), nil)
		for range 3 {
			got, err := s.UseSignIn(t.Context(), i.ID, noon)
			wantError(t, "UseSignIn", err, nil)
			wantSame(t, "UseSignIn", got, o)
		}
		wantSignIn(t, s, i)
	}},
	{"opened since", func(t *testing.T, s Store) {
		o := organiser(t, s)
		for range 3 {
			wantError(t, "OpenSignIn", s.OpenSignIn(t.Context(), signIn(o.ID), nil), nil)
		}
		for since, want := range map[time.Time]int{noon: 3, noon.Add(time.Microsecond): 0} {
			got, err := s.OpenedSince(t.Context(), o.ID, since)
			wantError(t, "OpenedSince", err, nil)
			wantSame(t, "OpenedSince", got, want)
		}
	}},
	{"sign-in of nobody", func(t *testing.T, s Store) {
		i := signIn(registration.NewID())
		m := registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: i.ID, CreatedAt: noon}
		if err := s.OpenSignIn(t.Context(), i, &m); err == nil {
			t.Error("OpenSignIn accepted an organiser that does not exist")
		}
		wantBacklog(t, s, registration.Backlog{})
	}},
}

func organiser(t *testing.T, s Store) registration.Organiser {
	t.Helper()
	o, err := s.PutOrganiser(t.Context(), "Orga@Exemple.fr", registration.RoleReader)
	if err != nil {
		t.Fatalf("PutOrganiser = %v", err)
	}
	return o
}

func signIn(organiser registration.ID) registration.SignIn {
	return registration.SignIn{ID: registration.NewID(), Organiser: organiser,
		CreatedAt: noon, ExpiresAt: noon.Add(10 * time.Minute)}
}

func wantSignIn(t *testing.T, s Store, want registration.SignIn) {
	t.Helper()
	got, err := s.SignIn(t.Context(), want.ID)
	wantError(t, "SignIn", err, nil)
	wantSame(t, "SignIn", got, want)
}
