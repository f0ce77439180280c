package main

import (
	"context"
	"errors"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/site"
	"github.com/territoires-industrie/sdk/territoires"
)

// exampleSlug is the slug of the demonstration's second meeting.
const exampleSlug = "exemple"

// exampleMeeting is an invented meeting, small and full, that shows what the
// shipped one does not have: approval and questions. All its texts say that it is
// an example.
func exampleMeeting(m registration.Meeting) registration.Meeting {
	title := func(fr, en string) registration.Localized { return registration.Localized{FR: fr, EN: en} }
	return registration.Meeting{
		Slug: exampleSlug, Day: m.Day.AddDays(-5), Starts: "09:30", Ends: "16:30", OpensAt: m.OpensAt, ClosesAt: m.Day.AddDays(-5).In(registration.Paris),
		Title:   title("Rencontre d'exemple", "Example meeting"),
		Summary: title("Inventée pour la démonstration : elle n'a pas lieu.", "Invented for the demonstration: it does not take place."),
		Venue:   registration.Venue{Name: title("Lieu d'exemple", "Example venue")}, Organisers: []string{"Organisateur d’exemple"},
		Seats: 8, Queue: true, Approval: true, Companions: 3, Interests: true, Example: true, Published: true,
		Sessions: []registration.Session{
			{ID: "atelier-a", Title: title("Atelier A (exemple)", "Workshop A (example)"), Seats: 3},
			{ID: "atelier-b", Title: title("Atelier B (exemple)", "Workshop B (example)"), Seats: 6},
		},
		Questions: []registration.Question{{
			ID: "repas", Kind: registration.ChoiceQuestion, Label: title("Repas (exemple)", "Meal (example)"),
			Options: []registration.Option{{ID: "complet", Label: title("Complet", "Full")}, {ID: "vegetarien", Label: title("Végétarien", "Vegetarian")}},
		}},
		Contact: m.Contact, Notice: registration.Notice{RetentionDays: m.Notice.RetentionDays, Version: m.Notice.Version},
	}
}

// addExample adds the example meeting with its invented people: eight have the
// seats, five wait for one, six for a decision and two have not confirmed; one
// has cancelled, and one was refused. Some come together. A mail to one of them
// did not arrive.
func addExample(ctx context.Context, store site.Store, m registration.Meeting, now time.Time) error {
	if err := store.AddMeeting(ctx, m); err != nil {
		if errors.Is(err, registration.ErrMeetingExists) { // the folder is already filled
			return nil
		}
		return err
	}
	states := []registration.State{
		registration.Seated, registration.Seated, registration.Seated, registration.Seated, registration.Seated, registration.Seated, registration.Seated, registration.Seated,
		registration.Queued, registration.Queued, registration.Queued, registration.Queued, registration.Queued,
		registration.Approval, registration.Approval, registration.Approval, registration.Approval, registration.Approval, registration.Approval,
		registration.Approval, registration.Approval, registration.Cancelled, registration.Refused,
	}
	lost := registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirmed, Meeting: m.Slug, CreatedAt: now, DueAt: now}
	all := territoriesOf()
	err := store.Change(ctx, m.Slug, func(tx registration.Tx) error {
		var lead registration.ID
		for i, state := range states {
			s := invented(i, len(states), m, all[i*31%len(all)], now)
			s.Answers = registration.Answers{"repas": {[]string{"complet", "vegetarien"}[i%3/2]}}
			if i%5 == 1 || i%5 == 2 { // a companion of the one before
				s.Party = lead
			} else {
				lead = s.ID
			}
			s.Places[0].State, s.Places[0].Rank = state, s.CreatedAt
			switch {
			case state.Ended():
				s.EndedAt = now
			case i >= 19: // not confirmed, until tonight
				s.AddressConfirmedAt, s.HeldUntil, s.Party = time.Time{}, territoires.DateOf(now, registration.Paris).AddDays(1).In(registration.Paris).Add(-time.Minute), s.ID
			}
			switch {
			case state != registration.Seated:
			case i < 3: // the first of two workshops is full
				s.Places = withPlace(s, "atelier-a", registration.Seated)
			case i < 5:
				s.Places = withPlace(s, "atelier-a", registration.Queued)
			case i < 7:
				s.Places = withPlace(s, "atelier-b", registration.Seated)
			}
			if err := tx.Insert(s); err != nil {
				return err
			}
			if err := tx.Record(registration.Event{At: s.CreatedAt, Kind: registration.EventSignedUp, Signup: s.ID}); err != nil {
				return err
			}
			if i == 3 {
				lost.Signup = s.ID
			}
		}
		return tx.Post(lost)
	})
	if err != nil {
		return err
	}
	return store.RecordOutcomes(ctx, map[registration.ID]registration.Outcome{lost.ID: {ParkedAt: now, Reply: "550 5.1.1 <personne-4@invention.example>: user unknown"}})
}
