package storetest

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// heldFrom returns the sign-up of person n from this network, with a seat in the
// meeting and in these sessions.
func heldFrom(n int, network, key string, sessions ...registration.SessionID) registration.Signup {
	u := signup(n, sessions...)
	u.Network, u.AddressKey = network, key
	return u
}

// wantHeld compares what unconfirmed sign-ups hold at an instant: seats by session
// for a network, and sign-ups for a mailbox.
func wantHeld(t *testing.T, s Store, at time.Time, network string, from map[registration.SessionID]int, mailbox string, n int) {
	t.Helper()
	change(t, s, func(tx registration.Tx) error {
		got, err := tx.UnconfirmedFrom(network, at)
		wantError(t, "UnconfirmedFrom", err, nil)
		wantSame(t, "UnconfirmedFrom "+network, got, from)
		held, err := tx.UnconfirmedFor(mailbox, "", at)
		wantError(t, "UnconfirmedFor", err, nil)
		wantSame(t, "UnconfirmedFor "+mailbox, held, n)
		return nil
	})
}

var limitCases = []testCase{
	{"held", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		confirmed, ended := heldFrom(3, "a", "zoe+3@exemple.fr", "ateliers"), heldFrom(4, "a", "zoe+4@exemple.fr")
		confirmed.AddressConfirmedAt = noon
		ended.EndedAt, ended.Places[0].State = noon, registration.Expired
		first := heldFrom(1, "a", "z.oe@gmail.com", "ateliers")
		insert(t, s, first, heldFrom(2, "a", "zoe+x@googlemail.com"), confirmed, ended, heldFrom(5, "b", "zoe@gmail.com"), heldFrom(6, "", ""))
		elsewhere := heldFrom(7, "a", "zoe@gmail.com")
		elsewhere.Meeting = other.Slug
		err := s.Change(t.Context(), other.Slug, func(tx registration.Tx) error { return tx.Insert(elsewhere) })
		wantError(t, "Insert", err, nil)
		wantHeld(t, s, noon, "a", map[registration.SessionID]int{registration.MeetingSession: 2, "ateliers": 1}, "zoe@gmail.com", 3)
		wantHeld(t, s, noon, "b", map[registration.SessionID]int{registration.MeetingSession: 1}, "zoe@exemple.fr", 0)
		wantHeld(t, s, noon, "", nil, "", 0)
		wantHeld(t, s, first.HeldUntil, "a", nil, "zoe@gmail.com", 0) // a hold that is over counts no more
		first.AddressConfirmedAt = noon
		change(t, s, func(tx registration.Tx) error { return tx.Update(first) })
		wantHeld(t, s, noon, "a", map[registration.SessionID]int{registration.MeetingSession: 1}, "zoe@gmail.com", 2)
	}},
	{"counted holds", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		end := noon.Add(time.Hour)
		insert(t, s, heldFrom(1, "a", "zoe@exemple.fr"))
		ask := func(tx registration.Tx, at time.Time, from map[registration.SessionID]int, mailbox, key int) {
			t.Helper()
			got, err := tx.UnconfirmedFrom("a", at)
			wantError(t, "UnconfirmedFrom", err, nil)
			wantSame(t, "UnconfirmedFrom", got, from)
			n, err := tx.UnconfirmedFor("zoe@exemple.fr", "key", at)
			wantError(t, "UnconfirmedFor", err, nil)
			wantSame(t, "UnconfirmedFor", n, mailbox)
			n, err = tx.CountedHolds("key", at)
			wantError(t, "CountedHolds", err, nil)
			wantSame(t, "CountedHolds", n, key)
		}
		all := func(tx registration.Tx) {
			t.Helper()
			ask(tx, end.Add(-time.Microsecond), map[registration.SessionID]int{registration.MeetingSession: 2, "ateliers": 2}, 3, 2)
			ask(tx, end, map[registration.SessionID]int{registration.MeetingSession: 2}, 2, 1)
			ask(tx, end.Add(time.Hour), map[registration.SessionID]int{registration.MeetingSession: 1}, 1, 0)
		}
		change(t, s, func(tx registration.Tx) error {
			for key, until := range map[string]time.Time{"key": end, "key2": end, "ab ateliers": end, "a meeting": end.Add(time.Hour)} {
				wantError(t, "CountHold", tx.CountHold(key, until), nil)
			}
			for range 2 {
				wantError(t, "CountHold", tx.CountHold("a ateliers", end), nil)
			}
			wantError(t, "CountHold", tx.CountHold("key", end.Add(time.Hour)), nil)
			all(tx) // before it is written
			return nil
		})
		change(t, s, func(tx registration.Tx) error { all(tx); return nil })
		err := s.Change(t.Context(), other.Slug, func(tx registration.Tx) error {
			ask(tx, noon, map[registration.SessionID]int{}, 0, 0)
			return nil
		})
		wantError(t, "Change", err, nil)
		err = s.Change(t.Context(), slug, func(tx registration.Tx) error {
			wantError(t, "CountHold", tx.CountHold("key", end), nil)
			return errChange
		})
		wantError(t, "Change", err, errChange)
		change(t, s, func(tx registration.Tx) error { all(tx); return nil })
		// Once a hold has ended its counter is deleted with those of its time.
		wantDeleted(t, "DeleteCounters", s.DeleteCounters, end.Add(-registration.CounterFor), 0)
		wantDeleted(t, "DeleteCounters", s.DeleteCounters, end.Add(time.Microsecond-registration.CounterFor), 4)
		change(t, s, func(tx registration.Tx) error {
			ask(tx, end, map[registration.SessionID]int{registration.MeetingSession: 2}, 2, 1)
			return nil
		})
	}},
	{"receipts", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		loud, silent := registration.Receipt{HeldUntil: noon.Add(time.Hour)}, registration.Receipt{HeldUntil: noon.Add(2 * time.Hour), Silent: true}
		read := func(tx registration.Tx, form string, at time.Time, want registration.Receipt, wantErr error) {
			t.Helper()
			got, err := tx.Receipt(form, at)
			wantError(t, "Receipt of "+form, err, wantErr)
			wantSame(t, "Receipt of "+form, got, want)
		}
		all := func(tx registration.Tx) {
			t.Helper()
			none := registration.Receipt{}
			read(tx, "a", loud.HeldUntil.Add(-time.Microsecond), loud, nil)
			read(tx, "a", loud.HeldUntil, none, registration.ErrNotFound)
			read(tx, "b", loud.HeldUntil, silent, nil)
			read(tx, "b", silent.HeldUntil, none, registration.ErrNotFound)
			read(tx, "c", noon, silent, nil) // the later one
			read(tx, "d", noon, none, registration.ErrNotFound)
			read(tx, "", noon, none, registration.ErrNotFound)
		}
		change(t, s, func(tx registration.Tx) error {
			for _, p := range []struct {
				form string
				registration.Receipt
			}{{"a", loud}, {"b", silent}, {"c", loud}, {"c", silent}} {
				wantError(t, "PutReceipt", tx.PutReceipt(p.form, p.Receipt), nil)
			}
			all(tx) // before it is written
			return nil
		})
		change(t, s, func(tx registration.Tx) error { all(tx); return nil })
		wantError(t, "Change", s.Change(t.Context(), other.Slug, func(tx registration.Tx) error {
			read(tx, "a", noon, registration.Receipt{}, registration.ErrNotFound)
			return nil
		}), nil)
		wantDeleted(t, "DeleteCounters", s.DeleteCounters, loud.HeldUntil.Add(-registration.CounterFor), 0)
		wantDeleted(t, "DeleteCounters", s.DeleteCounters, silent.HeldUntil.Add(time.Microsecond-registration.CounterFor), 4)
	}},
	{"companions held aside", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		lead, aside := heldFrom(1, "a", "a@exemple.fr"), heldFrom(2, "a", "zoe@exemple.fr", "ateliers")
		aside.Party, aside.EndedAt = lead.ID, noon
		for i := range aside.Places {
			aside.Places[i].State = registration.Expired
		}
		both := map[registration.SessionID]int{registration.MeetingSession: 2, "ateliers": 1}
		one := map[registration.SessionID]int{registration.MeetingSession: 1}
		insert(t, s, lead, aside)
		set := func(u registration.Signup) {
			t.Helper()
			change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
		}
		wantHeld(t, s, noon, "a", both, "zoe@exemple.fr", 1)
		wantHeld(t, s, aside.HeldUntil, "a", nil, "zoe@exemple.fr", 0)
		lead.AddressConfirmedAt, lead.HeldUntil = noon, aside.HeldUntil.Add(time.Hour)
		set(lead)
		aside.Network = "a"
		forgotten := aside.CreatedAt.Add(registration.NetworkFor)
		wantHeld(t, s, forgotten.Add(-time.Microsecond), "a", map[registration.SessionID]int{registration.MeetingSession: 1, "ateliers": 1}, "zoe@exemple.fr", 1)
		wantHeld(t, s, forgotten, "a", nil, "zoe@exemple.fr", 1)
		wantHeld(t, s, lead.HeldUntil.Add(-time.Microsecond), "a", nil, "zoe@exemple.fr", 1)
		wantHeld(t, s, lead.HeldUntil, "a", nil, "zoe@exemple.fr", 0)
		lead.EndedAt, lead.Places[0].State = noon.Add(time.Minute), registration.Cancelled
		set(lead)
		wantHeld(t, s, noon, "a", map[registration.SessionID]int{registration.MeetingSession: 1, "ateliers": 1}, "zoe@exemple.fr", 1) // its lead left alone
		aside.EndedAt = lead.EndedAt
		set(aside)
		wantHeld(t, s, noon, "a", nil, "zoe@exemple.fr", 0) // both left
		lead.EndedAt, lead.Places[0].State = time.Time{}, registration.Seated
		lead.AddressConfirmedAt, lead.Network = time.Time{}, "a"
		set(lead)
		wantHeld(t, s, noon, "a", both, "zoe@exemple.fr", 1) // and came back
		for i := range aside.Places {
			aside.Places[i].State = registration.Cancelled
		}
		set(aside)
		wantHeld(t, s, noon, "a", one, "zoe@exemple.fr", 0) // taken out of the party
	}},
	{"network is forgotten", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		waits, confirmed, ended, late := heldFrom(1, "a", "a@exemple.fr"), heldFrom(2, "a", "b@exemple.fr"), heldFrom(3, "a", "c@exemple.fr"), heldFrom(4, "a", "d@exemple.fr")
		late.CreatedAt = noon.Add(time.Second)
		insert(t, s, waits, confirmed, ended, late)
		confirmed.AddressConfirmedAt = noon
		ended.EndedAt, ended.Places[0].State = noon, registration.Cancelled
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Update", tx.Update(confirmed), nil)
			return tx.Update(ended)
		})
		wantNetworks := func(when string, want ...string) {
			t.Helper()
			var got []string
			for _, u := range all(t, s, registration.Query{}) {
				got = append(got, u.Network)
			}
			wantSame(t, "networks "+when, got, want)
		}
		wantNetworks("after confirmation and cancellation", "a", "", "", "a")
		wantDeleted(t, "DeleteNetworks", s.DeleteNetworks, noon.Add(time.Second), 1)
		wantNetworks("when they are old", "", "", "", "a")
	}},
	{"link asks", func(t *testing.T, s Store) {
		hour, day := noon.Truncate(time.Hour), noon.Truncate(24*time.Hour)
		ask := func(slug, key, from string, want bool) registration.LinkAsk {
			t.Helper()
			a := registration.LinkAsk{ID: registration.NewID(), Meeting: slug, AddressKey: key, NetworkCounter: from, PairCounter: from + key}
			if from == "" {
				a.PairCounter = ""
			}
			got, err := s.AskLink(t.Context(), a, hour, day, 3)
			wantError(t, "AskLink", err, nil)
			wantSame(t, "AskLink", got, want)
			a.NetworkCounter, a.PairCounter, a.First = "", "", true
			return a
		}
		wantAsks := func(want ...registration.LinkAsk) {
			t.Helper()
			got, err := s.LinkAsks(t.Context(), 10)
			wantError(t, "LinkAsks", err, nil)
			wantSame(t, "LinkAsks", got, want)
		}
		first := ask(slug, "a@x.fr", "n", true)
		ask(slug, "a@x.fr", "n", true) // once for each meeting and address
		everywhere := ask("", "a@x.fr", "n", true)
		everywhere.First = false
		ask(slug, "b@x.fr", "n", false)
		wantAsks(first, everywhere)
		ask("", "a@x.fr", "m", true) // first from there
		everywhere.First = true
		wantAsks(first, everywhere)
		free := ask(slug, "c@x.fr", "", true)
		wantError(t, "DropLinkAsk", s.DropLinkAsk(t.Context(), first.ID), nil)
		wantAsks(everywhere, free)
		wantError(t, "DropLinkAsk", s.DropLinkAsk(t.Context(), first.ID), nil)
	}},
	{"holds", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		early, confirmed, queued, ended, other := heldFrom(1, "a", "a@x.fr"), heldFrom(2, "a", "b@x.fr"), heldFrom(3, "a", "c@x.fr"), heldFrom(4, "a", "d@x.fr"), heldFrom(5, "b", "e@x.fr")
		early.CreatedAt, queued.CreatedAt = noon.Add(-time.Microsecond), noon.Add(time.Minute)
		confirmed.AddressConfirmedAt = noon
		queued.Places[0].State, queued.Places[0].Rank = registration.Queued, noon
		ended.EndedAt, ended.Places[0].State = noon, registration.Expired
		insert(t, s, early, confirmed, queued, ended, other)
		want := registration.Holds{Unconfirmed: 2, Recent: 4, Confirmed: 1}
		got, err := s.Holds(t.Context(), slug, noon)
		wantError(t, "Holds", err, nil)
		wantSame(t, "Holds", got, want)
		change(t, s, func(tx registration.Tx) error {
			got, err := tx.Holds(noon)
			wantSame(t, "Tx.Holds", got, want)
			some, e := tx.Unconfirmed("a", 1)
			wantError(t, "Unconfirmed", e, nil)
			wantSame(t, "Unconfirmed", some, []registration.Signup{early})
			none, e := tx.Unconfirmed("", 9)
			wantError(t, "Unconfirmed", e, nil)
			wantSame(t, "Unconfirmed of no network", len(none), 0)
			return err
		})
		oldest, err := s.OldestHold(t.Context(), slug)
		wantError(t, "OldestHold", err, nil)
		wantSame(t, "OldestHold", oldest, early.CreatedAt)
		oldest, err = s.OldestHold(t.Context(), "nowhere")
		wantError(t, "OldestHold", err, nil)
		wantSame(t, "OldestHold of none", oldest, time.Time{})
		networks, err := s.NetworkHolds(t.Context(), slug, 9)
		wantError(t, "NetworkHolds", err, nil)
		wantSame(t, "NetworkHolds", networks, []registration.NetworkHolds{
			{Network: "a", People: 2, Seats: 1, First: early.CreatedAt, Last: queued.CreatedAt},
			{Network: "b", People: 1, Seats: 1, First: noon, Last: noon},
		})
		networks, err = s.NetworkHolds(t.Context(), slug, 1)
		wantError(t, "NetworkHolds", err, nil)
		wantSame(t, "the largest network", len(networks), 1)
	}},
	{"alerts", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		grant := func(email string, role registration.Role, meeting string) registration.ID {
			o := registration.Organiser{ID: registration.NewID(), Email: email, Grants: []registration.Grant{{Meeting: meeting, Role: role}}}
			wantError(t, "ChangeTeam", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Put(o) }), nil)
			return o.ID
		}
		acts, admin := grant("a@x.fr", registration.RoleOrganiser, slug), grant("b@x.fr", registration.RoleAdmin, "")
		grant("c@x.fr", registration.RoleReader, slug)
		grant("d@x.fr", registration.RoleDesk, "")
		grant("e@x.fr", registration.RoleAdmin, other.Slug)
		post := func(since, now time.Time, want int) {
			t.Helper()
			n, err := s.PostAlerts(t.Context(), slug, since, now)
			wantError(t, "PostAlerts", err, nil)
			wantSame(t, "PostAlerts", n, want)
		}
		post(noon.Add(-time.Hour), noon, 2)
		post(noon, noon.Add(time.Minute), 0)
		list, err := s.Claim(t.Context(), noon, time.Minute, 9)
		wantError(t, "Claim", err, nil)
		for _, m := range list {
			if m.Kind != registration.MailAlert || m.Meeting != slug || m.Organiser != acts && m.Organiser != admin {
				t.Errorf("mail %+v", m)
			}
		}
		wantSame(t, "mails", len(list), 2)
		post(noon.Add(time.Microsecond), noon.Add(time.Hour), 2)
		_, err = s.PostAlerts(t.Context(), "nowhere", noon, noon)
		wantError(t, "PostAlerts about no meeting", err, registration.ErrNotFound)
		_, parked, err := s.ToDo(t.Context(), slug)
		wantError(t, "ToDo", err, nil)
		wantSame(t, "refused mails", parked, 0)
	}},
}
