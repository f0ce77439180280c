package registration

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// CourierOptions are what a Courier needs; all up to BaseURL must be given.
type CourierOptions struct {
	Outbox     Outbox
	Store      Store
	Organisers Organisers
	Keyring    *Keyring
	Composer   Composer
	Sender     Sender
	BaseURL    string           // of the site, without a final slash
	Clock      func() time.Time // nil means time.Now
	Workers    int              // messages submitted at the same time; 0 means 4
	Log        *slog.Logger     // nil means discard
	// PerSecond and PerDomain limit the messages submitted in a second, all of
	// them and those to one domain; 0 means no limit.
	PerSecond, PerDomain float64
}

// Courier takes mails from the outbox and submits them: each at least once,
// with the same Message-ID however often. Several couriers, in several
// processes, share one outbox.
type Courier struct {
	o    CourierOptions
	wake chan struct{}
	pace *pace
}

const (
	// claimLease is longer than the submissions of one claim may take, when each
	// worker makes three before and all end by their time-out of two minutes.
	claimLease = 9 * time.Minute
	// idle is how long the courier waits before it looks again unasked: for
	// the mails that other processes post, and for retries that come due.
	idle = 2 * time.Second
	// grace is how long a submission may go on after the courier was stopped.
	grace = 5 * time.Second
	// giveUp is how long a mail is tried: the four to five days of RFC 5321,
	// 4.5.4.1.
	giveUp = 5 * 24 * time.Hour
)

// NewCourier returns a courier, or an error that names the option missing.
func NewCourier(o CourierOptions) (*Courier, error) {
	if o.Outbox == nil || o.Store == nil || o.Organisers == nil || o.Keyring == nil ||
		o.Composer == nil || o.Sender == nil || o.BaseURL == "" {
		return nil, errors.New("registration: a courier needs outbox, stores, keyring, composer, sender and base URL")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/")
	if o.PerSecond < 0 || o.PerDomain < 0 {
		return nil, errors.New("registration: a negative limit on mails")
	}
	p := &pace{every: interval(o.PerSecond), each: interval(o.PerDomain), domains: map[string]*gate{}}
	return &Courier{o: o, wake: make(chan struct{}, 1), pace: p}, nil
}

// Wake makes the courier look at the outbox now. It never blocks.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run carries mails until ctx is done, and returns when the last submission
// under way has been settled.
func (c *Courier) Run(ctx context.Context) {
	busy := make(chan struct{}, c.o.Workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	for ctx.Err() == nil {
		reserve(busy)
		away, single := c.pace.wait(c.now())
		if away > 0 {
			sleep(ctx, away)
			continue
		}
		n := c.pace.batch(3 * c.o.Workers) // a claim is a write to disk
		if single {                        // a server that was away: one mail tries before the others follow
			n = 1
		}
		mails, err := c.o.Outbox.Claim(ctx, c.now(), claimLease, n)
		if err != nil && ctx.Err() == nil {
			c.o.Log.WarnContext(ctx, "outbox unavailable", "err", err)
		}
		for _, m := range mails {
			sleep(ctx, c.pace.slot(c.now()))
			if single {
				c.carry(ctx, m, func() {})
				continue
			}
			busy <- struct{}{} // a slow mail keeps its own worker, never the others
			if ctx.Err() != nil {
				<-busy
				c.settle(ctx, m, Outcome{RetryAt: c.now(), Untried: true})
				continue
			}
			wg.Go(func() {
				c.carry(ctx, m, func() { <-busy })
			})
		}
		if len(mails) == 0 {
			c.rest(ctx)
		}
	}
}

// sleep waits for d or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// reserve waits until a worker is free.
func reserve(busy chan struct{}) {
	busy <- struct{}{}
	<-busy
}

// rest waits until there may be something to do.
func (c *Courier) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-time.After(idle):
	}
}

// carry makes one attempt at m and settles it. The worker is free before the
// outcome is on disk: the commits of several then go together.
func (c *Courier) carry(stopping context.Context, m Mail, free func()) {
	// Stopping lets a submission under way finish: cut short, it would leave
	// again, although the server may have taken it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(stopping))
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(grace, cancel) })()
	o := c.outcome(m, c.attempt(ctx, m))
	free()
	c.settle(ctx, m, o)
}

// settle records an outcome. The message may have left: also when ctx was just
// cancelled.
func (c *Courier) settle(ctx context.Context, m Mail, o Outcome) {
	settle, done := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer done()
	if err := c.o.Outbox.Settle(settle, m.ID, o); err != nil {
		c.o.Log.WarnContext(ctx, "mail not settled", "mail", m.ID, "err", err)
	}
}

// attempt composes m and submits it.
func (c *Courier) attempt(ctx context.Context, m Mail) (err error) {
	defer func() {
		if v := recover(); v != nil {
			// Not the value: it may hold what a person typed.
			c.o.Log.ErrorContext(ctx, "mail panicked", "mail", m.ID, "kind", m.Kind, "stack", string(debug.Stack()))
			err = &SendError{Permanent: true, Reply: "this mail cannot be written: see the log"}
		}
	}()
	l, err := c.letter(ctx, m)
	if err != nil {
		return err
	}
	msg, err := c.o.Composer.Compose(l)
	if errors.Is(err, ErrNobody) || errors.Is(err, ErrOvertaken) {
		return err
	}
	if err != nil {
		return &SendError{Permanent: true, Reply: "composer: " + err.Error()}
	}
	return c.submit(ctx, msg)
}

