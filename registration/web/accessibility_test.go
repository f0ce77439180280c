package web_test

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration/web"
	"github.com/territoires-industrie/sdk/territoires"
)

// TestAudit: the statement and the foot of every page say what an outside audit
// found, for as long as it holds.
func TestAudit(t *testing.T) {
	t.Parallel()
	on := territoires.Date{Year: 2019, Month: time.March, Day: 31}
	audited, unaudited := "L’audit de conformité réalisé par Cabinet Untel, le 31 mars 2019, révèle que", "aucun résultat d’audit"
	for name, tt := range map[string]struct {
		rate                 float64
		link, linkEN         string
		state, stateEN, told string
		complete             bool
	}{
		"full":    {100, "Accessibilité\u00a0: totalement conforme", "Accessibility: fully compliant", "Ce site est totalement conforme", "fully complies", "100\u00a0% des critères", true},
		"nearly":  {99.99, "Accessibilité\u00a0: partiellement conforme", "Accessibility: partially compliant", "Ce site est partiellement conforme", "partially complies", "99,99\u00a0% des critères", false},
		"half":    {50, "Accessibilité\u00a0: partiellement conforme", "Accessibility: partially compliant", "Ce site est partiellement conforme", "partially complies", "50\u00a0% des critères", false},
		"low":     {49.5, "Accessibilité\u00a0: non conforme", "Accessibility: not compliant", "moins de la moitié des critères", "fewer than half", "49,5\u00a0% des critères", false},
		"nothing": {0, "Accessibilité\u00a0: non conforme", "Accessibility: not compliant", "moins de la moitié des critères", "fewer than half", "0\u00a0% des critères", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t, web.Options{Audit: &web.AccessibilityAudit{Rate: tt.rate, By: "Cabinet Untel", On: on}})
			page := f.get("/accessibilite").want(t, http.StatusOK, tt.link, tt.state, audited, tt.told, "celles de l’audit sont dans son rapport").Body
			if strings.Contains(page, unaudited) || strings.Contains(page, "D’après des tests automatiques") {
				t.Error("the statement tells what is known without an audit beside the audit")
			}
			if got := !strings.Contains(page, "énumérés dans son rapport"); got != tt.complete || got == strings.Contains(page, "<h3>Non-conformités</h3>") {
				t.Errorf("the statement says that all criteria are met: %v, want %v", got, tt.complete)
			}
			f.get("/en/accessibilite").want(t, http.StatusOK, tt.linkEN, tt.stateEN, "The compliance audit by Cabinet Untel on 31 March 2019 found that "+strings.NewReplacer(",", ".", "\u00a0% des critères", "%").Replace(tt.told))
			f.get("/").want(t, http.StatusOK, tt.link)
			f.get("/en/").want(t, http.StatusOK, tt.linkEN)
		})
	}
	f := open(t, web.Options{Audit: &web.AccessibilityAudit{Rate: 100, By: "Cabinet Untel", On: on}})
	f.clock.Pass(time.Date(2022, time.March, 30, 23, 0, 0, 0, time.UTC).Sub(f.clock.Now()))
	for path, done := range map[string]string{"/accessibilite": "n’a été réalisé", "/en/accessibilite": "has been carried out"} {
		if strings.Contains(f.get(path).want(t, http.StatusOK).Body, done) {
			t.Errorf("%s says that there was no audit, of one that no longer holds", path)
		}
	}
	f.get("/accessibilite").want(t, http.StatusOK, "non conforme", unaudited, "D’après des tests automatiques")
	open(t, web.Options{}).get("/accessibilite").want(t, http.StatusOK, "non conforme", unaudited)
}

// TestAuditRefused: what cannot be the result of an audit is none.
func TestAuditRefused(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	today := territoires.DateOf(desktest.Opening, time.UTC)
	for name, tt := range map[string]struct {
		audit web.AccessibilityAudit
		want  string
	}{
		"as it should be": {web.AccessibilityAudit{Rate: 72.5, By: "Cabinet Untel", On: today}, ""},
		"above 100":       {web.AccessibilityAudit{Rate: 100.01, By: "Cabinet Untel", On: today}, "rate"},
		"below 0":         {web.AccessibilityAudit{Rate: -1, By: "Cabinet Untel", On: today}, "rate"},
		"no number":       {web.AccessibilityAudit{Rate: math.NaN(), By: "Cabinet Untel", On: today}, "rate"},
		"too exact":       {web.AccessibilityAudit{Rate: 99.999, By: "Cabinet Untel", On: today}, "decimals"},
		"by nobody":       {web.AccessibilityAudit{Rate: 72.5, By: " ", On: today}, "who audited"},
		"tomorrow":        {web.AccessibilityAudit{Rate: 72.5, By: "Cabinet Untel", On: today.AddDays(1)}, "day"},
		"on no day":       {web.AccessibilityAudit{Rate: 72.5, By: "Cabinet Untel"}, "day"},
	} {
		_, err := web.New(web.Options{Desk: f.desk, Team: f.team, Keyring: f.keys, BaseURL: "https://rencontres.example", Audit: &tt.audit})
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
