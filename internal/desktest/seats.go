package desktest

import (
	"context"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// SetSeats changes the capacity of a session of a published meeting, or of the
// meeting itself. It applies a new configuration, as an organiser would.
func SetSeats(ctx context.Context, d *registration.Desk, slug string, id registration.SessionID, n registration.Seats) error {
	v, err := d.Meeting(ctx, slug)
	if err != nil {
		return err
	}
	m := v.Meeting
	if id == registration.MeetingSession {
		m.Seats = n
		return d.Configure(ctx, m)
	}
	m.Sessions = slices.Clone(m.Sessions)
	i := slices.IndexFunc(m.Sessions, func(s registration.Session) bool { return s.ID == id })
	if i < 0 {
		return registration.ErrNotFound
	}
	m.Sessions[i].Seats = n
	return d.Configure(ctx, m)
}
