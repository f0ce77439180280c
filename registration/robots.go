package registration

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// BotSignals is what comes with a sign-up form besides what a person typed, and
// tells people from robots. The zero value proves nothing, which is enough for
// a few sign-ups from one network.
type BotSignals struct {
	Form     string     // what [Desk.FormToken] gave when the form was shown
	Honeypot string     // of a field that people do not see: anything in it gives a robot away
	Network  netip.Addr // where the form came from
}

const (
	// fillTime is what a person needs at least to fill the form in.
	fillTime = 3 * time.Second
	// formFor is how long a form proves anything after it was shown.
	formFor = 24 * time.Hour

	// setBack is more than a clock is set back while somebody fills a form in.
	setBack = 2 * time.Hour

	// limitWindow is the time in which sign-ups from one network are counted.
	limitWindow = time.Hour
	// unprovenPerHour is how many of them may come without a form of ours that was
	// filled in at a person's pace and sent once: from an old page, a
	// double click, a browser that fills forms in.
	unprovenPerHour = 20
	// signUpsPerHour is how many may come in all, enough for a ministry whose people
	// share one address.
	signUpsPerHour = 1200
)

// FormToken returns what a sign-up form carries in a hidden field. It tells
// when the form was shown, hidden and sealed, and is good for one sign-up.
func (d *Desk) FormToken() string {
	return d.keys.Seal("form", strconv.FormatInt(d.Now().UnixMicro(), 10)+" "+NewID().String())
}

// proof returns the one-time mark of a form that was shown long enough ago and
// not too long, and false for anything else. Forms are sealed: nobody but a
// clock that was set back makes one of the future.
func (d *Desk) proof(form string, now time.Time) (mark string, ok bool) {
	text, err := d.keys.Unseal("form", form)
	if err != nil {
		return "", false
	}
	shown, mark, _ := strings.Cut(text, " ")
	micros, err := strconv.ParseInt(shown, 10, 64)
	age := now.Sub(time.UnixMicro(micros))
	// A form from the future was shown before the clock was set back.
	return mark, err == nil && (age >= fillTime && age < formFor || age <= -fillTime && age > -setBack)
}

// networkKey names a network without telling which: IPv4 by address, IPv6 by
// the /64 that one subscriber has.
func (d *Desk) networkKey(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	h := hmac.New(sha256.New, d.keys.Derive("network", 32))
	h.Write(a.AsSlice())
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// withinLimits counts a sign-up and reports whether it may go on. What it counts
// stays counted whatever becomes of the sign-up.
func (d *Desk) withinLimits(c change, t BotSignals) (bool, error) {
	if d.noLimits {
		return true, nil
	}
	if t.Honeypot != "" {
		return false, nil
	}
	network, window := d.networkKey(t.Network), c.now.Truncate(limitWindow)
	n, err := c.Count("all "+network, window)
	if err != nil || n > signUpsPerHour {
		return false, err
	}
	if mark, ok := d.proof(t.Form, c.now); ok {
		if n, err := c.Count("form "+mark, c.now.Truncate(formFor)); err != nil || n == 1 {
			return err == nil, err
		}
	}
	n, err = c.Count("unproven "+network, window)
	return n <= unprovenPerHour, err
}
