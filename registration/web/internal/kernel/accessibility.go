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
	Rate float64 // of the criteria that apply, those that are met, in percent: at most two decimals
	By   string  // who audited
	On   territoires.Date
}

// auditYears is how long a statement, and with it the audit that it tells, holds.
const auditYears = 3

// Check returns what is wrong with an audit that is told at now.
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

// State is the state of compliance that an audit gives at now, as the catalogue
// names it: "full", "partial", "low", or "unaudited" without an audit that holds.
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
