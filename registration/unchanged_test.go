package registration_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestNothingChanged: an edit that changes nothing is no act. It writes to nobody,
// leaves no line in the history, and other forms of the sign-up stay good.
func TestNothingChanged(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	ali := d.all(t)[1]
	same := request(1)
	same.Function, same.Answers, same.Interests = "maire", registration.Answers{"besoin": {"plain-pied"}}, []string{"innover"}
	other := same
	other.Function = "maire adjoint"
	byOrganiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	one, two := []registration.SessionID{"attractivite"}, []registration.SessionID{"attractivite", "innovation"}
	changed := map[string]bool{"changed " + s.Email: true}
	for _, tt := range []struct {
		name      string
		of        registration.ID
		act       func(other bool) (registration.Signup, error)
		wantMails map[string]bool // of an edit that does change something
	}{
		{"answers", s.ID, func(o bool) (registration.Signup, error) {
			return d.Edit(t.Context(), d.manage(s), pick(o, other, same))
		}, changed},
		{"answers by an organiser", s.ID, func(o bool) (registration.Signup, error) {
			return d.Correct(byOrganiser, slug, s.ID, pick(o, other, same))
		}, changed},
		{"sessions", s.ID, func(o bool) (registration.Signup, error) {
			return d.ChooseSessions(t.Context(), d.manage(s), pick(o, two, one))
		}, changed},
		{"sessions by an organiser", s.ID, func(o bool) (registration.Signup, error) {
			return d.ChooseSessionsFor(byOrganiser, slug, s.ID, pick(o, two, one))
		}, changed},
		{"a companion's name", ali.ID, func(o bool) (registration.Signup, error) {
			return d.RenameCompanion(t.Context(), d.manage(s), ali.ID, pick(o, "Alí", " Ali"), "Petit")
		}, map[string]bool{}},
		{"a companion's sessions", ali.ID, func(o bool) (registration.Signup, error) {
			return d.ChooseSessionsOf(t.Context(), d.manage(s), ali.ID, pick(o, two, one))
		}, map[string]bool{}},
	} {
		lines := func() int { return len(d.events(t, registration.Signup{ID: tt.of})) }
		for _, away := range []bool{true, false} { // there and back: both change something
			d.clock.Set(d.Now().Add(time.Hour)) // so that no mail waits for company
			was := lines()
			now, err := tt.act(away)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if diff := cmp.Diff(tt.wantMails, keys(d.letters(t))); diff != "" || lines() != was+1 || now.Revision != d.byID(t, tt.of).Revision {
				t.Errorf("%s: %d lines more, revision %d; mails (-want +got):\n%s", tt.name, lines()-was, now.Revision, diff)
			}
			again, err := tt.act(away)
			if err != nil || again.ID != tt.of || again.Revision != now.Revision || d.byID(t, tt.of).Revision != now.Revision {
				t.Errorf("%s again: revision %d after %d, %v", tt.name, again.Revision, now.Revision, err)
			}
			if mails := d.letters(t); len(mails) > 0 || lines() != was+1 {
				t.Errorf("%s again: mails %v, %d lines more", tt.name, keys(mails), lines()-was-1)
			}
		}
	}
}

func (d desk) byID(t *testing.T, id registration.ID) registration.Signup {
	t.Helper()
	for _, s := range d.all(t) {
		if s.ID == id {
			return s
		}
	}
	t.Fatal("a sign-up is gone")
	return registration.Signup{}
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
