package registration

import "context"

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
		s.Version, s.Transfer = s.Version+1, Transfer{}
		var mails []Kind
		if s.Email != "" && s.EndedAt.IsZero() {
			mails = append(mails, MailReissued)
		}
		return c.write(s, EventReissued, mails...)
	})
}
