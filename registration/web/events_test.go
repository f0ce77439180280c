package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestEventsAreLogged: what an operator looks for has a line with its event, the
// request and the network, and none names anybody.
func TestEventsAreLogged(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.get("/mon-inscription/nothing").want(t, http.StatusNotFound)
	ask := url.Values{"email": {"nobody@mairie.example"}}
	f.post("/organisation/connexion", ask).want(t, http.StatusSeeOther)
	for range 20 {
		if f.post("/organisation/connexion", ask).StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	log := f.log.String()
	for _, event := range []string{"token_refused", "signin_unknown", "limit_met"} {
		found := false
		for line := range strings.Lines(log) {
			if strings.Contains(line, "event="+event) {
				found = true
				if !strings.Contains(line, "request=") || !strings.Contains(line, "network=192.0.2.1") {
					t.Errorf("without request or network: %s", line)
				}
			}
		}
		if !found {
			t.Errorf("no event=%s in\n%s", event, log)
		}
	}
	if strings.Contains(log, "nobody@") || strings.Contains(log, "inscription/nothing") {
		t.Error("the log names somebody, or a token")
	}
}

// TestOrganisersAreNamedInEvents: a refusal for a right and an export say by which
// organiser, by the id, and from which network.
func TestOrganisersAreNamedInEvents(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleReader)
	o, err := f.team.ByAddress(t.Context(), string(registration.RoleReader)+"@x.example")
	if err != nil {
		t.Fatal(err)
	}
	f.get("/organisation/equipe").want(t, http.StatusForbidden)
	f.get("/organisation/rencontres/"+slug+"/export?format=csv").want(t, http.StatusOK)
	log := f.log.String()
	for _, event := range []string{"right_refused", "export"} {
		i := strings.Index(log, "event="+event+" ")
		if i < 0 {
			t.Errorf("no event=%s in\n%s", event, log)
			continue
		}
		line := log[strings.LastIndexByte(log[:i], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		for _, want := range []string{"organiser=" + o.ID.String(), "network=192.0.2.1", "request="} {
			if !strings.Contains(line, want) {
				t.Errorf("%s: no %s in %s", event, want, line)
			}
		}
		if strings.Contains(line, "@") {
			t.Errorf("%s names an address: %s", event, line)
		}
	}
}

// TestForgedCookieIsLogged: a cookie that opens no session leads to the sign-in, and
// has a line; without a cookie there is none.
func TestForgedCookieIsLogged(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.get("/organisation/").want(t, http.StatusSeeOther)
	if log := f.log.String(); strings.Contains(log, "session_refused") {
		t.Errorf("nobody has shown a cookie:\n%s", log)
	}
	for _, value := range []string{"forged", strings.Repeat("A", 43), strings.Repeat("x", 5000)} {
		f.cookies = []*http.Cookie{{Name: "__Host-organisation", Value: value}}
		before := len(f.log.String())
		f.get("/organisation/").want(t, http.StatusSeeOther)
		line := f.log.String()[before:]
		if !strings.Contains(line, "event=session_refused") || !strings.Contains(line, "network=192.0.2.1") || !strings.Contains(line, "request=") || strings.Contains(line, value) {
			t.Errorf("a cookie of %d signs: %s", len(value), line)
		}
	}
}

// TestGrantChangeIsLogged: a change of rights on a page has a line with the role and
// both organisers, by their ids.
func TestGrantChangeIsLogged(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.as(registration.RoleAdmin)
	f.post("/organisation/equipe/invitation", url.Values{"email": {"new@x.example"}, "role": {"reader"}, "meeting": {slug}}).want(t, http.StatusSeeOther)
	o, err := f.team.ByAddress(t.Context(), "new@x.example")
	if err != nil {
		t.Fatal(err)
	}
	var line string
	for l := range strings.Lines(f.log.String()) {
		if strings.Contains(l, "event=grant_changed") && strings.Contains(l, o.ID.String()) {
			line = l
		}
	}
	if !strings.Contains(line, "role=reader") || !strings.Contains(line, "network=192.0.2.1") || strings.Contains(line, "@") {
		t.Errorf("the line of the invitation: %q in\n%s", line, f.log)
	}
}
