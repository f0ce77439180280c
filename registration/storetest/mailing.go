package storetest

import (
	"errors"
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
		}
		second.To = registration.Filter{
			Words: "x", Status: []registration.Status{registration.StatusConfirmed, registration.StatusWaitlisted}, Companions: true,
			Answers: []registration.AnswerFilter{{Question: "meal", Answer: "fish", Begins: true}}, Codes: []string{"3F7KMQRT"},
		}
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutMailing", tx.PutMailing(second), nil)
			wantError(t, "PutMailing", tx.PutMailing(first), nil)
			got, err := tx.Mailings()
			wantSame(t, "Tx.Mailings", got, []registration.Mailing{first, second})
			return err
		})
		second.Reached, second.Posted, second.DoneAt, second.StoppedAt = registration.NewID(), 7, noon, noon
		second.To.Words = ""
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
	{"after what people wait for", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		people, m := []registration.Signup{signup(0), signup(1)}, mailing(registration.MailMessage)
		insert(t, s, people...)
		var everybody []registration.Mail
		for _, u := range people {
			one := mail(u, noon)
			one.Kind, one.Mailing = registration.MailMessage, m.ID
			everybody = append(everybody, one)
		}
		change(t, s, func(tx registration.Tx) error {
			return errors.Join(tx.PutMailing(m), tx.Post(everybody[0]), tx.Post(everybody[1]))
		})
		wantClaim(t, s, noon, 1, everybody[0])
		asked := post(t, s, noon.Add(time.Second))
		wantClaim(t, s, noon.Add(time.Second), 9, asked, everybody[1])
		wantClaim(t, s, noon.Add(time.Second), 9)
	}},
	{"people of a filter from an id on", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		people := []registration.Signup{signup(1), signup(2), signup(3), signup(4)}
		slices.SortFunc(people, func(a, b registration.Signup) int { return slices.Compare(a.ID[:], b.ID[:]) })
		people[1].AddressConfirmedAt, people[2].AddressConfirmedAt = noon, noon
		insert(t, s, people...)
		codes := []string{people[0].Code, people[2].Code, "22222222"}
		for name, tt := range map[string]struct {
			f     registration.Filter
			after registration.ID
			n     int
			want  []registration.Signup
		}{
			"all":                {registration.Filter{}, registration.ID{}, 9, people},
			"two":                {registration.Filter{}, people[0].ID, 2, people[1:3]},
			"reachable":          {registration.Filter{Reachable: true}, registration.ID{}, 9, people[1:3]},
			"chosen":             {registration.Filter{Codes: codes}, registration.ID{}, 9, []registration.Signup{people[0], people[2]}},
			"chosen, reachable":  {registration.Filter{Codes: codes, Reachable: true}, registration.ID{}, 9, people[2:3]},
			"chosen, after":      {registration.Filter{Codes: codes}, people[0].ID, 9, people[2:3]},
			"a word, chosen":     {registration.Filter{Words: people[2].FamilyName, Codes: codes[1:]}, registration.ID{}, 9, people[2:3]},
			"confirmed":          {registration.Filter{Status: []registration.Status{registration.StatusConfirmed}}, people[1].ID, 9, people[2:3]},
			"of none":            {registration.Filter{Words: "???"}, registration.ID{}, 9, nil},
			"chosen, of a word":  {registration.Filter{Words: "nobody", Codes: codes}, registration.ID{}, 9, nil},
			"chosen, companions": {registration.Filter{Companions: true, Codes: codes}, registration.ID{}, 9, nil},
		} {
			change(t, s, func(tx registration.Tx) error {
				got, err := tx.Select(tt.f, tt.after, tt.n)
				if len(got) == 0 {
					got = nil
				}
				wantSame(t, "Select: "+name, got, tt.want)
				return err
			})
			page, err := s.List(t.Context(), slug, tt.f, registration.Paging{Limit: 1, CountAll: true})
			if err != nil || tt.after == (registration.ID{}) && tt.n == 9 && page.Selected != len(tt.want) {
				t.Errorf("List: %s: %d selected, %v; want %d", name, page.Selected, err, len(tt.want))
			}
		}
	}},
	{"withdrawn, put off, refused", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		people := []registration.Signup{signup(1), signup(2), signup(3), signup(4)}
		insert(t, s, people...)
		m := mailing(registration.MailMessage)
		var mails []registration.Mail
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "PutMailing", tx.PutMailing(m), nil)
			mails = nil // the change may run again
			for i, u := range people {
				one := mail(u, noon.Add(time.Duration(i)*time.Second))
				one.Kind, one.Mailing = registration.MailMessage, m.ID
				mails = append(mails, one)
				wantError(t, "Post", tx.Post(one), nil)
			}
			return nil
		})
		wantUnsent(t, s, map[registration.ID]registration.Unsent{m.ID: {Waiting: 4}})
		wantClaim(t, s, noon.Add(2*time.Second), 3, mails[:3]...)
		recordOutcome(t, s, mails[0], registration.Outcome{ParkedAt: noon})
		recordOutcome(t, s, mails[1], registration.Outcome{RetryAt: noon.Add(time.Hour), Reply: "452 later"})
		wantUnsent(t, s, map[registration.ID]registration.Unsent{m.ID: {Waiting: 3, Refused: 1}})
		list, err := s.Delayed(t.Context(), slug, 9)
		if err != nil || len(list) != 1 || list[0].ID != mails[1].ID || list[0].Reply != "452 later" || !list[0].At.Equal(noon.Add(time.Hour)) {
			t.Errorf("Delayed = %+v, %v; want the one put off", list, err)
		}
		posted, err := s.MailsTo(t.Context(), people[1].ID)
		if err != nil || len(posted) != 1 || !posted[0].RetryAt.Equal(noon.Add(time.Hour)) {
			t.Errorf("MailsTo = %+v, %v; want the next attempt", posted, err)
		}
		change(t, s, func(tx registration.Tx) error {
			n, err := tx.WithdrawMails(m.ID, noon.Add(2*time.Second)) // the third is leased
			if n != 2 {
				t.Errorf("WithdrawMails = %d, want those that wait", n)
			}
			return err
		})
		wantUnsent(t, s, map[registration.ID]registration.Unsent{m.ID: {Waiting: 1, Refused: 1}})
		recordOutcome(t, s, mails[2], registration.Outcome{SentAt: noon, Dropped: true})
		wantUnsent(t, s, map[registration.ID]registration.Unsent{m.ID: {Refused: 1}})
		m.Withdrawn = 3
		wantMailings(t, s, m)
		change(t, s, func(tx registration.Tx) error {
			return tx.PutMailing(registration.Mailing{ID: m.ID, Kind: m.Kind, DueAt: m.DueAt})
		})
		wantMailings(t, s, m) // which leaves the number alone
		own := mail(people[3], noon)
		change(t, s, func(tx registration.Tx) error { return tx.Post(own) })
		recordOutcome(t, s, own, registration.Outcome{SentAt: noon, Dropped: true}) // stays as a mail that is done with
		if posted, err := s.MailsTo(t.Context(), people[3].ID); err != nil || len(posted) != 1 || posted[0].SentAt.IsZero() {
			t.Errorf("MailsTo = %+v, %v", posted, err)
		}
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

func wantUnsent(t *testing.T, s Store, want map[registration.ID]registration.Unsent) {
	t.Helper()
	got, err := s.Unsent(t.Context(), slug)
	wantError(t, "Unsent", err, nil)
	wantSame(t, "Unsent", got, want)
}
