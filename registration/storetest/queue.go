package storetest

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var queueCases = []testCase{
	{"RememberPlacesAndAnswers", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := waiting(1, noon)
		u.Places[0].Was, u.Places[0].State = registration.Queued, registration.Cancelled
		u.Answers = registration.Answers{"meal": {"fish", "l’été"}, "note": {"a\nb"}}
		u.Interests = []string{"innover", "recruter"}
		insert(t, s, u)
		got, err := s.Signup(t.Context(), u.ID)
		wantError(t, "Signup", err, nil)
		wantSame(t, "Signup", got, u)
		u.Answers, u.Interests, u.Places[0].Was, u.Places[0].Rank = nil, nil, "", time.Time{}
		change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		got, err = s.Signup(t.Context(), u.ID)
		wantError(t, "Signup", err, nil)
		wantSame(t, "Signup", got, u)
	}},

	{"Unreminded", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		first, second := signup(1), signup(2)
		second.HeldUntil = first.HeldUntil.Add(time.Hour)
		short, confirmed, ended, reminded, invited := signup(3), signup(4), signup(5), signup(6), signup(7)
		confirmed.AddressConfirmedAt = noon
		ended.EndedAt, ended.Places[0].State = noon, registration.Cancelled
		insert(t, s, second, first, short, confirmed, ended, reminded, invited)
		asked := func(u registration.Signup, k registration.Kind, at time.Time) registration.Mail {
			m := mail(u, at)
			m.Kind = k
			return m
		}
		change(t, s, func(tx registration.Tx) error {
			for _, m := range []registration.Mail{
				asked(first, registration.MailConfirm, noon), asked(second, registration.MailConfirm, noon), asked(confirmed, registration.MailConfirm, noon),
				asked(short, registration.MailConfirm, noon.Add(time.Microsecond)), // of less than two days
				asked(ended, registration.MailConfirm, noon), asked(reminded, registration.MailConfirm, noon),
				asked(reminded, registration.MailConfirmReminder, noon), asked(invited, registration.MailInvitation, noon),
			} {
				wantError(t, "Post", tx.Post(m), nil)
			}
			return nil
		})
		end := first.HeldUntil
		want := func(call string, now, before time.Time, n int, people ...registration.Signup) {
			t.Helper()
			change(t, s, func(tx registration.Tx) error {
				got, err := tx.Unreminded(now, before, n)
				wantSame(t, call, got, people)
				return err
			})
			slugs, err := s.Unreminded(t.Context(), now, before)
			wantError(t, call, err, nil)
			wantSame(t, call+" in meetings", len(slugs), min(1, len(people)))
		}
		want("all", end.Add(-time.Microsecond), second.HeldUntil, 10, first, invited, second)
		want("the first", end.Add(-time.Microsecond), second.HeldUntil, 1, first)
		want("one hour", end.Add(-time.Microsecond), end, 10, first, invited)
		want("one that is over", end, second.HeldUntil, 10, second)
		want("nobody yet", noon, end.Add(-time.Microsecond), 10)
	}},

	{"WaitingInOrder", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		late, early, same := waiting(1, noon.Add(time.Second)), waiting(2, noon), waiting(3, noon)
		unconfirmed, seated := waiting(4, noon), signup(5)
		unconfirmed.AddressConfirmedAt = time.Time{}
		companion, orphan := waiting(6, noon.Add(time.Minute)), waiting(7, noon)
		companion.AddressConfirmedAt, companion.Party = time.Time{}, late.ID
		orphan.AddressConfirmedAt, orphan.Party = time.Time{}, unconfirmed.ID
		insert(t, s, late, early, same, unconfirmed, seated, companion, orphan)
		change(t, s, func(tx registration.Tx) error {
			for n, want := range map[int][]registration.Signup{
				10: {early, same, late, companion}, 2: {early, same},
			} {
				got, err := tx.Waiting(registration.MeetingSession, n)
				wantError(t, "Waiting", err, nil)
				wantSame(t, "Waiting", got, want)
			}
			for n, want := range map[int][]registration.Signup{0: nil, 1: {early}, 2: {early}} {
				got, err := tx.Next(registration.MeetingSession, n)
				wantError(t, "Next", err, nil)
				wantSame(t, "Next", got, want)
			}
			got, err := tx.Waiting("ateliers", 10)
			wantError(t, "Waiting elsewhere", err, nil)
			wantSame(t, "Waiting elsewhere", len(got), 0)
			return err
		})
		for want, u := range []registration.Signup{early, same, late, companion} {
			got, err := s.Ahead(t.Context(), u, registration.MeetingSession)
			wantError(t, "Ahead", err, nil)
			wantSame(t, "Ahead", got, want)
		}
	}},

	{"WaitsWhoFits", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		single, lead, unconfirmed := waiting(1, noon.Add(time.Second)), waiting(2, noon), waiting(3, noon.Add(-time.Second))
		unconfirmed.AddressConfirmedAt = time.Time{}
		companion := waiting(4, noon)
		companion.Party, companion.AddressConfirmedAt = lead.ID, time.Time{} // confirmed with the lead
		workshop := signup(5, "ateliers")                                    // seated in the meeting, waits for the workshop
		workshop.AddressConfirmedAt = noon
		for i := range workshop.Places {
			if workshop.Places[i].Session == "ateliers" {
				workshop.Places[i].State, workshop.Places[i].Rank = registration.Queued, noon
			}
		}
		without := waiting(6, noon) // waits for both: for the workshop only once seated in the meeting
		without.Places = append([]registration.Place{{Session: "ateliers", State: registration.Queued, Since: noon, Rank: noon.Add(-time.Hour)}}, without.Places...)
		insert(t, s, single, lead, unconfirmed, companion, workshop)
		nobody := registration.ID{}
		change(t, s, func(tx registration.Tx) error {
			for _, tt := range []struct {
				session registration.SessionID
				n       int
				rank    time.Time
				other   registration.ID
				want    bool
			}{
				{registration.MeetingSession, 0, time.Time{}, nobody, false},
				{registration.MeetingSession, 1, time.Time{}, nobody, true},
				{registration.MeetingSession, 1, noon, nobody, false}, // the single one came later
				{registration.MeetingSession, 2, noon, nobody, true},
				{registration.MeetingSession, 2, noon.Add(-time.Microsecond), nobody, false},
				{registration.MeetingSession, 1, time.Time{}, single.ID, false}, // the party does not fit
				{registration.MeetingSession, 2, time.Time{}, single.ID, true},
				{"ateliers", 1, time.Time{}, nobody, true},
				{"ateliers", 1, time.Time{}, workshop.ID, false},
				{"tables-rondes", 5, time.Time{}, nobody, false},
			} {
				got, err := tx.Waits(tt.session, tt.n, tt.rank, tt.other)
				if err != nil || got != tt.want {
					t.Errorf("Waits(%s, %d, %v, %v) = %v, %v; want %v", tt.session, tt.n, tt.rank, tt.other, got, err, tt.want)
				}
			}
			return nil
		})
		insert(t, s, without)
		got, err := s.Occupancy(t.Context(), slug)
		wantError(t, "Occupancy", err, nil)
		wantSame(t, "Occupancy", got, []registration.Occupancy{
			{Session: "ateliers", Seats: 5, Queued: 2, Smallest: 1},
			{Session: registration.MeetingSession, Seats: 10, Taken: 1, Queued: 5, Smallest: 1},
			{Session: "tables-rondes", Seats: 5},
		})
	}},

	{"Ranks", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		wantRanks(t, s, time.Time{}, time.Time{})
		first, second := waiting(1, noon), waiting(2, noon.Add(-time.Microsecond))
		second.AddressConfirmedAt = time.Time{} // counts all the same
		insert(t, s, first, second)
		wantRanks(t, s, noon.Add(-time.Microsecond), noon)
	}},

	{"SameAddress", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		gone, active, other := signup(1), signup(1), signup(2)
		gone.Code, gone.EndedAt, gone.Places[0].State = "CODE0009", noon, registration.Cancelled
		nobody := signup(3)
		nobody.AddressKey = ""
		insert(t, s, gone, active, other, nobody)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.SameAddress(active.AddressKey)
			wantSame(t, "SameAddress", got, []registration.Signup{gone, active})
			if none, err := tx.SameAddress(""); err != nil || none != nil {
				t.Errorf("SameAddress of none = %v, %v", none, err)
			}
			return err
		})
	}},

	{"Party", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		lead, companion, stranger, gone := signup(1), signup(2), signup(3), signup(4)
		companion.Party, gone.Party = lead.ID, lead.ID
		gone.EndedAt, gone.Places[0].State = noon, registration.Cancelled
		insert(t, s, lead, companion, stranger, gone)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.Party(lead.ID)
			wantError(t, "Party", err, nil)
			wantSame(t, "Party", got, []registration.Signup{lead, companion, gone})
			return err
		})
	}},

	{"OffersOver", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		over, last, open := signup(1), signup(2, "ateliers"), signup(3)
		over.Places[0].State, over.Places[0].Until = registration.Offered, noon
		last.Places[0].State, last.Places[0].Until = registration.Offered, noon.Add(time.Microsecond)
		open.Places[0].State, open.Places[0].Until = registration.Offered, noon.Add(time.Hour)
		insert(t, s, over, last, open)
		change(t, s, func(tx registration.Tx) error {
			for after, want := range map[time.Duration][]registration.Signup{
				-time.Microsecond: nil, 0: {over}, time.Microsecond: {over, last},
			} {
				got, err := tx.ExpiredOffers(noon.Add(after), 10)
				wantError(t, "OffersOver", err, nil)
				wantSame(t, "OffersOver", got, want)
			}
			got, err := tx.ExpiredOffers(noon.Add(time.Hour), 1)
			wantSame(t, "OffersOver", got, []registration.Signup{over})
			return err
		})
	}},
}