// putOff is the error of a mail that was not tried: it waits its turn.
type putOff struct{ until time.Time }

func (putOff) Error() string { return "registration: mail put off" }

// submit sends msg when its domain takes mail now.
func (c *Courier) submit(ctx context.Context, msg Message) (err error) {
	domain := strings.ToLower(msg.To[strings.LastIndexByte(msg.To, '@')+1:])
	if later := c.pace.admit(domain, c.now()); !later.IsZero() {
		return putOff{later}
	}
	err = errors.New("registration: sender panicked") // unless it returns
	defer func() {
		if opens := c.pace.report(domain, c.now(), err); err != nil {
			err = refusal{err, opens}
		}
	}()
	return c.o.Sender.Send(ctx, msg)
}

// refusal is a sender's error with the time at which the domain takes the next
// mail.
type refusal struct {
	error
	opens time.Time
}

func (r refusal) Unwrap() error { return r.error }

// letter gathers what a mail says, as it is now. It returns ErrNobody if the
// person's data has been erased.
func (c *Courier) letter(ctx context.Context, m Mail) (Letter, error) {
	l := Letter{Mail: m}
	var err error
	if m.SignIn != (ID{}) {
		l.Organiser, err = c.organiser(ctx, m.SignIn)
		l.Links.SignIn = c.o.BaseURL + "/organisation/connexion/" + c.o.Keyring.Token(ForSignIn, m.SignIn, 0)
		return l, nobody(err)
	}
	if l.Signup, err = c.o.Store.Signup(ctx, m.Signup); err != nil {
		return l, nobody(err)
	}
	if l.Signup.Email == "" {
		return l, ErrNobody
	}
	if l.Meeting, err = c.o.Store.Meeting(ctx, m.Meeting); err != nil {
		return l, nobody(err)
	}
	l.Links = c.links(l.Signup)
	return l, c.details(ctx, &l)
}

// details adds what only some kinds say.
func (c *Courier) details(ctx context.Context, l *Letter) error {
	switch m := l.Mail; {
	case m.Kind == MailReminder && l.Meeting.Phase(c.now()) == PhasePast:
		return ErrOvertaken
	case m.Kind == MailMessage:
		all, err := c.o.Store.Mailings(ctx, m.Meeting)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v Mailing) bool { return v.ID == m.Mailing })
		if i < 0 {
			return ErrNobody
		}
		l.Note = all[i].Note
	case m.Kind == MailWaitlisted && l.Signup.State(Whole) == Queued:
		ahead, err := c.o.Store.Ahead(ctx, l.Signup, Whole)
		if err != nil {
			return err
		}
		l.Position = ahead + 1
	}
	return nil
}

func (c *Courier) organiser(ctx context.Context, signIn ID) (Organiser, error) {
	s, err := c.o.Organisers.SignIn(ctx, signIn)
	if err != nil {
		return Organiser{}, err
	}
	return c.o.Organisers.Organiser(ctx, s.Organiser)
}

func nobody(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNobody
	}
	return err
}

// links returns the addresses that belong to a sign-up.
func (c *Courier) links(s Signup) Links {
	base := c.o.BaseURL
	if s.Language == English {
		base += "/en"
	}
	token := func(p Purpose) string { return c.o.Keyring.Token(p, s.ID, s.Version) }
	l := Links{Meeting: base + "/rencontres/" + s.Meeting, Manage: base + "/mon-inscription/" + token(ForManage)}
	l.Leave = l.Manage + "/annulation"
	if s.AddressConfirmedAt.IsZero() {
		l.Confirm = base + "/confirmation/" + token(ForConfirm)
		l.Disavow = base + "/pas-moi/" + token(ForDisavow)
	}
	return l
}

// outcome decides what follows from an attempt.
func (c *Courier) outcome(m Mail, err error) Outcome {
	now := c.now()
	refused, _ := errors.AsType[*SendError](err)
	switch {
	case err == nil:
		return Outcome{SentAt: now}
	case errors.Is(err, ErrNobody):
		return Outcome{SentAt: now, Reply: "nobody to write to"}
	case errors.Is(err, ErrOvertaken):
		return Outcome{SentAt: now, Reply: "overtaken by a later mail"}
	case refused != nil && refused.Permanent:
		c.o.Log.Warn("mail parked", "mail", m.ID, "kind", m.Kind, "code", refused.Code)
		return Outcome{ParkedAt: now, Reply: refused.Reply}
	}
	if wait, ok := errors.AsType[putOff](err); ok {
		return Outcome{RetryAt: wait.until, Untried: true}
	}
	if errors.Is(err, ErrAway) { // says nothing of this mail
		c.o.Log.Warn("mail server away", "err", err)
		away, _ := c.pace.wait(now)
		return Outcome{RetryAt: now.Add(away), Untried: true}
	}
	if now.Sub(m.CreatedAt) > giveUp {
		o := Outcome{ParkedAt: now, Reply: "no answer"}
		if refused != nil {
			o.Reply = refused.Reply
		}
		return o
	}
	o := Outcome{RetryAt: now.Add(backoff(laterBase, laterMost, m.Attempts))}
	if r, ok := errors.AsType[refusal](err); ok && r.opens.After(o.RetryAt) {
		o.RetryAt = r.opens
	}
	if refused != nil {
		o.Reply = refused.Reply
	}
	c.o.Log.Info("mail waits", "mail", m.ID, "kind", m.Kind, "attempts", m.Attempts+1, "until", o.RetryAt)
	return o
}

func (c *Courier) now() time.Time { return c.o.Clock().Truncate(time.Microsecond) }
