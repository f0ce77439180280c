package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/territoires"
)

// The invented people of a demonstration: common given and family names, combined
// by number, with addresses in a domain that no mail reaches.
var (
	inventedGiven = []string{"Camille", "Dominique", "Éloïse", "Karim", "Maëlle", "Noé", "Inès", "Loïc", "Anaïs", "Yann", "Zoé", "Marie-Noëlle", "Jean-Luc"}
	inventedNames = []string{"Martin", "Lefèvre", "d’Arcy", "Nguyễn", "Le Goff", "Benoît", "O’Neill", "Garcia", "de La Tour", "Haddad", "Muller"}
)

// territoriesOf lists the territories that invented people come from.
func territoriesOf() (all []territoires.Territory) {
	for t := range territoires.All(territoires.PhaseI) {
		all = append(all, t)
	}
	return all
}

// invite signs up n invented people with confirmed addresses and sends them no mail.
// Two of three choose a session, and queue for it once it is full.
func invite(ctx context.Context, store registration.Store, m registration.Meeting, n int, now time.Time) error {
	all := territoriesOf()
	return store.Change(ctx, m.Slug, func(tx registration.Tx) error {
		taken := make([]registration.Seats, len(m.Sessions))
		var lead registration.ID
		for i := range n {
			s := invented(i, n, m, all[i*7%len(all)], now)
			if i%12 == 11 { // a companion of the one before
				s.Party = lead
			}
			lead = s.ID
			if at := i % 3; at < len(m.Sessions) {
				state := registration.Seated
				if taken[at]++; taken[at] > m.Sessions[at].Seats {
					state = registration.Queued
				}
				s.Places = withPlace(s, m.Sessions[at].ID, state)
			}
			if err := tx.Insert(s); err != nil {
				return err
			}
			if err := tx.Record(registration.Event{At: s.CreatedAt, Kind: registration.EventSignedUp, Signup: s.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// withPlace returns the places of s with one in a session, sorted.
func withPlace(s registration.Signup, id registration.SessionID, state registration.State) []registration.Place {
	p := registration.Place{Session: id, State: state, Since: s.CreatedAt}
	if state == registration.Queued {
		p.Rank = s.CreatedAt
	}
	places := append(slices.Clone(s.Places), p)
	slices.SortFunc(places, func(a, b registration.Place) int { return cmp.Compare(a.Session, b.Session) })
	return places
}

// invented returns person number i of n. The n people signed up between the opening
// and now, the same number on each day.
func invented(i, n int, m registration.Meeting, t territoires.Territory, now time.Time) registration.Signup {
	id, at := registration.NewID(), now
	if since := now.Sub(m.OpensAt); since > 0 {
		at = m.OpensAt.Add(since / time.Duration(n) * time.Duration(i)).Truncate(time.Microsecond)
	}
	categories := registration.Categories()
	email := fmt.Sprintf("personne-%d@invention.example", i+1)
	key, _ := address.Key(email)
	s := registration.Signup{
		ID: id, Party: id, Meeting: m.Slug, Code: registration.MintCode(), AddressKey: key,
		Person: registration.Person{
			GivenName:    inventedGiven[i%len(inventedGiven)],
			FamilyName:   inventedNames[i%len(inventedNames)],
			Email:        email,
			Organisation: fmt.Sprintf("Organisation inventée %d", i%40+1),
			Category:     categories[i%len(categories)],
			Territory:    string(t.ID),
		},
		Language: registration.French, NoticeVersion: m.Notice.Version,
		CreatedAt: at, AddressConfirmedAt: at, HeldUntil: at,
		Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: at}},
	}
	if axes := territoires.Axes(territoires.PhaseI); m.Interests && i%5 > 0 {
		s.Interests = []string{string(axes[i%len(axes)])}
	}
	return s
}
