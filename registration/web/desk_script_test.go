package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestScriptAtTheDoorAlone: only the pages of the door may load a script, and
// ask the site.
func TestScriptAtTheDoorAlone(t *testing.T) {
	t.Parallel()
	f, lead, _ := onTheDay(t)
	for path, want := range map[string]bool{
		"/accueil/": true, "/accueil/?q=lhopital": true, "/accueil/" + lead.Code: true, "/accueil/33334444": true, "/accueil/noms": true,
		"/": false, "/en/": false, form: false, "/organisation/": false, "/organisation/connexion": false, "/healthz": false,
	} {
		policy := f.get(path).Header.Get("Content-Security-Policy")
		if got := strings.Contains(policy, "; script-src 'self'"); got != want || strings.Contains(policy, "script") != want || !strings.Contains(policy+";", " connect-src 'self';") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	_, after, _ := strings.Cut(f.get("/accueil/").Body, `<script src="`)
	script, _, _ := strings.Cut(after, `"`)
	a := f.get(script).want(t, http.StatusOK, "'use strict'")
	if got := a.Header.Get("Cache-Control") + ", " + a.Header.Get("Content-Type"); got != "public, max-age=31536000, immutable, text/javascript; charset=utf-8" {
		t.Errorf("%s: %s", script, got)
	}
	for _, word := range []string{"localStorage", "sessionStorage", "indexedDB", "caches.", "document.cookie", "serviceWorker"} {
		if strings.Contains(a.Body, word) {
			t.Errorf("the script stores on the device: %s", word)
		}
	}
}

// ask posts as the script does, and returns what it is told.
func (f *fixture) ask(path string, values url.Values) (status int, state, text string) {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), "POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept", "application/json")
	a := f.do(r)
	var told struct{ State, Text string }
	if err := json.Unmarshal([]byte(a.Body), &told); err != nil {
		return a.StatusCode, "", ""
	}
	return a.StatusCode, told.State, told.Text
}

