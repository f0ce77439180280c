package ticket

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestCalendarsOnTheWeb: the addresses contain what everybody may read about
// the meeting, and nothing about the person.
func TestCalendarsOnTheWeb(t *testing.T) {
	t.Parallel()
	entry := func(m registration.Meeting) Event {
		e := Entry(m, signup(), Publish, confirmedAt)
		e.URL = "https://exemple.fr/rencontres/2019-06-12-paris"
		return e
	}
	open := hours(meeting())
	open.Ends = ""
	described := entry(meeting())
	described.Description = "Le programme"
	for _, tt := range []struct {
		name            string
		e               Event
		google, outlook map[string]string
	}{
		{"hours", entry(hours(meeting())), map[string]string{"dates": "20190612T093000/20190612T163000", "ctz": "Europe/Paris"},
			map[string]string{"startdt": "2019-06-12T09:30:00+02:00", "enddt": "2019-06-12T16:30:00+02:00"}},
		{"no hours", entry(meeting()), map[string]string{"dates": "20190612/20190613", "details": "https://exemple.fr/rencontres/2019-06-12-paris"},
			map[string]string{"startdt": "2019-06-12", "enddt": "2019-06-13", "allday": "true"}},
		{"description", described, map[string]string{"details": "Le programme\nhttps://exemple.fr/rencontres/2019-06-12-paris"},
			map[string]string{"body": "Le programme\nhttps://exemple.fr/rencontres/2019-06-12-paris"}},
		{"no end", entry(open), map[string]string{"dates": "20190612/20190613"}, map[string]string{"startdt": "2019-06-12", "allday": "true"}},
	} {
		for address, want := range map[string]map[string]string{tt.e.GoogleAddress(): tt.google, tt.e.OutlookAddress(): tt.outlook} {
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "https" {
				t.Fatalf("%s: %q, %v", tt.name, address, err)
			}
			got := map[string]string{}
			for key := range want {
				got[key] = u.Query().Get(key)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.name, u.Host, diff)
			}
			text, _ := url.QueryUnescape(address)
			for _, has := range []string{"Rencontre nationale", "20 avenue de Ségur", "/rencontres/2019-06-12-paris"} {
				if !strings.Contains(text, has) {
					t.Errorf("%s: no %q in %s", tt.name, has, text)
				}
			}
			for _, personal := range []string{signup().ID.String(), "Zoé", "zoé", "Arc", "ATTENDEE"} {
				if strings.Contains(text, personal) {
					t.Errorf("%s: %q in %s", tt.name, personal, text)
				}
			}
		}
	}
}
