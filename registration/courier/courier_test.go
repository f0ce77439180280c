package courier_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/courier"
)

// post office: the courier's surroundings, in memory, so that days of retries
// pass in an instant. The real outbox is tested by storetest, the real sender
// in package mail.
type office struct {
	mu      sync.Mutex
	mails   []registration.Mail
	leased  map[registration.ID]time.Time
	settled map[registration.ID][]registration.Outcome
	signups map[registration.ID]registration.Signup
	compose func(registration.Letter) (registration.Message, error)
	send    func(context.Context, registration.Message) error
	letters []registration.Letter
	lose    int           // so many of the next outcomes do not reach the disk
	loss    error         // with which; nil for [registration.ErrUnavailable]
	unsure  int           // so many of the next outcomes reach the disk, and the answer is lost
	deaf    bool          // no lease is renewed
	away    bool          // the database is: nothing is claimed, renewed or settled
	read    []int         // for how many recipients each question asked
	takes   time.Duration // how long each claim takes, and each recording
	// together is called before the recipients of several mails are read.
	together func(context.Context) error
}

func (o *office) Claim(_ context.Context, now time.Time, lease time.Duration, n int) ([]registration.Mail, error) {
	time.Sleep(o.takes)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away {
		return nil, registration.ErrUnavailable
	}
	var out []registration.Mail
	for _, ofMailing := range []bool{false, true} {
		for _, m := range o.mails {
			if len(out) < n && !m.DueAt.After(now) && !o.leased[m.ID].After(now) && ofMailing == (m.Mailing != registration.ID{}) {
				o.leased[m.ID] = now.Add(lease)
				out = append(out, m)
			}
		}
	}
	return out, nil
}

func (o *office) RecordOutcomes(_ context.Context, outcomes map[registration.ID]registration.Outcome) error {
	time.Sleep(o.takes)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away {
		return registration.ErrUnavailable
	}
	if o.lose > 0 {
		o.lose--
		return cmp.Or(o.loss, registration.ErrUnavailable)
	}
	for id, out := range outcomes {
		o.settle(id, out)
	}
	if o.unsure > 0 {
		o.unsure--
		return registration.ErrUnsure
	}
	return nil
}

func (o *office) settle(id registration.ID, out registration.Outcome) {
	i := slices.IndexFunc(o.mails, func(m registration.Mail) bool { return m.ID == id })
	if i < 0 { // it was recorded as sent or parked, and the answer was lost
		return
	}
	o.settled[id] = append(o.settled[id], out)
	if out.RetryAt.IsZero() {
		o.mails = slices.Delete(o.mails, i, i+1)
		return
	}
	if !out.Untried {
		o.mails[i].Attempts++
	}
	o.mails[i].DueAt = out.RetryAt
	delete(o.leased, id)
}

func (o *office) Renew(_ context.Context, until time.Time, ids []registration.ID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.deaf || o.away {
		return registration.ErrUnavailable
	}
	for _, id := range ids {
		o.leased[id] = until
	}
	return nil
}

// setAway takes the database away, or brings it back.
func (o *office) setAway(yes bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.away = yes
}

func (o *office) Reclaim(context.Context, time.Time) error { return nil }

func (o *office) Backlog(context.Context, time.Time) (registration.Backlog, error) {
	return registration.Backlog{}, nil
}

// recipients returns those who are there.
func (o *office) recipients(ctx context.Context, ids []registration.ID) (map[registration.ID]registration.Recipient, error) {
	o.mu.Lock()
	o.read = append(o.read, len(ids))
	o.mu.Unlock()
	if o.together != nil && len(ids) > 1 {
		if err := o.together(ctx); err != nil {
			return nil, err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	all := make(map[registration.ID]registration.Recipient)
	for _, id := range ids {
		if s, ok := o.signups[id]; ok {
			all[id] = registration.Recipient{Signup: s}
		}
	}
	return all, nil
}

// letter gathers no more of a mail than the person whom it goes to.
func (o *office) letter(ctx context.Context, m registration.Mail, known *registration.Recipient) (registration.Letter, error) {
	if known == nil {
		all, _ := o.recipients(ctx, []registration.ID{m.Signup})
		r, ok := all[m.Signup]
		if !ok {
			return registration.Letter{}, registration.ErrNobody
		}
		known = &r
	}
	return registration.Letter{Mail: m, Signup: known.Signup}, nil
}

func (o *office) Compose(l registration.Letter) (registration.Message, error) {
	o.mu.Lock()
	o.letters = append(o.letters, l)
	o.mu.Unlock()
	if o.compose != nil {
		return o.compose(l)
	}
	return registration.Message{To: l.Signup.Email, Data: []byte(l.Mail.ID.String())}, nil
}

func (o *office) Send(ctx context.Context, m registration.Message) error { return o.send(ctx, m) }

// post adds a mail to a person at this address.
func (o *office) post(email string) registration.Mail { return o.mailTo(email, registration.ID{}) }

// mailTo posts a mail of a mailing, or of none.
func (o *office) mailTo(email string, of registration.ID) registration.Mail {
	s := registration.Signup{ID: registration.NewID(), Meeting: registration.ShippedSlug, Language: registration.French}
	s.Email = email
	o.mu.Lock()
	defer o.mu.Unlock()
	o.signups[s.ID] = s
	m := registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirm, Meeting: s.Meeting, Signup: s.ID, Mailing: of, CreatedAt: time.Now()}
	o.mails = append(o.mails, m)
	return m
}

// outcomes returns what became of each attempt at m.
func (o *office) outcomes(m registration.Mail) []registration.Outcome {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.settled[m.ID])
}

