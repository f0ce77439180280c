package registration_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
)

// counted fails unless queues, tallies and arrivals are as the sign-ups say.
func (m *actMachine) counted(r *rapid.T) {
	ctx := context.Background()
	all := m.all(r)
	queued, statuses, arrived := map[registration.SessionID]int{}, map[registration.Status]int{}, map[string]int{}
	for _, s := range all {
		statuses[s.Status()]++
		for _, p := range s.Places {
			if p.State == registration.Queued {
				queued[p.Session]++
			}
			if !s.EndedAt.IsZero() && !p.State.Ended() {
				r.Fatalf("an ended sign-up has a place: %+v", s.Places)
			}
		}
		for _, a := range s.Arrivals {
			arrived[string(a.Session)+"/"+string(a.Half)]++
		}
		lead := s
		if s.ID != s.Party {
			i := slices.IndexFunc(all, func(l registration.Signup) bool { return l.ID == s.Party })
			lead = all[i]
		}
		if s.EndedAt.IsZero() && s.Email == "" && s.AddressConfirmedAt.IsZero() && lead.EndedAt.IsZero() && !lead.AddressConfirmedAt.IsZero() {
			r.Fatalf("a companion without address is unconfirmed beside a confirmed lead: %+v", s)
		}
		if s.EndedAt.IsZero() && s.AddressConfirmedAt.IsZero() && s.HeldUntil.IsZero() {
			r.Fatalf("an unconfirmed sign-up without an end: %+v", s)
		}
	}
	occupancy, err := m.store.Occupancy(ctx, m.slug)
	if err != nil {
		r.Fatal(err)
	}
	for _, o := range occupancy {
		if o.Queued != queued[o.Session] {
			r.Fatalf("session %s counts %d who queue, its rows %d", o.Session, o.Queued, queued[o.Session])
		}
		smallest := 0
		for _, n := range parties(all, o.Session) {
			if smallest == 0 || n < smallest {
				smallest = n
			}
		}
		if o.Free() > 0 && o.Smallest != smallest {
			r.Fatalf("session %s: smallest party %d, want %d", o.Session, o.Smallest, smallest)
		}
	}
	counts, err := m.StatusCounts(ctx, m.slug)
	if err != nil || !maps.Equal(counts, statuses) {
		r.Fatalf("statuses %v, want %v; %v", counts, statuses, err)
	}
	came, err := m.Attendance(ctx, m.slug)
	got := map[string]int{}
	for _, a := range came {
		got[string(a.Session)+"/"+string(a.Half)] = a.Arrived
	}
	if err != nil || !maps.Equal(got, arrived) {
		r.Fatalf("arrivals %v, want %v; %v", got, arrived, err)
	}
}

// everybodyKnows sends all mails and fails unless each who reads mail knows where they
// stand in the meeting.
func (m *actMachine) everybodyKnows(r *rapid.T) {
	ctx := context.Background()
	for {
		// Also those that are not due any more, because the clock was set back.
		batch, err := m.store.Claim(ctx, m.Now().AddDate(10, 0, 0), time.Minute, 50)
		if err != nil {
			r.Fatal(err)
		}
		for _, row := range batch {
			o := registration.Outcome{SentAt: m.Now()}
			if row.Meeting == m.slug && row.Signup != (registration.ID{}) {
				l, err := m.Letter(ctx, row, nil)
				if err == nil {
					_, err = m.composer.Compose(l)
				}
				switch {
				case errors.Is(err, registration.ErrNobody), errors.Is(err, registration.ErrOvertaken):
					o.Dropped = true
				case err != nil:
					r.Fatalf("letter %s: %v", row.Kind, err)
				case row.To == "":
					m.told[row.Signup] = l.Signup.State(registration.MeetingSession)
				}
			}
			if err := m.store.RecordOutcomes(ctx, map[registration.ID]registration.Outcome{row.ID: o}); err != nil {
				r.Fatal(err)
			}
		}
		if len(batch) == 0 {
			break
		}
	}
	for _, s := range m.all(r) {
		told, heard := m.told[s.ID]
		if heard && s.Email != "" && !s.AddressConfirmedAt.IsZero() && told != s.State(registration.MeetingSession) {
			// They did it themselves, with another's word or at the door, or another of the party was asked and accepted.
			quiet := []registration.EventKind{registration.EventDisavowed, registration.EventArrived, registration.EventOffered}
			if s.ID != s.Party {
				quiet = append(quiet, registration.EventAccepted)
			}
			if !slices.Contains(quiet, m.lastMove(r, s)) {
				r.Fatalf("somebody who was told %q is %q: %s", told, s.State(registration.MeetingSession), m.lastEvents(r, s))
			}
			m.told[s.ID] = s.State(registration.MeetingSession)
		}
	}
}

// lastMove is the last act that put s where it stands in the meeting.
func (m *actMachine) lastMove(r *rapid.T, s registration.Signup) (kind registration.EventKind) {
	all, err := m.History(context.Background(), s)
	if err != nil {
		r.Fatal(err)
	}
	for _, e := range all {
		if slices.ContainsFunc(e.Changes, func(c registration.Change) bool { return c.Field == "place.meeting" }) {
			kind = e.Kind
		}
	}
	return kind
}

func (m *actMachine) lastEvents(r *rapid.T, s registration.Signup) (text string) {
	all, err := m.History(context.Background(), s)
	if err != nil {
		r.Fatal(err)
	}
	for _, e := range all {
		text += fmt.Sprintf("%s %v; ", e.Kind, e.Changes)
	}
	return text
}
