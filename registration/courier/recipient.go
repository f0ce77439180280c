package courier

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// knownFor is how long a recipient that was read may be used. Somebody who cancels or
// is erased in that time may still get the mail.
const knownFor = time.Second

// mail is a claimed mail.
type mail struct {
	registration.Mail
	recipient *registration.Recipient // nil if it was not found, or not read
	readAt    time.Time
}

// known returns the recipient of m, or nil if it must be read anew at now: also after
// the clock was set back.
func (m mail) known(now time.Time) *registration.Recipient {
	if now.Sub(m.readAt).Abs() > knownFor {
		return nil
	}
	return m.recipient
}

// address returns whom m is for, "" if that is not known before it is composed.
func (m mail) address() string {
	if m.To == "" && m.recipient != nil {
		return m.recipient.Signup.Email
	}
	return m.To
}

// read reads the recipients of claimed mails with one question to the database. Those
// that it does not find, and all of them if it fails, are read one by one at the moment
// of sending.
func (c *Courier) read(ctx context.Context, claimed []registration.Mail) []mail {
	at := c.now()
	all := c.recipients(ctx, claimed)
	mails := make([]mail, len(claimed))
	for i, m := range claimed {
		mails[i] = mail{Mail: m, readAt: at}
		if r, ok := all[m.Signup]; ok {
			mails[i].recipient = &r
		}
	}
	return mails
}

// recipients returns the recipients of mails by sign-up, or nil after an error. It gives
// up after knownFor: what it read would be too old to use.
func (c *Courier) recipients(ctx context.Context, mails []registration.Mail) (all map[registration.ID]registration.Recipient) {
	var ids []registration.ID
	for _, m := range mails {
		if m.Signup != (registration.ID{}) {
			ids = append(ids, m.Signup)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	defer func() {
		if v := recover(); v != nil { // v is not logged: see [Courier.attempt]
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