// open returns an office and starts a courier in it; stop ends it and waits.
func open(t *testing.T, send func(context.Context, registration.Message) error) (o *office, start, stop func()) {
	t.Helper()
	return openWith(t, courier.Options{Workers: 2}, send)
}

// openWith is open with limits and a number of workers.
func openWith(t *testing.T, options courier.Options, send func(context.Context, registration.Message) error) (o *office, start, stop func()) {
	t.Helper()
	o = &office{
		leased: map[registration.ID]time.Time{}, settled: map[registration.ID][]registration.Outcome{},
		signups: map[registration.ID]registration.Signup{}, send: send,
	}
	options.Outbox, options.Recipients, options.Letter, options.Composer, options.Sender = o, o.recipients, o.letter, o, o
	c, err := courier.New(options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	return o, func() { go func() { c.Run(ctx); close(done) }() }, func() { cancel(); <-done }
}

func TestCourierRetriesUntilTaken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err         error
		first, last time.Duration // of the waits after the first and the twelfth refusal
	}{
		"refused for now": {&registration.SendError{Code: 451, Reply: "later"}, time.Minute, 4 * time.Hour},
		"no answer":       {errors.New("time-out"), time.Minute, 4 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				var sent registration.Message
				o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
					if attempts++; attempts <= 14 {
						return tt.err
					}
					sent = m
					return nil
				})
				m := o.post("jeanne@exemple.fr")
				began := time.Now()
				start()
				time.Sleep(72 * time.Hour)
				stop()
				got := o.outcomes(m)
				if len(got) != 15 || got[14].SentAt.IsZero() {
					t.Fatalf("%d attempts, the last %+v; want 15, sent", len(got), got[len(got)-1])
				}
				if string(sent.Data) != m.ID.String() {
					t.Errorf("sent %q, want the mail's own id in it", sent.Data)
				}
				if wait := got[0].RetryAt.Sub(began); wait > tt.first || wait < tt.first*3/4 {
					t.Errorf("first wait %v, want at most %v and at least three quarters of it", wait, tt.first)
				}
				if wait := got[14].SentAt.Sub(got[13].RetryAt); wait > 5*time.Second {
					t.Errorf("left %v after it was due", wait)
				}
				for i := range 14 {
					if i > 0 && got[i].RetryAt.Sub(got[i-1].RetryAt) > tt.last+5*time.Second {
						t.Errorf("wait %d is longer than %v", i, tt.last)
					}
				}
			})
		})
	}
}

func TestCourierParks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			if strings.HasPrefix(m.To, "bad") {
				return &registration.SendError{Permanent: true, Code: 550, Reply: "no such user"}
			}
			return nil
		})
		bad, good := o.post("bad@exemple.fr"), o.post("good@exemple.fr")
		broken, erased := o.post("broken@exemple.fr"), o.post("erased@exemple.fr")
		delete(o.signups, erased.Signup)
		o.compose = func(l registration.Letter) (registration.Message, error) {
			if l.Signup.Email == "broken@exemple.fr" {
				panic("no template")
			}
			return registration.Message{To: l.Signup.Email}, nil
		}
		start()
		time.Sleep(time.Minute)
		stop()
		if got := o.outcomes(bad); len(got) != 1 || got[0].ParkedAt.IsZero() || got[0].Reply != "no such user" {
			t.Errorf("refused mail: %+v", got)
		}
		if got := o.outcomes(broken); len(got) != 1 || got[0].ParkedAt.IsZero() {
			t.Errorf("mail that cannot be composed: %+v", got)
		}
		if got := o.outcomes(good); len(got) != 1 || got[0].SentAt.IsZero() {
			t.Errorf("good mail: %+v", got)
		}
		if got := o.outcomes(erased); len(got) != 1 || got[0].SentAt.IsZero() {
			t.Errorf("mail to an erased person: %+v, want it dropped", got)
		}
		for _, l := range o.letters {
			if l.Signup.Email == "erased@exemple.fr" {
				t.Error("a letter was written to an erased person")
			}
		}
	})
}

// TestCourierSlowMail: one that hangs keeps its worker, and no other mail.
func TestCourierSlowMail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		o, start, stop := open(t, func(_ context.Context, m registration.Message) error {
			if strings.HasPrefix(m.To, "slow") {
				<-release
			}
			return nil
		})
		slow := o.post("slow@exemple.fr")
		var others []registration.Mail
		for range 20 {
			others = append(others, o.post("jeanne@exemple.fr"))
		}
		start()
		time.Sleep(time.Minute)
		for i, m := range others {
			if len(o.outcomes(m)) != 1 {
				t.Errorf("mail %d waits behind the slow one", i)
			}
		}
		if len(o.outcomes(slow)) != 0 {
			t.Error("the slow mail was settled while it was being sent")
		}
		// A stop lets it finish, for a while.
		go func() { time.Sleep(time.Second); close(release) }()
		stop()
		if got := o.outcomes(slow); len(got) != 1 || got[0].SentAt.IsZero() {
			t.Errorf("slow mail after the stop: %+v, want sent", got)
		}
	})
}

func TestCourierStopCutsWhatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o, start, stop := open(t, func(ctx context.Context, _ registration.Message) error {
			<-ctx.Done()
			return ctx.Err()
		})
		m := o.post("jeanne@exemple.fr")
		start()
		time.Sleep(time.Minute)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("stopping took %v", took)
		}
		if got := o.outcomes(m); len(got) != 1 || got[0].RetryAt.IsZero() {
			t.Errorf("mail cut short: %+v, want it to wait", got)
		}
	})
}
