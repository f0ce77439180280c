package registration

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"time"
)

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
