package main

import (
	"context"
	"fmt"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// The invented people of a demonstration: common given and family names set
// side by side by number, at addresses of a domain that no mail reaches.
var (
	inventedGiven = []string{"Camille", "Dominique", "Éloïse", "Karim", "Maëlle", "Noé", "Inès", "Loïc", "Anaïs", "Yann", "Zoé", "Marie-Noëlle", "Jean-Luc"}
	inventedNames = []string{"Martin", "Lefèvre", "d’Arcy", "Nguyễn", "Le Goff", "Benoît", "O’Neill", "Garcia", "de La Tour", "Haddad", "Muller"}
)

// invite signs up n invented people, confirmed, without writing to them.
func invite(ctx context.Context, store registration.Store, m registration.Meeting, n int, now time.Time) error {
	var all []territoires.Territory
	for t := range territoires.All(territoires.PhaseI) {
		all = append(all, t)
	}
	return store.Change(ctx, m.Slug, func(tx registration.Tx) error {
		for i := range n {
			s := invented(i, m, all[i*7%len(all)], now)
			if err := tx.Insert(s); err != nil {
				return err
			}
			if err := tx.Record(registration.Event{At: now, Kind: registration.EventSignedUp, Signup: s.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// invented returns the person number i.
func invented(i int, m registration.Meeting, t territoires.Territory, now time.Time) registration.Signup {
	id := registration.NewID()
	categories := registration.Categories()
	email := fmt.Sprintf("personne-%d@invention.example", i+1)
	key, _ := registration.AddressKey(email)
	return registration.Signup{
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
		CreatedAt: now, AddressConfirmedAt: now, HeldUntil: now,
		Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: now}},
	}
}
