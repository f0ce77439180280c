package registration

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// settled is the outcome of one mail on its way to the outbox.
type settled struct {
	id      ID
	outcome Outcome
}

// together is how long the first outcome waits for others: a write for each
// would cost more than the mail, and hold up a processor while the disk is
// waited for.
const together = 20 * time.Millisecond

// record writes outcomes down, those that come soon together. One that cannot
// be written is kept and written later, until ctx is done: its mail may have
// left, and must not leave again.
func (c *Courier) record(ctx context.Context, outcomes <-chan settled) {
	waiting := map[ID]Outcome{}
	for s := range outcomes {
		waiting[s.id] = s.outcome
		sleep(ctx, together)
		gather(outcomes, waiting)
		for !c.settle(waiting) && ctx.Err() == nil {
			sleep(ctx, grace/10)
		}
		clear(waiting)
	}
}

// gather adds what waits in outcomes.
func gather(outcomes <-chan settled, waiting map[ID]Outcome) {
	for {
		select {
		case s, open := <-outcomes:
			if !open {
				return
			}
			waiting[s.id] = s.outcome
		default:
			return
		}
	}
}

// settle writes outcomes down and reports whether they are. Of a mail that may
// be another's by now, only that it left is for us to say.
func (c *Courier) settle(outcomes map[ID]Outcome) bool {
	now := c.now()
	maps.DeleteFunc(outcomes, func(id ID, o Outcome) bool {
		lost := o.SentAt.IsZero() && !c.held.has(id, now)
		if lost {
			c.held.drop(id)
		}
		return lost
	})
	if len(outcomes) == 0 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := c.o.Outbox.Settle(ctx, outcomes); err != nil {
		c.o.Log.WarnContext(ctx, "mails not settled", "mails", len(outcomes), "err", err)
		return false
	}
	c.held.drop(slices.Collect(maps.Keys(outcomes))...)
	return true
}

// renew keeps the leases of the mails in hand until ctx is done. One that has
// ended is not taken back: the mail may be another's.
func (c *Courier) renew(ctx context.Context) {
	for sleep(ctx, renewEvery); ctx.Err() == nil; sleep(ctx, renewEvery) {
		now := c.now()
		ids, until := c.held.ids(now), now.Add(lease)
		if len(ids) == 0 {
			continue
		}
		if err := c.o.Outbox.Renew(ctx, until, ids); err != nil {
			c.o.Log.WarnContext(ctx, "leases not renewed", "mails", len(ids), "err", err)
			continue
		}
		c.held.renew(ids, c.now(), until)
	}
}

// held are the mails in the courier's hands: claimed and not settled, each with
// the end of its lease.
type held struct {
	mu    sync.Mutex
	until map[ID]time.Time
}

// add returns those of mails that are not in hand yet: the courier's own lease
// may have ended in spite of it.
func (h *held) add(mails []Mail, until time.Time) []Mail {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh := mails[:0]
	for _, m := range mails {
		if _, ok := h.until[m.ID]; !ok {
			fresh = append(fresh, m)
		}
		h.until[m.ID] = until
	}
	return fresh
}

func (h *held) drop(ids ...ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		delete(h.until, id)
	}
}

// has reports whether a mail is still leased at now. After a machine slept, or
// the database was away for long, it may be another's.
func (h *held) has(id ID, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return now.Before(h.until[id])
}

// ids returns the mails that are leased at now.
func (h *held) ids(now time.Time) (ids []ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, until := range h.until {
		if now.Before(until) {
			ids = append(ids, id)
		}
	}
	return ids
}

// renew moves the end of the leases of those that are held at now. One that
// ended while it was being renewed may have been another's before.
func (h *held) renew(ids []ID, now, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		if now.Before(h.until[id]) {
			h.until[id] = until
		}
	}
}
