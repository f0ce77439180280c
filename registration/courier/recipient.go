package courier

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// knownFor is how long what was read of a recipient may be used: a person who cancels,
// or is erased, longer than that before the sending is heeded.
const knownFor = time.Second

// mail is a claimed mail, with its recipient if that was read together with others.
type mail struct {
	registration.Mail
	recipient []registration.Recipient // at most one
	readAt    time.Time
}

// known returns the recipient of m, unless it must be read anew at now. Nothing is known
// after the clock was set back.
func (m mail) known(now time.Time) []registration.Recipient {
	if now.Sub(m.readAt).Abs() > knownFor {
		return nil
	}
	return m.recipient
}

// read reads the recipients of claimed mails with one question to the database. Whoever
// it does not find, and everybody if it fails, is read alone at the moment of sending; so
// is the recipient of a single mail.
func (c *Courier) read(ctx context.Context, claimed []registration.Mail) []mail {
	at := c.now()
	all := c.recipients(ctx, claimed)
	mails := make([]mail, len(claimed))
	for i, m := range claimed {
		mails[i] = mail{Mail: m, readAt: at}
		if r, ok := all[m.Signup]; ok {
			mails[i].recipient = []registration.Recipient{r}
		}
	}
	return mails
}

// recipients returns the recipients of mails by sign-up, or nil after an error. It takes
// no longer than what it reads may be used.
func (c *Courier) recipients(ctx context.Context, mails []registration.Mail) (all map[registration.ID]registration.Recipient) {
	var ids []registration.ID
	for _, m := range mails {
		if m.Signup != (registration.ID{}) {
			ids = append(ids, m.Signup)
		}
	}
	if c.o.Recipients == nil || len(ids) < 2 {
		return nil
	}
	defer func() {
		if v := recover(); v != nil { // not logged: see [Courier.attempt]
			c.o.Log.ErrorContext(ctx, "reading recipients panicked", "mails", len(ids), "stack", string(debug.Stack()))
			all = nil
		}
	}()
	limited, cancel := context.WithTimeout(ctx, knownFor)
	defer cancel()
	all, err := c.o.Recipients(limited, ids)
	if err != nil {
		if ctx.Err() == nil {
			c.o.Log.WarnContext(ctx, "recipients not read together", "mails", len(ids), "err", err)
		}
		return nil
	}
	return all
}
