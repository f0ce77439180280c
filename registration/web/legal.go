package web

import "net/http"

// legalPage says who publishes the site, what becomes of personal data, how
// accessible it is, or whom to write to: for each meeting, because each has
// its organisers.
type legalPage struct {
	layout
	Meetings []meetingView
}

// legal answers GET for one of the legal pages, whose template is name.
func (s *site) legal(name string) answer {
	return func(v *visit) error {
		views, err := s.desk.Meetings(v.Context())
		if err != nil {
			return err
		}
		page := legalPage{layout: v.layout(v.words.T("legal."+name+".title"), "")}
		for _, view := range views {
			page.Meetings = append(page.Meetings, v.view(view))
		}
		return v.page(http.StatusOK, name, page)
	}
}

// given is what an organiser has filled in, or the words that say that they
// still have to.
type given struct{ Value, Missing string }

// Given returns value for the part of a legal page that shows it.
func (p legalPage) Given(value string) given { return given{value, p.T("legal.missing")} }
