package kernel

import (
	"errors"
	"math"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

// AccessibilityAudit is the result of an audit of the site against RGAA 4.1.2, by
// somebody who does not develop it.
type AccessibilityAudit struct {
	Rate float64 // percentage of the applicable criteria that are met, with two decimals at most
	By   string  // who audited
	On   territoires.Date
}

// auditYears is for how many years an audit, and the statement that rests on
// it, is valid.
const auditYears = 3

// Check returns what is wrong with an audit that is published at now.
func (a AccessibilityAudit) Check(now time.Time) error {
	switch {
	case !(a.Rate >= 0 && a.Rate <= 100) || math.Round(a.Rate*100)/100 != a.Rate:
		return errors.New("accessibility audit: want a rate from 0 to 100, with two decimals at most")
	case strings.TrimSpace(a.By) == "":
		return errors.New("accessibility audit: want the name of who audited")
	case !a.On.Valid() || now.Before(a.On.In(registration.Paris)):
		return errors.New("accessibility audit: want the day of the audit, today or before")
	}
	return nil
}

// State is the state of compliance at now, as the catalogue names it: "full",
// "partial" or "low" by the audit, or "unaudited" without a valid audit.
func (a *AccessibilityAudit) State(now time.Time) string {
	switch {
	case a == nil || !now.Before(a.On.In(registration.Paris).AddDate(auditYears, 0, 0)):
		return "unaudited"
	case a.Rate >= 100:
		return "full"
	case a.Rate >= 50:
		return "partial"
	}
	return "low"
}

// Accessibility is the state of compliance of the site: see
// [AccessibilityAudit.State].
func (l Layout) Accessibility() string { return l.request.Site.Audit.State(l.request.Now) }
