package courier

import (
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

const (
	awayFirst = 4 * time.Second // our own server may be back soon
	awayMost  = 5 * time.Minute
	laterBase = time.Minute // for a server that says "later"
	laterMost = 4 * time.Hour
	// jitter spreads the retries of mails that were postponed together.
	jitter = 10 * time.Second
	// soon is how long a mail at most waits for a domain's limit in the hands of a
	// worker: to claim it again may take the database as long.
	soon = 100 * time.Millisecond
	// setBack is how much earlier than a time seen before it a time is only if the clock
	// was set back.
	setBack = 10 * time.Second
)

// throttle decides when a mail may leave: not while our server is away, not while the
// recipient's domain says "later", and not faster than the limits. It is kept in
// memory: after a restart, and after the clock was set back, every server is tried once.
type throttle struct {
	mu        sync.Mutex
	seen      time.Time     // the last time that was given
	every     time.Duration // between two mails, 0: no limit
	perDomain time.Duration // between two mails to one domain, 0: no limit
	soon      time.Duration // how long a worker waits for a domain's limit with a mail in hand
	server    breaker
	domains   map[string]*breaker
}

// newThrottle returns a throttle that lets so many mails leave in a second, in all
// and to one domain; 0 means no limit. No more than half of the workers wait at the same
// time for the limit of one domain.
func newThrottle(perSecond, perDomain float64, workers int) *throttle {
	t := &throttle{every: interval(perSecond), perDomain: interval(perDomain), domains: map[string]*breaker{}}
	t.soon = soon
	if t.perDomain < soon {
		t.soon = min(soon, time.Duration(workers/2)*t.perDomain)
	}
	return t
}

// breaker is the circuit breaker and rate limit of one destination. The zero
// value lets mail through.
type breaker struct {
	failures int       // consecutive
	until    time.Time // no mail before it; then one mail tries while the others wait
	trying   bool
	next     time.Time // when the rate limit lets the next mail through
	// reserved is, for each line, the first later slot that is not given to a postponed
	// mail yet. Both count the same slots: while a personal mail has one, the other line
	// waits.
	reserved [2]time.Time
}

// line is one of two in which mails to a domain wait for its limit.
type line int

const (
	personal line = iota // what somebody has just asked for
	mailing              // what everybody gets
)

func lineOf(m registration.Mail) line {
	if m.Mailing != (registration.ID{}) {
		return mailing
	}
	return personal
}

// fail opens the breaker for a while. The failure of an attempt that began
// before the breaker opened is not counted again.
func (b *breaker) fail(now time.Time, base, most time.Duration) {
	if now.Before(b.until) {
		return
	}
	b.until = now.Add(backoff(base, most, b.failures))
	b.failures++
}

// interval returns the time between two mails if perSecond of them leave in a second.
func interval(perSecond float64) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / perSecond)
}

// at forgets the times of a clock that was set back since: they lie too far ahead. The
// caller holds the lock.
func (t *throttle) at(now time.Time) {
	if t.seen.Sub(now) > setBack {
		t.server, t.domains = breaker{}, map[string]*breaker{}
	}
	t.seen = now
}

// wait returns how long no mail can leave because our server is away, and whether
// only a single mail may try after that.
func (t *throttle) wait(now time.Time) (d time.Duration, single bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(now)
	return t.server.until.Sub(now), t.server.failures > 0
}

// batch returns how many of n mails the limit lets leave before the next look at the
// outbox, at least one: what is claimed is sent before what is posted meanwhile.
func (t *throttle) batch(n int) int {
	if t.every == 0 {
		return n
	}
	return max(1, min(n, int(pollEvery/t.every)))
}

// ahead returns for how long the slots of the limit on all mails are reserved.
func (t *throttle) ahead(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(now)
	return t.server.next.Sub(now)
}

// slot reserves the next slot of the limit on all mails and returns how long to wait
// for it.
func (t *throttle) slot(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(now)
	if t.every == 0 {
		return 0
	}
	at := now
	if t.server.next.After(now) {
		at = t.server.next
	}
	t.server.next = at.Add(t.every)
	return at.Sub(now)
}

