package team

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/link"
)

// The errors of changes of the team. After each, nothing was changed.
var (
	ErrAddress   = errors.New("team: not an email address")
	ErrRole      = errors.New("team: no such role")
	ErrMeeting   = errors.New("team: no such meeting")
	ErrForbidden = errors.New("team: the right to change these grants is missing")
	ErrLastAdmin = errors.New("team: the last admin of every meeting stays")
)

// Options are what a Team needs. Store and Keyring must be given.
type Options struct {
	Store   Store
	Keyring *link.Keyring
	Clock   func() time.Time // nil means time.Now
	Posted  func()           // called after a commit that may have posted mail; may be nil
	Log     *slog.Logger     // nil means discard
}

// Team is those who run the meetings of a site. Its methods may be called by
// many goroutines. Besides the errors that each names, all may return one that
// wraps [registration.ErrUnavailable]. The actor of the context must have the
// right to do what is asked: see [registration.WithActor]. A context without
// an actor is trusted.
type Team struct {
	store  Store
	keys   *link.Keyring
	clock  func() time.Time
	posted func()
	log    *slog.Logger
}

// New returns a Team, or an error that names the option that is missing.
func New(o Options) (*Team, error) {
	if o.Store == nil || o.Keyring == nil {
		return nil, errors.New("team: a store and a keyring are needed")
	}
	t := &Team{store: o.Store, keys: o.Keyring, clock: o.Clock, posted: o.Posted, log: o.Log}
	if t.clock == nil {
		t.clock = time.Now
	}
	if t.posted == nil {
		t.posted = func() {}
	}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	return t, nil
}

// Now is the time of the team, to the microsecond.
func (t *Team) Now() time.Time { return t.clock().Truncate(time.Microsecond) }