// TestArrivalByScript: what was noted without a network is told in one sentence.
func TestArrivalByScript(t *testing.T) {
	t.Parallel()
	f, lead, companion := onTheDay(t)
	noted := func(ago string) url.Values {
		return url.Values{"arrival": {"in"}, "rencontre": {slug}, "ago": {ago}}
	}
	for _, tt := range []struct {
		name   string
		path   string
		values url.Values
		before func()
		status int
		state  string
		text   string
	}{
		{"noted five minutes ago", lead.Code, noted("300"), nil, 200, "in", "Anne-Sophie L’Hôpital\u00a0: l’arrivée est enregistrée."},
		{"sent again, its answer was not heard", lead.Code, noted("330"), func() { f.clock.Pass(30 * time.Second) }, 200, "in", "Anne-Sophie L’Hôpital\u00a0: l’arrivée est enregistrée."},
		{"noted by another device", lead.Code, noted("60"), nil, 200, "already",
			"Anne-Sophie L’Hôpital\u00a0: rien n’a été compté deux fois. Arrivée enregistrée à 8\u00a0h\u00a025 (matin), à l’entrée, par vous."},
		{"pressed", companion.Code, url.Values{"arrival": {"in"}}, nil, 200, "in", "Paul Étienne\u00a0: l’arrivée est enregistrée."},
		{"taken back", companion.Code, url.Values{"arrival": {"out"}}, nil, 200, "out", "Paul Étienne\u00a0: l’arrivée est annulée."},
		{"without a place in the session", companion.Code, url.Values{"arrival": {"in"}, "rencontre": {slug}, "session": {"innovation"}}, nil, 409, "refused",
			"Paul Étienne\u00a0: cette personne n’a pas de place dans cette session\u00a0: demandez à la personne responsable de l’accueil."},
		{"too long ago", companion.Code, noted("90000"), nil, 409, "refused",
			"Paul Étienne\u00a0: cette arrivée a été notée il y a trop longtemps pour que son heure soit sûre\u00a0: notez-la sur la liste papier."},
		{"no number", companion.Code, noted("-5"), nil, 422, "", ""},
		{"nobody", "33334444", noted("60"), nil, 404, "refused", "Aucune inscription n’a ce code, ou le billet a été cédé à un collègue\u00a0: cherchez le nom de la personne."},
		{"cancelled meanwhile", companion.Code, noted("60"), func() {
			f.alter(companion, func(s *registration.Signup) { s.Places[0].State = registration.Cancelled })
		}, 409, "refused", "Paul Étienne\u00a0: cette inscription est annulée\u00a0: demandez à la personne responsable de l’accueil."},
		{"the day after", companion.Code, noted("60"), func() {
			f.clock.Set(time.Date(2019, time.June, 13, 0, 30, 0, 0, registration.Paris))
			f.signedInAs(registration.RoleDesk)
		}, 409, "refused", "Paul Étienne\u00a0: la rencontre n’a pas lieu aujourd’hui, rien n’a été enregistré."},
	} {
		if tt.before != nil {
			tt.before()
		}
		status, state, text := f.ask("/accueil/"+tt.path, tt.values)
		if diff := cmp.Diff([]any{tt.status, tt.state, tt.text}, []any{status, state, text}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	f.post("/accueil/"+lead.Code, noted("90000")).want(t, http.StatusConflict, "ne s’enregistrent plus")
}

// TestNamesForTheDoor: who asks for the names of this half of the day gets what
// the desk may see, and the audit log has a line of it.
func TestNamesForTheDoor(t *testing.T) {
	t.Parallel()
	f, lead, companion := onTheDay(t, func(m *registration.Meeting) {
		for i := range m.Programme[1:] {
			m.Programme[i+1].Half, m.Programme[i+1].Session = registration.Afternoon, ""
		}
		m.Programme[0].Session = m.Sessions[0].ID
		m.Programme[2].Session = m.Sessions[1].ID
	})
	audited := func() (n int) {
		t.Helper()
		for e, err := range f.team.Audit(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Detail == "accueil" && e.Meeting == slug {
				n++
			}
		}
		return n
	}
	f.get("/accueil/noms?rencontre="+slug+"&auto").want(t, http.StatusOK)
	if n := audited(); n != 1 {
		t.Errorf("%d lines of the audit log of names that nobody has asked for before, want one", n)
	}
	names := func() (people []map[string]any) {
		var got struct{ People []map[string]any }
		a := f.get("/accueil/noms?rencontre="+slug).want(t, http.StatusOK)
		if err := json.Unmarshal([]byte(a.Body), &got); err != nil || a.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%v, %s: %s", err, a.Header.Get("Cache-Control"), a.Body)
		}
		return got.People
	}
	if got := names(); len(got) != 0 {
		t.Errorf("in the morning: %v, want nobody", got)
	}
	f.alter(lead, func(s *registration.Signup) {
		s.Places = append([]registration.Place{{Session: "attractivite", State: registration.Seated, Since: f.clock.Now()}}, s.Places...)
		s.Answers = registration.Answers{registration.AssistanceQuestion: {"un fauteuil"}}
	})
	want := []map[string]any{{"code": lead.Code, "family": "L’Hôpital", "given": "Anne-Sophie", "organisation": "Mairie de Loudéac", "assistance": true}}
	if diff := cmp.Diff(want, names()); diff != "" {
		t.Errorf("who has a session in the morning (-want +got):\n%s", diff)
	}
	f.people.busy = registration.ErrUnavailable
	if a := f.get("/accueil/noms?rencontre="+slug).want(t, http.StatusServiceUnavailable); strings.Contains(a.Body, "Anne-Sophie") {
		t.Error("names left without a line of the audit log")
	}
	f.people.busy = nil
	f.clock.Set(time.Date(2019, time.June, 12, 14, 0, 0, 0, registration.Paris))
	if got := names(); len(got) != 2 {
		t.Errorf("in the afternoon: %v, want both, %s too", got, companion.Code)
	}
	f.get("/accueil/noms?rencontre=autre").want(t, http.StatusNotFound)
	given := "msg=\"names given to the door\" event=export"
	before := strings.Count(f.log.String(), given)
	f.get("/accueil/noms?rencontre="+slug+"&auto").want(t, http.StatusOK)
	if n := strings.Count(f.log.String(), given); before != 4 || n != 5 {
		t.Errorf("%d events in the log, then %d: want one for each answer that holds names", before, n)
	}
	if n := audited(); n != 4 {
		t.Errorf("%d lines of the audit log, want one for each time somebody asked", n)
	}
	f.clock.Set(time.Date(2019, time.June, 11, 20, 0, 0, 0, registration.Paris))
	f.signedInAs(registration.RoleDesk)
	f.get("/accueil/noms?rencontre="+slug).want(t, http.StatusConflict, "le jour de la rencontre")
	f.signedInAs(registration.RoleReader)
	f.get("/accueil/noms?rencontre="+slug).want(t, http.StatusForbidden)
}
