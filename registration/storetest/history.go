package storetest

import (
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

var historyCases = []testCase{
	{"actors and changes", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		events := []registration.Event{
			{At: noon, Kind: registration.EventSignedUp, Signup: u.ID, Actor: registration.Actor{Kind: registration.ActorPerson, ID: u.ID}},
			{At: noon, Kind: registration.EventApproved, Signup: u.ID, Actor: registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()},
				Changes: []registration.Change{{Field: "place.meeting", From: registration.Approval, To: registration.Seated}, {Field: "email"}}},
			{At: noon, Kind: registration.EventExpired, Signup: u.ID, Detail: "d", Actor: registration.Actor{Kind: registration.ActorSystem}},
			{At: noon, Kind: registration.EventReissued, Signup: u.ID, Actor: registration.Actor{Kind: registration.ActorCommand}},
			{At: noon, Kind: registration.EventChanged, Signup: u.ID}, // as those from before actors were recorded
		}
		change(t, s, func(tx registration.Tx) error {
			for _, e := range events {
				if err := tx.Record(e); err != nil {
					return err
				}
			}
			return nil
		})
		got, err := s.History(t.Context(), u.ID)
		wantError(t, "History", err, nil)
		wantSame(t, "History", got, events)
		lines, err := s.Audited(t.Context(), 0, 9)
		wantError(t, "Audited", err, nil)
		if len(lines) != 2 {
			t.Fatalf("%d lines in the audit log; want those of the organiser and the command line", len(lines))
		}
		first := team.Entry{N: 1, At: noon, Actor: events[1].Actor, Act: "approved", Meeting: slug, Subject: u.ID, Detail: "place.meeting approval>seat, email"}
		first.Hash = first.Sum("")
		wantSame(t, "first line", lines[0], first)
		wantSame(t, "hash of the second", lines[1].Hash, lines[1].Sum(first.Hash))
		n, hash, err := s.AuditHead(t.Context())
		wantError(t, "AuditHead", err, nil)
		wantSame(t, "AuditHead", []any{n, hash}, []any{int64(2), lines[1].Hash})
		later, err := s.Audited(t.Context(), 1, 9)
		wantError(t, "Audited", err, nil)
		wantSame(t, "Audited", later, lines[1:])
	}},
	{"mails and what is to do", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		u.AddressConfirmedAt, u.Places[0].State = noon, registration.Approval
		sent, refused, waits := mail(u, noon), mail(u, noon.Add(time.Second)), mail(u, noon.Add(time.Hour))
		refused.Kind, waits.Kind = registration.MailAlreadySignedUp, registration.MailChanged
		change(t, s, func(tx registration.Tx) error {
			if err := tx.Insert(u); err != nil {
				return err
			}
			for _, m := range []registration.Mail{sent, refused, waits} {
				if err := tx.Post(m); err != nil {
					return err
				}
			}
			return nil
		})
		wantClaim(t, s, noon.Add(time.Second), 9, sent, refused)
		wantError(t, "RecordOutcomes", s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{
			sent.ID: {SentAt: noon.Add(time.Minute)}, refused.ID: {ParkedAt: noon.Add(time.Minute), Reply: "550 no"},
		}), nil)
		got, err := s.MailsTo(t.Context(), u.ID)
		wantError(t, "MailsTo", err, nil)
		wantSame(t, "MailsTo", got, []registration.Posted{
			{Kind: registration.MailConfirm, CreatedAt: noon, SentAt: noon.Add(time.Minute)},
			{Kind: registration.MailAlreadySignedUp, CreatedAt: noon.Add(time.Second), ParkedAt: noon.Add(time.Minute), Reply: "550 no"},
			{Kind: registration.MailChanged, CreatedAt: noon.Add(time.Hour)},
		})
		approvals, parked, err := s.ToDo(t.Context(), slug)
		wantError(t, "ToDo", err, nil)
		wantSame(t, "ToDo", []int{approvals, parked}, []int{1, 1})
	}},
}