// People returns every organiser, sorted by address.
func (t *Team) People(ctx context.Context) ([]registration.Organiser, error) {
	all, err := t.store.Organisers(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return all, nil
}

// ByAddress returns the organiser who has this address, or
// [registration.ErrNotFound].
func (t *Team) ByAddress(ctx context.Context, email string) (registration.Organiser, error) {
	all, err := t.People(ctx)
	if err != nil {
		return registration.Organiser{}, err
	}
	return byAddress(all, email)
}

// Meetings returns every meeting, drafts included, the latest day first.
func (t *Team) Meetings(ctx context.Context) ([]registration.Meeting, error) {
	all, err := t.store.Meetings(ctx)
	if err != nil {
		return nil, fmt.Errorf("meetings: %w", err)
	}
	return all, nil
}

func byAddress(all []registration.Organiser, email string) (registration.Organiser, error) {
	key, ok := address.Key(email)
	for _, o := range all {
		if k, _ := address.Key(o.Email); ok && k == key {
			return o, nil
		}
	}
	return registration.Organiser{}, registration.ErrNotFound
}

// Changed is what a change made of an organiser.
type Changed struct {
	Organiser registration.Organiser // as they are now; without grants if they were removed
	Was       []registration.Grant   // none for somebody new
	New       bool                   // nobody had the address before
}

// Add gives the person with this address a role in these meetings, or in every
// meeting if none is given, and returns the token of a one-time sign-in. A new
// person becomes an organiser. Grants for other meetings stay. An organiser whose
// grants change is signed out everywhere. It returns [ErrAddress], [ErrRole],
// [ErrMeeting], [ErrForbidden] or [ErrLastAdmin].
func (t *Team) Add(ctx context.Context, email string, role registration.Role, meetings ...string) (c Changed, token string, err error) {
	c, s, err := t.name(ctx, email, role, meetings, SignInFor, false)
	if err != nil {
		return c, "", err
	}
	return c, t.token(s), nil
}

// Invite does what [Team.Add] does, but posts the one-time sign-in by mail, which
// names the actor: it works for [InvitationFor].
func (t *Team) Invite(ctx context.Context, email string, role registration.Role, meetings ...string) (Changed, error) {
	c, _, err := t.name(ctx, email, role, meetings, InvitationFor, true)
	return c, err
}

func (t *Team) name(ctx context.Context, email string, role registration.Role, meetings []string, valid time.Duration, post bool) (c Changed, s registration.SignIn, err error) {
	address, ok := address.Parse(email) // also with what was pasted around it
	if !ok {
		return c, s, ErrAddress
	}
	email = address.Text
	if len(meetings) == 0 {
		meetings = []string{""}
	}
	err = t.change(ctx, "add organiser", func(r run) error {
		o, err := byAddress(r.all, email)
		if c.New = err != nil; c.New {
			o = registration.Organiser{ID: registration.NewID(), Email: email}
		}
		if c, err = r.grant(o, role, meetings); err != nil {
			return err
		}
		s = t.newSignIn(c.Organiser.ID, valid)
		var m *registration.Mail
		if post {
			m = &registration.Mail{ID: registration.NewID(), Kind: registration.MailTeamInvitation, SignIn: s.ID, CreatedAt: s.CreatedAt}
			if r.actor.Kind == registration.ActorOrganiser {
				m.Organiser = r.actor.ID
			}
		}
		return r.OpenSignIn(s, m)
	})
	return c, s, err
}

// SetRole gives an organiser a role in one meeting, or in every meeting if
// g.Meeting is "". An organiser whose grants change is signed out everywhere. It
// returns [registration.ErrNotFound] or an error of [Team.Add].
func (t *Team) SetRole(ctx context.Context, id registration.ID, g registration.Grant) (c Changed, err error) {
	err = t.change(ctx, "set role", func(r run) error {
		o, err := r.organiser(id)
		if err != nil {
			return err
		}
		c, err = r.grant(o, g.Role, []string{g.Meeting})
		return err
	})
	return c, err
}

// Remove takes away the grants of an organiser in these meetings, or all their
// grants if none is given. "" stands for the grant for every meeting. An organiser
// who is left without any is deleted. They are signed out everywhere. It returns
// [registration.ErrNotFound] if there is no such organiser or grant, [ErrForbidden]
// or [ErrLastAdmin].
func (t *Team) Remove(ctx context.Context, id registration.ID, meetings ...string) (c Changed, err error) {
	err = t.change(ctx, "remove organiser", func(r run) error {
		o, err := r.organiser(id)
		if err != nil {
			return err
		}
		scopes := slices.Clone(meetings)
		if len(scopes) == 0 {
			for _, g := range o.Grants {
				scopes = append(scopes, g.Meeting)
			}
		}
		c, err = r.remove(o, scopes)
		return err
	})
	return c, err
}

// SignOut ends every session of an organiser, and their unused one-time sign-ins.
// Everybody may sign themselves out; for somebody else, the actor must have the
// right to change each of their grants. It returns [registration.ErrNotFound] or
// [ErrForbidden].
func (t *Team) SignOut(ctx context.Context, id registration.ID) error {
	return t.change(ctx, "sign out", func(r run) error {
		o, err := r.organiser(id)
		if err != nil {
			return err
		}
		var scopes []string
		for _, g := range o.Grants {
			scopes = append(scopes, g.Meeting)
		}
		if r.actor != (registration.Actor{Kind: registration.ActorOrganiser, ID: id}) && !r.may(scopes) {
			return ErrForbidden
		}
		if err := r.Tx.SignOut(id, r.now); err != nil {
			return err
		}
		return r.audit(ActSignedOut, "", id, "everywhere")
	})
}

// change runs one change of the team.
func (t *Team) change(ctx context.Context, doing string, f func(r run) error) error {
	var granted []grantChange
	err := t.store.ChangeTeam(ctx, func(tx Tx) error {
		granted = nil
		all, err := tx.Organisers()
		if err != nil {
			return err
		}
		return f(run{Tx: tx, now: t.Now(), actor: registration.ActorOf(ctx), all: all, granted: &granted})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	t.logGrants(ctx, granted)
	t.posted()
	return nil
}

// run is one run of a change: the store may run it again.
type run struct {
	Tx
	now     time.Time
	actor   registration.Actor
	all     []registration.Organiser // before the change
	granted *[]grantChange           // what this run changes
}

func (r run) organiser(id registration.ID) (registration.Organiser, error) {
	i := slices.IndexFunc(r.all, func(o registration.Organiser) bool { return o.ID == id })
	if i < 0 {
		return registration.Organiser{}, registration.ErrNotFound
	}
	return r.all[i], nil
}

// may reports whether the actor may change the grants of these scopes: a scope is
// the slug of a meeting, or "" for every meeting. The actor's own grants are read
// again under the lock, since they may have been taken away while a form was open.
func (r run) may(scopes []string) bool {
	if r.actor.Kind != registration.ActorOrganiser {
		return true
	}
	self, err := r.organiser(r.actor.ID)
	return err == nil && len(scopes) > 0 &&
		!slices.ContainsFunc(scopes, func(s string) bool { return !self.May(registration.RightTeam, s) })
}

// grant gives o a role in each of the scopes.
func (r run) grant(o registration.Organiser, role registration.Role, scopes []string) (Changed, error) {
	c := Changed{Organiser: o, Was: o.Grants, New: len(o.Grants) == 0}
	if _, ok := registration.ParseRole(string(role)); !ok {
		return c, ErrRole
	}
	if !r.may(scopes) {
		return c, ErrForbidden
	}
	grants := slices.Clone(o.Grants)
	for _, s := range scopes {
		if s != "" {
			if has, err := r.HasMeeting(s); err != nil || !has {
				return c, cmp.Or(err, ErrMeeting)
			}
		}
		grants = slices.DeleteFunc(grants, func(g registration.Grant) bool { return g.Meeting == s })
		grants = append(grants, registration.Grant{Meeting: s, Role: role})
	}
	c.Organiser.Grants = sorted(grants)
	return c, r.put(c, scopes)
}

// remove takes the grants of the scopes away from o.
func (r run) remove(o registration.Organiser, scopes []string) (Changed, error) {
	c := Changed{Organiser: o, Was: o.Grants}
	if !r.may(scopes) {
		return c, ErrForbidden
	}
	left := slices.DeleteFunc(slices.Clone(o.Grants), func(g registration.Grant) bool { return slices.Contains(scopes, g.Meeting) })
	if len(left) == len(o.Grants) {
		return c, registration.ErrNotFound
	}
	c.Organiser.Grants = left
	return c, r.put(c, scopes)
}

// put stores the new grants of an organiser and signs them out.
func (r run) put(c Changed, scopes []string) error {
	o := c.Organiser
	if slices.Equal(o.Grants, c.Was) {
		return nil
	}
	if r.admins(registration.Organiser{}) > 0 && r.admins(o) == 0 {
		return ErrLastAdmin
	}
	var err error
	if len(o.Grants) == 0 {
		err = r.Remove(o.ID)
	} else if err = r.Put(o); err == nil && !c.New {
		err = r.Tx.SignOut(o.ID, r.now)
	}
	was := registration.Organiser{Grants: c.Was}
	for _, s := range scopes {
		from, to := was.Role(s), o.Role(s)
		if err == nil && from != to {
			err = r.audit(ActGranted, s, o.ID, cmp.Or(string(from), "-")+" > "+cmp.Or(string(to), "-"))
			*r.granted = append(*r.granted, grantChange{o.ID, s, from, to})
		}
	}
	return err
}

// grantChange is a role of an organiser that changed in a meeting, "" for all meetings.
type grantChange struct {
	organiser registration.ID
	meeting   string
	was, role registration.Role
}

// logGrants logs changed grants, unless the program made the change itself.
func (t *Team) logGrants(ctx context.Context, changes []grantChange) {
	actor := registration.ActorOf(ctx)
	if !actor.Audited() {
		return
	}
	by := string(actor.Kind)
	if actor.ID != (registration.ID{}) {
		by = actor.ID.String()
	}
	for _, g := range changes {
		t.log.InfoContext(ctx, "grant changed", "event", ActGranted, "organiser", g.organiser, "meeting", g.meeting, "was", g.was, "role", g.role, "by", by)
	}
}

// admins counts those who are admin of every meeting, with changed in place of the
// organiser who has its id.
func (r run) admins(changed registration.Organiser) (n int) {
	fresh := true
	for _, o := range r.all {
		if o.ID == changed.ID {
			o, fresh = changed, false
		}
		if o.Role("") == registration.RoleAdmin {
			n++
		}
	}
	if fresh && changed.Role("") == registration.RoleAdmin {
		n++
	}
	return n
}

// audit adds a line to the audit log if the actor's acts belong there.
func (r run) audit(act, meeting string, subject registration.ID, detail string) error {
	if !r.actor.Audited() {
		return nil
	}
	return r.Audit(Entry{At: r.now, Actor: r.actor, Act: act, Meeting: meeting, Subject: subject, Detail: detail})
}

func sorted(grants []registration.Grant) []registration.Grant {
	slices.SortFunc(grants, func(a, b registration.Grant) int { return cmp.Compare(a.Meeting, b.Meeting) })
	return grants
}
