package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var mailingCases = []testCase{
	{"keep and go on", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		first, second := mailing(registration.MailReminder), mailing(registration.MailMessage)
		second.Note = registration.Note{
			Subject: registration.Localized{FR: "Café", EN: "Coffee"}, Body: registration.Localized{FR: "Bonjour {prenom}\nÀ bientôt"},
			To: []registration.Status{registration.StatusConfirmed, registration.StatusWaitlisted},
		}
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutMailing", tx.PutMailing(second), nil)
			wantError(t, "PutMailing", tx.PutMailing(first), nil)
			got, err := tx.Mailings()
			wantSame(t, "Tx.Mailings", got, []registration.Mailing{first, second})
			return err
		})
		second.Reached, second.Posted, second.DoneAt = registration.NewID(), 7, noon
		change(t, s, func(tx registration.Tx) error { return tx.PutMailing(second) })
		wantMailings(t, s, first, second)
	}},
	{"none without a meeting", func(t *testing.T, s Store) { wantMailings(t, s) }},
	{"sequence of calendar entries", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		since := u.Places[0].Since
		for _, step := range []struct {
			kind registration.Kind
			at   time.Time
			want int
		}{
			{registration.MailConfirmed, since, 0}, {registration.MailMeetingChanged, since, 1}, {registration.MailReminder, since, 1},
			{registration.MailChanged, since.Add(time.Second), 1}, {registration.MailChanged, since, 2},
			{registration.MailCancelled, since, 4}, {registration.MailMeetingCancelled, since, 5},
		} {
			m := mail(u, step.at)
			m.Kind = step.kind
			change(t, s, func(tx registration.Tx) error {
				wantError(t, "Post", tx.Post(m), nil)
				return tx.Update(u) // which leaves it alone
			})
			if got, err := s.Signup(t.Context(), u.ID); err != nil || got.Sequence != step.want {
				t.Errorf("sequence %d after %s, %v; want %d", got.Sequence, step.kind, err, step.want)
			}
		}
	}},
	{"due", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		m := mailing(registration.MailReminder)
		change(t, s, func(tx registration.Tx) error { return tx.PutMailing(m) })
		wantDue(t, s, noon.Add(-time.Microsecond))
		wantDue(t, s, noon, slug)
		m.DoneAt = noon
		change(t, s, func(tx registration.Tx) error { return tx.PutMailing(m) })
		wantDue(t, s, noon)
	}},
	{"active from an id on", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		people := []registration.Signup{signup(1), signup(2), signup(3), signup(4)}
		slices.SortFunc(people, func(a, b registration.Signup) int { return slices.Compare(a.ID[:], b.ID[:]) })
		people[1].EndedAt = noon
		insert(t, s, people...)
		for _, tt := range []struct {
			after registration.ID
			n     int
			want  []registration.Signup
		}{
			{registration.ID{}, 10, []registration.Signup{people[0], people[2], people[3]}},
			{registration.ID{}, 2, []registration.Signup{people[0], people[2]}},
			{people[0].ID, 10, people[2:]},
			{people[3].ID, 10, nil},
		} {
			change(t, s, func(tx registration.Tx) error {
				got, err := tx.Active(tt.after, tt.n)
				wantSame(t, "Active", got, tt.want)
				if err != nil {
					return err
				}
				// Among all, the same follow each other, with ended ones between them.
				every, err := tx.Signups(tt.after, 100)
				every = slices.DeleteFunc(every, func(s registration.Signup) bool { return !s.EndedAt.IsZero() })
				wantSame(t, "Signups that have not ended", every[:min(tt.n, len(every))], tt.want)
				if all, err := tx.Signups(registration.ID{}, 2); err != nil || len(all) != 2 {
					t.Errorf("Signups of two: %d, %v", len(all), err)
				}
				return err
			})
		}
	}},
	{"one mail to each", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u, m := signup(1), mailing(registration.MailReminder)
		insert(t, s, u)
		first, twice := mail(u, noon), mail(u, noon)
		first.Mailing, twice.Mailing = m.ID, m.ID
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutMailing", tx.PutMailing(m), nil)
			return tx.Post(first)
		})
		err := try(t, s, func(tx registration.Tx) error {
			if err := tx.Post(twice); err == nil {
				t.Error("a second mail of a mailing to the same sign-up was taken")
			}
			return nil
		})
		if err == nil {
			t.Error("a change went through whose Post failed")
		}
		wantClaim(t, s, noon, 10, first)
	}},
}

func mailing(k registration.Kind) registration.Mailing {
	return registration.Mailing{ID: registration.NewID(), Kind: k, DueAt: noon}
}

func wantMailings(t *testing.T, s Store, want ...registration.Mailing) {
	t.Helper()
	got, err := s.Mailings(t.Context(), slug)
	wantError(t, "Mailings", err, nil)
	wantSame(t, "Mailings", got, want)
}
