package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// answer is the JSON that the script of the search gets for an arrival.
type answer struct {
	State string `json:"state,omitempty"` // in, already, out, nothing or refused
	Text  string `json:"text"`            // one sentence
}

// byScript reports whether the script of the search sent a request.
func byScript(r *kernel.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// ago reads how long ago the device noted an arrival while it had no network.
func ago(values url.Values) (time.Duration, error) {
	if !values.Has("ago") {
		return 0, nil
	}
	seconds, err := strconv.ParseUint(values.Get("ago"), 10, 31)
	if err != nil {
		return 0, kernel.ErrMalformed
	}
	return time.Duration(seconds) * time.Second, nil
}

// sameArrival reports whether this arrival was recorded already. A device
// that got no answer sends it again.
func sameArrival(r *kernel.Request, a registration.Arrival, in registration.CheckIn) bool {
	return in.Ago > 0 && a.By == in.By && a.At.Sub(r.Now.Add(-in.Ago)).Abs() < time.Minute
}

// tell answers the script with what was recorded.
func tell(r *kernel.Request, view registration.View, s registration.Signup, state string, refusal error) error {
	text := r.Words.T("desk.did." + state)
	status := http.StatusOK
	switch no, noSeat := errors.AsType[*registration.NoSeatError](refusal); {
	case noSeat:
		page, err := personPage(r, view, s)
		if err != nil {
			return err
		}
		page.refuse(r, no)
		status, text = http.StatusConflict, page.Todo
	case errors.Is(refusal, registration.ErrNotToday):
		status, text = http.StatusConflict, r.Words.T("desk.day_over")
	case errors.Is(refusal, registration.ErrTooOld):
		status, text = http.StatusConflict, r.Words.T("desk.too_old")
	case refusal != nil:
		return refusal
	case state == "already":
		_, s, err := find(r, view.Meeting.Slug)
		if err != nil {
			return err
		}
		page, err := personPage(r, view, s)
		if err != nil {
			return err
		}
		if len(page.Arrivals) > 0 {
			text = strings.Join(page.Arrivals, ". ") + "."
		}
		text = r.Words.T("desk.already", "Arrivals", text)
	}
	if name := strings.TrimSpace(s.GivenName + " " + s.FamilyName); name != "" {
		first, size := utf8.DecodeRuneInString(text) // which follows a colon
		text = r.Words.T("desk.of", "Name", name, "Text", string(unicode.ToLower(first))+text[size:])
	}
	return r.JSON(status, answer{State: state, Text: text})
}
