package registration_test

import (
	"context"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
)

// setBack sets the clock back, and does what offers what was not offered on the day.
func (m *actMachine) setBack(r *rapid.T, now time.Time) {
	m.clock.Set(now)
	if all := m.all(r); len(all) > 0 {
		m.allows(r, "note a copy", m.NoteCopy(context.Background(), m.slug, all[0].ID))
	}
}

// settings changes the configuration.
func (m *actMachine) settings(r *rapid.T) {
	v, err := m.OrganisersMeeting(context.Background(), m.slug)
	if err != nil {
		r.Fatal(err)
	}
	c := v.Meeting
	c.Sessions = slices.Clone(c.Sessions)
	switch rapid.SampledFrom([]string{"seats", "session seats", "queue", "approval", "companions", "door", "cancel", "reopen", "freeze", "day", "remove", "close", "add"}).Draw(r, "key") {
	case "seats":
		c.Seats = registration.Seats(rapid.IntRange(-1, 4).Draw(r, "seats"))
	case "session seats":
		for i := range c.Sessions {
			c.Sessions[i].Seats = registration.Seats(rapid.IntRange(-1, 3).Draw(r, "seats"))
		}
	case "queue":
		c.Queue = !c.Queue
	case "approval":
		c.Approval = !c.Approval
	case "companions":
		c.Companions = rapid.IntRange(0, 3).Draw(r, "companions")
	case "door":
		c.Door = registration.DoorBeyond
	case "cancel":
		c.CancelledAt = m.Now()
	case "reopen":
		c.CancelledAt = time.Time{}
	case "freeze":
		c.FreezesAt = time.Time{}
		if hours := rapid.IntRange(0, 72).Draw(r, "freezes after hours"); hours > 0 {
			c.FreezesAt = m.Now().Add(time.Duration(hours) * time.Hour)
		}
	case "day":
		c.Day = c.Day.AddDays(rapid.IntRange(-3, 3).Draw(r, "days"))
	case "remove":
		if len(c.Sessions) > 1 {
			c = withoutSession(c, c.Sessions[1].ID)
		}
	case "close":
		for i := range c.Sessions {
			c.Sessions[i].Closed = !c.Sessions[i].Closed
		}
	case "add":
		if len(c.Sessions) < 2 {
			c.Sessions = append(c.Sessions, registration.Session{ID: "innovation", Title: registration.Localized{FR: "Séance"}, Seats: 1})
		}
	}
	_, err = m.Apply(context.Background(), c, registration.ApplyOptions{Yes: true})
	m.allows(r, "configure", err)
	if err == nil {
		m.meeting = c
	}
}

func withoutSession(c registration.Meeting, id registration.SessionID) registration.Meeting {
	c.Sessions = slices.DeleteFunc(slices.Clone(c.Sessions), func(s registration.Session) bool { return s.ID == id })
	c.Programme = slices.Clone(c.Programme)
	for i := range c.Programme {
		if c.Programme[i].Session == id {
			c.Programme[i].Session = ""
		}
	}
	return c
}
