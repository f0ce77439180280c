package courier

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// attempt composes m and submits it.
func (c *Courier) attempt(ctx context.Context, m mail) (err error) {
	defer func() {
		if v := recover(); v != nil {
			// Do not log the value: it may contain what a person typed.
			c.o.Log.ErrorContext(ctx, "mail panicked", "mail", m.ID, "kind", m.Kind, "stack", string(debug.Stack()))
			err = &registration.SendError{Permanent: true, Reply: "this mail cannot be written: see the log"}
		}
	}()
	l, err := c.o.Letter(ctx, m.Mail, m.known(c.now()))
	if err != nil {
		return err
	}
	msg, err := c.o.Composer.Compose(l)
	if errors.Is(err, registration.ErrNobody) || errors.Is(err, registration.ErrOvertaken) {
		return err
	}
	if err != nil {
		return &registration.SendError{Permanent: true, Reply: "composer: " + err.Error()}
	}
	return c.submit(ctx, msg, lineOf(m.Mail))
}

// postponed is the error of a mail that was not tried, because its domain takes
// no mail before until.
type postponed struct{ until time.Time }

func (postponed) Error() string { return "courier: mail postponed" }

// submit sends msg if its domain takes mail now; otherwise it returns postponed.
func (c *Courier) submit(ctx context.Context, msg registration.Message, l line) (err error) {
	domain := domainOf(msg.To)
	wait, later := c.throttle.allow(domain, l, c.now())
	if !later.IsZero() {
		return postponed{later}
	}
	sleep(ctx, wait)
	err = errors.New("courier: sender panicked") // stays if Send panics
	defer func() {
		if opens := c.throttle.report(domain, c.now(), err); err != nil {
			err = refusal{err, opens}
		}
	}()
	return c.o.Sender.Send(ctx, msg)
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// refusal is a sender's error with the time at which the domain takes the next
// mail.
type refusal struct {
	error
	opens time.Time
}

func (r refusal) Unwrap() error { return r.error }

// outcome decides what follows from an attempt.
func (c *Courier) outcome(m registration.Mail, err error) registration.Outcome {
	now := c.now()
	refused, _ := errors.AsType[*registration.SendError](err)
	switch {
	case err == nil:
		return registration.Outcome{SentAt: now}
	case errors.Is(err, registration.ErrNobody):
		return registration.Outcome{SentAt: now, Dropped: true, Reply: "nobody to write to"}
	case errors.Is(err, registration.ErrOvertaken):
		return registration.Outcome{SentAt: now, Dropped: true, Reply: "overtaken by a later mail"}
	case refused != nil && refused.Permanent:
		c.o.Log.Warn("mail parked", "mail", m.ID, "kind", m.Kind, "code", refused.Code)
		return registration.Outcome{ParkedAt: now, Reply: refused.Reply}
	}
	if wait, ok := errors.AsType[postponed](err); ok {
		return registration.Outcome{RetryAt: wait.until, Untried: true}
	}
	if errors.Is(err, registration.ErrAway) { // this mail itself was not refused
		c.o.Log.Warn("mail server away", "err", err)
		away, _ := c.throttle.wait(now)
		return registration.Outcome{RetryAt: now.Add(away), Untried: true}
	}
	if now.Sub(m.CreatedAt) > retryFor && m.Attempts >= leastAttempts {
		o := registration.Outcome{ParkedAt: now, Reply: "no answer"}
		if refused != nil {
			o.Reply = refused.Reply
		}
		return o
	}
	o := registration.Outcome{RetryAt: now.Add(backoff(laterBase, laterMost, m.Attempts))}
	if r, ok := errors.AsType[refusal](err); ok && r.opens.After(o.RetryAt) {
		o.RetryAt = r.opens
	}
	if refused != nil {
		o.Reply = refused.Reply
	}
	c.o.Log.Info("mail waits", "mail", m.ID, "kind", m.Kind, "attempts", m.Attempts+1, "until", o.RetryAt)
	return o
}
