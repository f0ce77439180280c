package attendee

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// assessment counts the criteria of RGAA 4.1.2: met with a test or a reading, not
// met, not fully assessed, and those that do not apply. On is its day.
type assessment struct {
	Met, Unmet, Open, None int
	On                     time.Time
}

// All is the number of criteria.
func (a assessment) All() int { return a.Met + a.Unmet + a.Open + a.None }

// assessed sums up docs/rgaa.md, which goes criterion by criterion; a test compares them.
var assessed = assessment{Met: 73, Unmet: 0, Open: 1, None: 32, On: time.Date(2026, time.November, 26, 12, 0, 0, 0, registration.Paris)}

// accessibilityPage is the accessibility statement, in the form of the order (arrêté)
// of 20 September 2019 that publishes the RGAA.
type accessibilityPage struct {
	kernel.Layout
	Organisers []string // who runs the meetings of the site
	Address    string   // of the site
	Assessed   assessment
	Audit      *kernel.AccessibilityAudit // nil while none holds
	Audited    string                     // its day, in words
	Rate       string                     // in words
	Made       string                     // the day of the statement, in words
}

// accessibility answers GET /accessibilite.
func accessibility(r *kernel.Request, views []registration.View) error {
	page := accessibilityPage{
		Layout: r.Layout(r.Words.T("legal.accessibility.title"), ""), Address: r.Site.Origin + r.Site.Prefix + "/",
		Assessed: assessed, Made: r.Words.Date(assessed.On),
	}
	page.About = page.T("legal.accessibility.state." + page.Accessibility())
	if page.Accessibility() != "unaudited" {
		page.Audit = r.Site.Audit
		on := page.Audit.On.In(registration.Paris)
		page.Audited, page.Rate = r.Words.Date(on), strconv.FormatFloat(page.Audit.Rate, 'f', -1, 64)
		if page.Lang() == locale.French {
			page.Rate = strings.Replace(page.Rate, ".", ",", 1)
		}
		if on.After(assessed.On) {
			page.Made = page.Audited
		}
	}
	for _, view := range views {
		for _, o := range view.Meeting.Organisers {
			if !slices.Contains(page.Organisers, o) {
				page.Organisers = append(page.Organisers, o)
			}
		}
	}
	return r.Page(http.StatusOK, "accessibility", page)
}
