package registration

import (
	"context"
	"slices"
	"time"
)

// Role is what an organiser may do; each includes the ones before it.
type Role string

// The roles.
const (
	RoleReader    Role = "reader"    // sees lists and exports them
	RoleDesk      Role = "desk"      // welcomes people at the door
	RoleOrganiser Role = "organiser" // changes meetings and sign-ups
	RoleAdmin     Role = "admin"     // names organisers
)

// ParseRole returns the role of s.
func ParseRole(s string) (Role, bool) {
	switch r := Role(s); r {
	case RoleReader, RoleDesk, RoleOrganiser, RoleAdmin:
		return r, true
	}
	return "", false
}

// Includes reports whether who has role r may do what other may; false for
// roles that there are not.
func (r Role) Includes(other Role) bool {
	order := []Role{RoleReader, RoleDesk, RoleOrganiser, RoleAdmin}
	wanted := slices.Index(order, other)
	return wanted >= 0 && slices.Index(order, r) >= wanted
}

// Organiser is somebody who may sign in.
type Organiser struct {
	ID      ID
	Email   string
	Role    Role
	Version int // part of every session; raising it signs the person out everywhere
}

// SignIn is a one-time sign-in that waits to be used.
type SignIn struct {
	ID        ID
	Organiser ID
	CreatedAt time.Time
	ExpiresAt time.Time
	// Reusable is for the link that a demonstration prints, which works as
	// long as it runs.
	Reusable bool
}

// Organisers keeps who may sign in. Its methods may be called by many
// goroutines and processes.
type Organisers interface {
	// PutOrganiser adds an organiser or changes the role of the one who has
	// this address (compared by [AddressKey]); it returns the stored one.
	PutOrganiser(ctx context.Context, email string, r Role) (Organiser, error)

	// Organiser returns one by id, OrganiserByAddress one by address key.
	Organiser(ctx context.Context, id ID) (Organiser, error)
	OrganiserByAddress(ctx context.Context, key string) (Organiser, error)

	// OpenSignIn stores a one-time sign-in, with its mail if m is not nil, in
	// one transaction. It returns ErrUnavailable, wrapped, only.
	OpenSignIn(ctx context.Context, s SignIn, m *Mail) error

	// SignIn returns a sign-in that was opened and not used, without using it.
	SignIn(ctx context.Context, id ID) (SignIn, error)

	// UseSignIn uses the sign-in id and returns its organiser: once, whoever
	// asks at the same time. ErrNotFound if it is unknown or was used,
	// ErrExpired if it ended before now.
	UseSignIn(ctx context.Context, id ID, now time.Time) (Organiser, error)

	// OpenedSince counts the sign-ins opened for an organiser at or after t.
	OpenedSince(ctx context.Context, organiser ID, t time.Time) (int, error)
}