// of returns the breaker of domain. The caller holds the lock.
func (t *throttle) of(domain string) *breaker {
	b := t.domains[domain]
	if b == nil {
		b = &breaker{}
		t.domains[domain] = b
	}
	return b
}

// postpone returns when a mail to domain may be tried that cannot leave at now, and the
// zero time for one that may.
func (t *throttle) postpone(domain string, l line, now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.later(domain, l, now)
}

// allow lets a mail to domain leave after wait, or returns when it may be tried.
func (t *throttle) allow(domain string, l line, now time.Time) (wait time.Duration, later time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if later := t.later(domain, l, now); !later.IsZero() {
		return 0, later
	}
	b := t.of(domain)
	b.trying = b.failures > 0
	if now.Sub(b.next) >= t.perDomain {
		b.next = now
	}
	if t.perDomain > 0 {
		wait = b.next.Sub(now)
	}
	b.next = b.next.Add(t.perDomain) // a mail that leaves a little late does not delay the others
	return wait, time.Time{}
}

// later is postpone. The caller holds the lock.
func (t *throttle) later(domain string, l line, now time.Time) time.Time {
	t.at(now)
	b := t.domains[domain]
	switch {
	case now.Before(t.server.until): // the server went away after the mail was claimed
		return t.server.until
	case b == nil:
		return time.Time{}
	case now.Before(b.until):
		return b.until.Add(rand.N(jitter))
	case b.trying:
		return now.Add(jitter/2 + rand.N(jitter))
	case t.perDomain == 0: // next is then what another worker's clock said
		return time.Time{}
	}
	free := b.next
	if l == mailing && free.Before(b.reserved[personal]) {
		free = b.reserved[personal]
	}
	if !now.Before(free) || free.Equal(b.next) && free.Sub(now) <= t.soon {
		return time.Time{}
	}
	slot := b.reserved[l]
	if slot.Before(free) {
		slot = free
	}
	b.reserved[l] = slot.Add(t.perDomain)
	return slot
}

// untilSlot returns how long it takes until a domain's limit lets a mail leave that it
// has postponed, at most d.
func (t *throttle) untilSlot(now time.Time, d time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(now)
	for _, b := range t.domains {
		for _, reserved := range b.reserved {
			if left := reserved.Sub(now); left > 0 { // the slots before it are those of postponed mails
				d = min(d, max((left-1)%t.perDomain+1, b.next.Sub(now)))
			}
		}
	}
	return d
}

// report records how a submission that allow permitted has ended. It returns when the
// domain takes the next mail; the zero time means at once.
func (t *throttle) report(domain string, now time.Time, err error) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at(now)
	b := t.of(domain)
	b.trying = false
	refused, _ := errors.AsType[*registration.SendError](err)
	switch {
	case errors.Is(err, registration.ErrAway):
		t.server.fail(now, awayFirst, awayMost)
		return b.until
	case err != nil && (refused == nil || !refused.Permanent && !refused.Recipient):
		b.fail(now, laterBase, laterMost)
	default:
		b.failures, b.until = 0, time.Time{}
	}
	if refused != nil || err == nil { // the server answered
		t.server.failures, t.server.until = 0, time.Time{}
	}
	for d, b := range t.domains { // a breaker in its zero state need not be kept
		if b.failures == 0 && !b.trying && !now.Before(b.next) && !now.Before(b.reserved[personal]) && !now.Before(b.reserved[mailing]) {
			delete(t.domains, d)
		}
	}
	return b.until
}

// backoff returns how long to wait after a failed attempt when n attempts were made
// before it: base, doubled each time up to most. It is reduced at random by up to a
// quarter, so that mails which failed together are not retried together.
func backoff(base, most time.Duration, n int) time.Duration {
	d := most
	if n < 16 {
		d = min(base<<n, most)
	}
	return d - rand.N(d/4+1)
}
