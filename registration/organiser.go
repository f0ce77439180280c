package registration

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration/link"
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

// SignInFor is how long an organiser's one-time link works: ASVS 5.0, 6.5.5.
const SignInFor = 10 * time.Minute

// signInsPerHour is how many links one organiser may ask for in an hour.
const signInsPerHour = 6

// AddOrganiser names an organiser, or changes the role of one, and returns the
// token of a one-time sign-in for them.
func (d *Desk) AddOrganiser(ctx context.Context, email string, r Role) (token string, err error) {
	a, ok := ParseAddress(email)
	if !ok {
		return "", errors.New("registration: not an e-mail address")
	}
	o, err := d.organisers.PutOrganiser(ctx, a.Text, r)
	if err != nil {
		return "", fmt.Errorf("add organiser: %w", err)
	}
	return d.openSignIn(ctx, SignIn{Organiser: o.ID}, false)
}

// LastingSignIn returns the token of a sign-in for the organiser with this
// address that works any number of times until end: for demonstrations only.
func (d *Desk) LastingSignIn(ctx context.Context, email string, end time.Time) (token string, err error) {
	o, err := d.organisers.PutOrganiser(ctx, email, RoleAdmin)
	if err != nil {
		return "", fmt.Errorf("lasting sign-in: %w", err)
	}
	return d.openSignIn(ctx, SignIn{Organiser: o.ID, ExpiresAt: end, Reusable: true}, false)
}

// AskSignIn posts a one-time link to the organiser who has this address. It
// says nothing about whether there is one.
func (d *Desk) AskSignIn(ctx context.Context, email string) error {
	key, ok := AddressKey(email)
	if !ok {
		return nil
	}
	o, err := d.organisers.OrganiserByAddress(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask sign-in: %w", err)
	}
	opened, err := d.organisers.OpenedSince(ctx, o.ID, d.Now().Add(-time.Hour))
	if err != nil || opened >= signInsPerHour {
		return err
	}
	_, err = d.openSignIn(ctx, SignIn{Organiser: o.ID}, true)
	return err
}

func (d *Desk) openSignIn(ctx context.Context, s SignIn, post bool) (string, error) {
	s.ID, s.CreatedAt = NewID(), d.Now()
	if s.ExpiresAt.IsZero() {
		s.ExpiresAt = s.CreatedAt.Add(SignInFor)
	}
	var m *Mail
	if post {
		m = &Mail{ID: NewID(), Kind: MailSignIn, SignIn: s.ID, CreatedAt: s.CreatedAt}
	}
	if err := d.organisers.OpenSignIn(ctx, s, m); err != nil {
		return "", fmt.Errorf("open sign-in: %w", err)
	}
	d.posted()
	return d.keys.Token(link.ForSignIn, s.ID, 0), nil
}

// PeekSignIn tells whether the link would sign somebody in, without using it:
// nil, [ErrNotFound] or [ErrExpired].
func (d *Desk) PeekSignIn(ctx context.Context, token string) error {
	id, _, ok := d.keys.Open(link.ForSignIn, token)
	if !ok {
		return ErrNotFound
	}
	s, err := d.organisers.SignIn(ctx, id)
	if err != nil {
		return fmt.Errorf("peek sign-in: %w", err)
	}
	if !d.Now().Before(s.ExpiresAt) {
		return ErrExpired
	}
	return nil
}

// SignIn uses the link and returns its organiser: once, whoever asks at the
// same time. It returns [ErrNotFound] or [ErrExpired].
func (d *Desk) SignIn(ctx context.Context, token string) (Organiser, error) {
	id, _, ok := d.keys.Open(link.ForSignIn, token)
	if !ok {
		return Organiser{}, ErrNotFound
	}
	o, err := d.organisers.UseSignIn(ctx, id, d.Now())
	if err != nil {
		return Organiser{}, fmt.Errorf("sign in: %w", err)
	}
	return o, nil
}

// Organiser returns the organiser of a session, or [ErrNotFound] if they are
// gone or were signed out everywhere since.
func (d *Desk) Organiser(ctx context.Context, id ID, version int) (Organiser, error) {
	o, err := d.organisers.Organiser(ctx, id)
	if err != nil {
		return Organiser{}, fmt.Errorf("organiser: %w", err)
	}
	if o.Version != version {
		return Organiser{}, ErrNotFound
	}
	return o, nil
}
