package registration

import (
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// ErrAway is wrapped by a Sender's error when the mail server cannot be reached
// or does not let us in: no other mail would fare better now.
var ErrAway = errors.New("registration: mail server away")

const (
	awayFirst = 4 * time.Second // our own server may be back soon
	awayMost  = 5 * time.Minute
	laterBase = time.Minute // a server that says "later" means it
	laterMost = 4 * time.Hour
	// apart spreads mails that were put off for the same reason.
	apart = 10 * time.Second
)

// pace decides when a mail may leave: not while our server is away, not while
// the recipient's domain says "later", and not faster than the limits. It is
// kept in memory: a process that starts anew asks once more.
type pace struct {
	mu      sync.Mutex
	every   time.Duration // between two mails, 0: no limit
	each    time.Duration // between two mails to one domain, 0: no limit
	server  gate
	domains map[string]*gate
}

// gate is what is known of a server. The zero value is open.
type gate struct {
	failures int       // one after the other
	until    time.Time // closed until then; one mail tries afterwards
	trying   bool
	next     time.Time // the limit's next slot
	promised time.Time // the first slot that no mail was put off to
}

// fail closes g for a while. Those who fail while it is closed began before.
func (g *gate) fail(now time.Time, base, most time.Duration) {
	if now.Before(g.until) {
		return
	}
	g.until = now.Add(backoff(base, most, g.failures))
	g.failures++
}

// interval is the time between two of so many a second.
func interval(perSecond float64) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / perSecond)
}

// wait is how long no mail is worth a try, and whether only one is.
func (p *pace) wait(now time.Time) (d time.Duration, single bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.server.until.Sub(now), p.server.failures > 0
}

// batch is how many of n mails leave well within a lease under the limit.
func (p *pace) batch(n int) int {
	if p.every == 0 {
		return n
	}
	return max(1, min(n, int(time.Minute/p.every)))
}

// slot is how long the next mail waits for the limit.
func (p *pace) slot(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.every == 0 {
		return 0
	}
	at := now
	if p.server.next.After(now) {
		at = p.server.next
	}
	p.server.next = at.Add(p.every)
	return at.Sub(now)
}

// gate returns the gate of domain. The caller holds the lock.
func (p *pace) gate(domain string) *gate {
	g := p.domains[domain]
	if g == nil {
		g = &gate{}
		p.domains[domain] = g
	}
	return g
}

// admit lets a mail to domain leave at now, or says when to come back.
func (p *pace) admit(domain string, now time.Time) (later time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.gate(domain)
	switch {
	case now.Before(p.server.until): // since the mail was claimed
		return p.server.until
	case now.Before(g.until):
		return g.until.Add(rand.N(apart))
	case g.trying:
		return now.Add(apart/2 + rand.N(apart))
	case now.Before(g.next):
		if g.promised.Before(g.next) {
			g.promised = g.next
		}
		later, g.promised = g.promised, g.promised.Add(p.each)
		return later
	}
	g.trying = g.failures > 0
	g.next = now.Add(p.each)
	return time.Time{}
}

// report tells what became of a mail that admit let go, and returns when the
// domain takes the next one, the zero time for at once.
func (p *pace) report(domain string, now time.Time, err error) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.gate(domain) // it may have been forgotten meanwhile
	g.trying = false
	refused, _ := errors.AsType[*SendError](err)
	switch {
	case errors.Is(err, ErrAway):
		p.server.fail(now, awayFirst, awayMost)
		return g.until
	case err != nil && (refused == nil || !refused.Permanent && !refused.Recipient):
		g.fail(now, laterBase, laterMost)
	default:
		g.failures, g.until = 0, time.Time{}
	}
	if refused != nil || err == nil { // the server spoke
		p.server.failures, p.server.until = 0, time.Time{}
	}
	for d, g := range p.domains { // what says nothing is forgotten
		if g.failures == 0 && !g.trying && !now.Before(g.next) && !now.Before(g.promised) {
			delete(p.domains, d)
		}
	}
	return g.until
}

// backoff returns the wait after an attempt that failed, when n were made
// before it: base, doubled each time up to most, less up to a quarter so that
// mails which failed together do not return together.
func backoff(base, most time.Duration, n int) time.Duration {
	d := most
	if n < 16 {
		d = min(base<<n, most)
	}
	return d - rand.N(d/4+1)
}
