package registration

import (
	"context"
	"fmt"
)

// SetCapacity sets the seats of a session, the meeting's own for [Whole]. It
// may fall below what is taken: nobody loses a seat, and none is given until
// it fits. It returns [ErrNotFound].
func (d *Desk) SetCapacity(ctx context.Context, slug string, id SessionID, seats Seats) error {
	if seats < Unlimited {
		return fmt.Errorf("registration: capacity of %d seats", seats)
	}
	return d.change(ctx, slug, "set capacity", func(c change) error {
		old, ok := c.Meeting().Capacity(id)
		if !ok {
			return ErrNotFound
		}
		if err := c.SetCapacity(id, seats); err != nil {
			return err
		}
		return c.Record(Event{At: c.now, Act: ActCapacity, Detail: fmt.Sprintf("%s %d>%d", id, old, seats)})
	})
}

// Decide approves or refuses the party that this sign-up belongs to, where
// sign-ups wait for an organiser. It returns [ErrNotFound] if none of it waits,
// or a [*FullError].
func (d *Desk) Decide(ctx context.Context, slug string, id ID, approve bool) error {
	return d.change(ctx, slug, "decide", func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		return c.decide(s, approve)
	})
}

// Reissue revokes every link to a sign-up and sends the person a new one, if it
// is active and has an address of its own. It returns [ErrNotFound].
func (d *Desk) Reissue(ctx context.Context, slug string, id ID) error {
	return d.change(ctx, slug, "reissue", func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		s.Version++
		var mails []Kind
		if s.Email != "" && s.EndedAt.IsZero() {
			mails = append(mails, MailReissued)
		}
		return c.write(s, ActReissued, mails...)
	})
}
