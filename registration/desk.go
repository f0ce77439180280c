package registration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration/link"
)

// DeskOptions are what a Desk needs. Store, Organisers and Keyring must be
// given.
type DeskOptions struct {
	Store      Store
	Organisers Organisers
	Keyring    *link.Keyring
	BaseURL    string           // of the site, for the links of letters: see [Desk.Letter]
	Clock      func() time.Time // nil means time.Now
	Posted     func()           // called after a commit that posted mail; may be nil
	// CheckUp returns the subjects in which `rencontre doctor` finds a problem, for
	// the organisers' digest. Nil leaves them out of it.
	CheckUp  func(context.Context) []string
	NoLimits bool         // no limits against robots: for rehearsals and load tests
	Log      *slog.Logger // nil means discard
}

// Desk applies the rules to sign-ups and to all that follows from them. Its methods may
// be called by many goroutines. Besides the errors that each names, all may return one
// that wraps [ErrUnavailable].
type Desk struct {
	store      Store
	organisers Organisers
	keys       *link.Keyring
	baseURL    string // without a final slash
	clock      func() time.Time
	posted     func()
	noLimits   bool
	checkUp    func(context.Context) []string
	log        *slog.Logger
	began      time.Time     // when the desk was made, by its clock
	asked      chan struct{} // somebody has asked for a lost link
	seen       *int          // the revision that the sign-up must have: see [Desk.IfUnchanged]
	effects    *Effects      // set for a desk that changes nothing: see [Desk.Preview]
	cache      *deskCache
}