// waiting returns a confirmed person who waits for a seat in the meeting.
func waiting(n int, rank time.Time) registration.Signup {
	u := signup(n)
	u.AddressConfirmedAt = noon
	u.Places[0].State, u.Places[0].Rank = registration.Queued, rank
	return u
}

func wantRanks(t *testing.T, s Store, first, last time.Time) {
	t.Helper()
	change(t, s, func(tx registration.Tx) error {
		low, high, err := tx.Ranks(registration.MeetingSession)
		wantError(t, "Ranks", err, nil)
		wantSame(t, "Ranks", [...]time.Time{low, high}, [...]time.Time{first, last})
		return err
	})
}

var countCases = []testCase{
	{"PerKeyAndWindow", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		wantCount(t, s, "a", noon, 1)
		wantCount(t, s, "a", noon, 2)
		wantCount(t, s, "b", noon, 1)
		wantCount(t, s, "a", noon.Add(time.Hour), 1)
		for _, want := range []int{1, 1, 0} { // of two that are old, one at a time
			n, err := s.DeleteCounters(t.Context(), noon.Add(time.Hour), 1)
			wantError(t, "DeleteCounters", err, nil)
			wantSame(t, "DeleteCounters", n, want)
		}
		wantCount(t, s, "a", noon, 1)
		wantCount(t, s, "a", noon.Add(time.Hour), 2)
	}},
}

func wantCount(t *testing.T, s Store, key string, window time.Time, want int) {
	t.Helper()
	change(t, s, func(tx registration.Tx) error {
		got, err := tx.Count(key, window)
		wantError(t, "Count", err, nil)
		wantSame(t, "Count", got, want)
		return err
	})
}
