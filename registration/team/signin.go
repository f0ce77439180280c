package team

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
)

const (
	// SignInFor is how long an organiser's one-time link works: ASVS 5.0, 6.5.5.
	SignInFor = 10 * time.Minute
	// InvitationFor is how long the link in the invitation of a new organiser
	// works.
	InvitationFor = 72 * time.Hour
)

// How many links by mail may be asked for in an hour. Two of the limits count by
// network, so that a stranger cannot use up what an organiser needs on another
// network.
const (
	perAddressAndNetwork = 12  // one address from one network: a shared mailbox on the morning of the day
	perNetwork           = 60  // any address from one network
	perAddress           = 120 // one address from anywhere; a network's first ask is always allowed
)

// ErrTooMany is returned when a limit on links by mail is reached: try again in the
// next hour.
var ErrTooMany = registration.ErrTooMany

func (t *Team) newSignIn(organiser registration.ID, valid time.Duration) registration.SignIn {
	now := t.Now()
	return registration.SignIn{ID: registration.NewID(), Organiser: organiser, CreatedAt: now, ExpiresAt: now.Add(valid)}
}

// token returns the token of the link of a sign-in.
func (t *Team) token(s registration.SignIn) string { return t.keys.Token(link.ForSignIn, s.ID, 0) }

// AskSignIn posts a one-time link to the organiser who has this address. The link
// leads to the page next, "" for the first page. Nobody can tell whether there is
// such an organiser, not even by the time it takes: the result is nil for an
// unknown address too, and for what is no address. It returns [ErrTooMany], for
// known and unknown addresses alike, once the limits of this hour are reached.
func (t *Team) AskSignIn(ctx context.Context, email, next string, network netip.Addr) error {
	key, ok := address.Key(email)
	if !ok {
		return nil
	}
	from, s := t.hash(networkOf(network)), t.newSignIn(registration.ID{}, SignInFor)
	s.Next = next
	allowed, err := t.store.AskSignIn(ctx, Ask{
		AddressKey: key,
		Counters:   []string{"signin " + t.hash(key+" "+from), "signin from " + from, "signin for " + t.hash(key)},
		Window:     t.Now().Truncate(time.Hour),
		Allow: func(n []int) bool {
			return n[0] <= perAddressAndNetwork && n[1] <= perNetwork && (n[2] <= perAddress || n[0] == 1)
		},
		SignIn: s,
		Mail:   registration.Mail{ID: registration.NewID(), Kind: registration.MailSignIn, SignIn: s.ID, CreatedAt: s.CreatedAt},
	})
	if err != nil {
		return fmt.Errorf("ask sign-in: %w", err)
	}
	if !allowed {
		return ErrTooMany
	}
	// Asked for known and unknown addresses alike: the answer takes the same time.
	if _, err := t.ByAddress(ctx, email); errors.Is(err, registration.ErrNotFound) {
		t.log.WarnContext(ctx, "sign-in asked for in vain", "event", "signin_unknown")
	}
	t.posted()
	return nil
}

// hash returns a keyed hash of an address or a network, so that neither can be read
// from a counter.
func (t *Team) hash(text string) string {
	h := hmac.New(sha256.New, t.keys.Derive("signin-counter", 32))
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// networkOf is what one subscriber has: an address of IPv4, a /56 of IPv6.
func networkOf(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(56); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Peek returns the organiser whom the link would sign in, without using it. It
// returns [registration.ErrNotFound] if the link is unknown or used, and
// [registration.ErrExpired] if it is too old.
func (t *Team) Peek(ctx context.Context, token string) (registration.Organiser, error) {
	id, _, ok := t.keys.Open(link.ForSignIn, token)
	if !ok {
		return registration.Organiser{}, registration.ErrNotFound
	}
	s, err := t.store.SignIn(ctx, id)
	if err != nil {
		return registration.Organiser{}, fmt.Errorf("peek sign-in: %w", err)
	}
	if !t.Now().Before(s.ExpiresAt) {
		return registration.Organiser{}, registration.ErrExpired
	}
	return t.store.Organiser(ctx, s.Organiser)
}

// SignIn uses a one-time link and opens a session on a device. If several ask at
// the same time, one gets in. It returns the token of the session, the session, and
// the page to go to next. It returns [registration.ErrNotFound] if the link is
// unknown or used, and [registration.ErrExpired] if it is too old.
func (t *Team) SignIn(ctx context.Context, token, device string) (session string, s Session, next string, err error) {
	id, _, ok := t.keys.Open(link.ForSignIn, token)
	if !ok {
		return "", s, "", registration.ErrNotFound
	}
	used, err := t.store.UseSignIn(ctx, id, t.Now())
	if err != nil {
		return "", s, "", fmt.Errorf("sign in: %w", err)
	}
	session, s, err = t.open(ctx, used.Organiser, device)
	if err != nil {
		return "", s, "", err
	}
	ctx = registration.WithActor(ctx, registration.Actor{Kind: registration.ActorOrganiser, ID: used.Organiser})
	return session, s, used.Next, t.Note(ctx, ActSignedIn, "", "")
}

// Show opens a one-time sign-in without mail, for an organiser who stands beside
// the actor. It returns its token and when it expires. The actor must have every
// right that the other organiser has: see [MayShow]. It returns
// [registration.ErrNotFound] or [ErrForbidden].
func (t *Team) Show(ctx context.Context, id registration.ID) (token string, until time.Time, err error) {
	s := t.newSignIn(id, SignInFor)
	err = t.change(ctx, "show sign-in", func(r run) error {
		o, err := r.organiser(id)
		if err != nil {
			return err
		}
		if r.actor.Kind == registration.ActorOrganiser {
			self, err := r.organiser(r.actor.ID)
			if err != nil || !MayShow(self, o) {
				return ErrForbidden
			}
		}
		if err := r.OpenSignIn(s, nil); err != nil {
			return err
		}
		return r.audit(ActShown, "", id, "")
	})
	return t.token(s), s.ExpiresAt, err
}

// MayShow reports whether self may show other a one-time sign-in: self must have
// [registration.RightAct] in some meeting, and every right that other has.
func MayShow(self, other registration.Organiser) bool {
	return self.MayAnywhere(registration.RightAct) && self.Covers(other.Grants)
}

// Lasting is for demonstrations only. It makes the organiser with this address an
// admin of every meeting, and returns the token of a sign-in that works any number
// of times until end.
func (t *Team) Lasting(ctx context.Context, email string, end time.Time) (token string, err error) {
	if _, _, err = t.Add(ctx, email, registration.RoleAdmin); err != nil {
		return "", err
	}
	o, err := t.ByAddress(ctx, email)
	if err != nil {
		return "", err
	}
	s := t.newSignIn(o.ID, 0)
	s.ExpiresAt, s.Reusable = end, true
	err = t.change(ctx, "lasting sign-in", func(r run) error { return r.OpenSignIn(s, nil) })
	return t.token(s), err
}

// gone reports whether err says that something is not there.
func gone(err error) bool { return errors.Is(err, registration.ErrNotFound) }