// NewDesk returns a Desk, or an error that names a missing option.
func NewDesk(o DeskOptions) (*Desk, error) {
	switch {
	case o.Store == nil:
		return nil, errors.New("registration: a desk needs a store")
	case o.Organisers == nil:
		return nil, errors.New("registration: a desk needs a store of organisers")
	case o.Keyring == nil:
		return nil, errors.New("registration: a desk needs a keyring")
	}
	d := &Desk{store: o.Store, organisers: o.Organisers, keys: o.Keyring, baseURL: strings.TrimSuffix(o.BaseURL, "/"), clock: o.Clock, posted: o.Posted, noLimits: o.NoLimits, checkUp: o.CheckUp, log: o.Log,
		cache: &deskCache{holds: make(map[string]cachedHolds)}}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.posted == nil {
		d.posted = func() {}
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.began, d.asked = d.Now(), make(chan struct{}, 1)
	return d, nil
}

// IfUnchanged returns a copy of d for a form that showed this revision of a sign-up. If
// the sign-up has another revision by now, acts on it return [ErrStale] and do nothing.
func (d *Desk) IfUnchanged(revision int) *Desk {
	same := *d
	same.seen = &revision
	return &same
}

// checkSeen returns [ErrStale] if s has another revision than [Desk.IfUnchanged] wants.
func (d *Desk) checkSeen(s Signup) error {
	if d.seen != nil && *d.seen != s.Revision {
		return ErrStale
	}
	return nil
}

// Now returns the time of the desk's clock, truncated to the microsecond.
func (d *Desk) Now() time.Time { return d.clock().Truncate(time.Microsecond) }

// ViewState is what a visitor sees of a meeting at a moment.
type ViewState string

// The states of a meeting's page: its phase or, if it is open without a free seat,
// [ViewFull].
const (
	ViewBefore    ViewState = "before"
	ViewOpen      ViewState = "open"
	ViewFull      ViewState = "full"
	ViewClosed    ViewState = "closed"
	ViewPast      ViewState = "past"
	ViewCancelled ViewState = "cancelled"
)

// View is a meeting as it stands.
type View struct {
	Meeting    Meeting
	Occupancy  []Occupancy // sorted by session
	State      ViewState
	KeepsQueue bool // somebody who finds no seat now may wait for one
}

// In returns how full the session id is, without any seats if there is no such session.
func (v View) In(id SessionID) Occupancy {
	i := slices.IndexFunc(v.Occupancy, func(o Occupancy) bool { return o.Session == id })
	if i < 0 {
		return Occupancy{Session: id}
	}
	return v.Occupancy[i]
}

// At returns v with the state that the meeting has at now, given the seats of v.
func (v View) At(now time.Time) View {
	v.State, v.KeepsQueue = ViewState(v.Meeting.Phase(now)), v.Meeting.KeepsQueue(now)
	if v.State == ViewOpen && v.In(MeetingSession).Open() == 0 {
		v.State = ViewFull
	}
	return v
}

// Meetings returns the published meetings, the latest day first.
func (d *Desk) Meetings(ctx context.Context) ([]View, error) {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return nil, fmt.Errorf("meetings: %w", err)
	}
	var views []View
	for _, m := range all {
		if !m.Published {
			continue
		}
		v, err := d.view(ctx, m)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// Meeting returns one published meeting, or ErrNotFound.
func (d *Desk) Meeting(ctx context.Context, slug string) (View, error) {
	v, err := d.OrganisersMeeting(ctx, slug)
	if err == nil && !v.Meeting.Published {
		return View{}, ErrNotFound
	}
	return v, err
}

func (d *Desk) view(ctx context.Context, m Meeting) (View, error) {
	taken, err := d.store.Occupancy(ctx, m.Slug)
	if err != nil {
		return View{}, fmt.Errorf("occupancy: %w", err)
	}
	return View{Meeting: m, Occupancy: taken}.At(d.Now()), nil
}

// Receipt is the answer to a sign-up, the same for a new and a known address.
type Receipt struct {
	HeldUntil time.Time // end of the hold unless the address is confirmed
	Silent    bool      // no mail was posted: the address has reached its limit for a day
}

// SignUp holds a seat for the person and posts the mail that asks them to confirm. A
// person who is already signed up gets a mail that says so instead. The same form sent
// again does nothing, and returns the receipt of the first time. It returns a
// [*validation.Error], [ErrNotFound], [ErrNotOpen], [ErrClosed], a [*LimitError] or a
// [*FullError].
func (d *Desk) SignUp(ctx context.Context, slug string, r Request) (Receipt, error) {
	m, err := d.store.Meeting(ctx, slug)
	if err != nil {
		return Receipt{}, fmt.Errorf("sign up: %w", err)
	}
	now := d.Now()
	r = r.clean(m)
	// Say that sign-ups are closed before any error of the form.
	if err := m.checkOpen(now); err != nil {
		return Receipt{}, err
	}
	if err := r.check(m, Signup{}); err != nil {
		return Receipt{}, err
	}
	party := r.party(m, now)
	told, _ := d.proof(r.Signals.Form, now)
	var receipt Receipt
	var full *FullError
	var met Limit
	ctx = orActor(ctx, Actor{ActorPerson, party[0].ID})
	err = d.change(ctx, slug, "sign up", func(c change) (err error) {
		party := slices.Clone(party)
		c.form = d.sentKey(told, r)
		if met, err = d.checkLimits(c, party, r); err != nil || met != "" {
			return cmp.Or(err, c.checkRepeated(party[0].AddressKey))
		}
		receipt, full, err = c.signUp(party, r.Sessions, told.until)
		return err
	})
	switch again, ok := errors.AsType[repeated](err); {
	case ok:
		return again.first, nil
	case err == nil && met != "":
		err = &LimitError{met}
	case err == nil && full != nil:
		err = full
	}
	if err != nil { // a receipt beside it could tell who is signed up
		return Receipt{}, err
	}
	return receipt, nil
}

// Read returns the sign-up that a link names, and its meeting, for a page that
// changes nothing. It returns [ErrNotFound] for a token that is malformed,
// unknown, revoked or for another purpose.
func (d *Desk) Read(ctx context.Context, p link.Purpose, token string) (Signup, Meeting, error) {
	s, err := d.byToken(ctx, p, token)
	if err != nil {
		return Signup{}, Meeting{}, err
	}
	m, err := d.store.Meeting(ctx, s.Meeting)
	return s, m, err
}

// byToken returns the sign-up that a link names.
func (d *Desk) byToken(ctx context.Context, p link.Purpose, token string) (Signup, error) {
	id, version, ok := d.keys.Open(p, token)
	if !ok {
		return Signup{}, ErrNotFound
	}
	s, err := d.store.Signup(ctx, id)
	if err != nil {
		return Signup{}, fmt.Errorf("read sign-up: %w", err)
	}
	if err := s.checkLink(version); err != nil {
		return Signup{}, err
	}
	return s, nil
}

// change runs one transition in its own transaction, and then offers the seats that it
// freed to those who wait. doing begins the text of an error; about is as in [Store.Change].
func (d *Desk) change(ctx context.Context, slug, doing string, run func(change) error, about ...ID) error {
	now, actor := d.Now(), ActorOf(orActor(ctx, Actor{Kind: ActorSystem}))
	act := func(tx Tx) error {
		c := change{Tx: tx, now: now, actor: actor, unlimited: d.noLimits, cache: d.cache, hash: d.hash, result: new(*Signup), overMailLimit: make(map[string]bool)}
		if err := run(c); err != nil {
			return err
		}
		c.actor = Actor{Kind: ActorSystem} // the queue decides who gets an offer, not the actor
		return c.offerFreeSeats()
	}
	store := func(ctx context.Context, slug string, act func(Tx) error) error {
		return d.store.Change(ctx, slug, act, about...)
	}
	if d.effects != nil {
		store = d.store.Try
		done := act
		act = func(tx Tx) error {
			*d.effects = Effects{}
			return done(watched{tx, d.effects})
		}
	}
	if err := store(ctx, slug, act); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if d.effects == nil {
		d.posted()
	}
	return nil
}

// Release posts the mailings that are due, to sign-ups that last, then gives back the seats
// whose hold or offer has ended, in every meeting, and reminds people whose hold ends
// soon. A failure in one meeting does not stop the others.
func (d *Desk) Release(ctx context.Context) error {
	due, err := d.store.Due(ctx, d.Now())
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	var failed error
	for _, slug := range due {
		failed = errors.Join(failed, d.inBatches(ctx, slug, "release", func(c change) (bool, error) {
			mailed, err := c.postNextBatch()
			if mailed || err != nil {
				return true, err
			}
			holds, err := c.expireHolds(releaseBatch)
			if err != nil {
				return false, err
			}
			offers, err := c.expireOffers(releaseBatch)
			return holds == releaseBatch || offers > 0, err
		}))
	}
	return errors.Join(failed, d.remindOfHolds(ctx))
}

// inBatches repeats a transition, each time in a new transaction, while it reports more.
func (d *Desk) inBatches(ctx context.Context, slug, doing string, run func(change) (more bool, err error)) error {
	for more := true; more; {
		err := d.change(ctx, slug, doing, func(c change) (err error) {
			more, err = run(c)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// remindBefore is how long before the end of a hold the person is reminded.
const remindBefore = 24 * time.Hour

// remindOfHolds reminds, once, those who have not confirmed and whose hold ends within
// a day. At night it does nothing.
func (d *Desk) remindOfHolds(ctx context.Context) error {
	now := d.Now()
	if !awakeUntil(now, time.Nanosecond).Equal(now.Add(time.Nanosecond)) {
		return nil
	}
	after, before := d.cache.remindAfter(now), now.Add(remindBefore)
	slugs, err := d.store.Unreminded(ctx, after, before)
	if err != nil {
		return fmt.Errorf("remind of holds: %w", err)
	}
	var failed error
	for _, slug := range slugs {
		failed = errors.Join(failed, d.inBatches(ctx, slug, "remind of holds", func(c change) (bool, error) {
			all, err := c.Unreminded(after, before, releaseBatch)
			for _, s := range all {
				if err == nil {
					err = c.note(EventReminded, s, MailConfirmReminder)
				}
			}
			return len(all) == releaseBatch, err
		}))
	}
	if failed == nil {
		d.cache.reminded(now, before)
	}
	return failed
}

// remindAfter returns an instant: [Desk.remindOfHolds] has checked the holds that end by
// then. Once an hour it returns now, so that all are checked again.
func (l *deskCache) remindAfter(now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.reread).Abs() >= time.Hour || now.After(l.before) {
		return now
	}
	return l.before
}

// reminded records that all holds that end by before were checked at now.
func (l *deskCache) reminded(now, before time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.before = before; now.Sub(l.reread).Abs() >= time.Hour {
		l.reread = now
	}
}

// OfferFreeSeats offers the free seats of every meeting to those who wait. Every change
// of a meeting does so itself; this is for the start of a site, whose database an older
// version may have written.
func (d *Desk) OfferFreeSeats(ctx context.Context) error {
	all, err := d.store.Meetings(ctx)
	if err != nil {
		return fmt.Errorf("offer free seats: %w", err)
	}
	for _, m := range all {
		if m.offers(d.Now()) {
			err = errors.Join(err, d.change(ctx, m.Slug, "offer free seats", func(change) error { return nil }))
		}
	}
	return err
}

// Signups streams the sign-ups that q selects.
func (d *Desk) Signups(ctx context.Context, q Query) iter.Seq2[Signup, error] {
	return d.store.Signups(ctx, q)
}
