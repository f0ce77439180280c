package attendee

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// legalPage is one of the pages that say who publishes the site, what happens
// to personal data, or whom to write to. It lists every meeting, because each
// has its own organisers.
type legalPage struct {
	kernel.Layout
	Meetings []kernel.MeetingView
}

// legal answers GET for one of the legal pages, whose template is name.
func legal(name string) kernel.Handler {
	return kernel.Cached(kernel.EveryMeeting, func(r *kernel.Request, views []registration.View) error {
		page := legalPage{Layout: r.Layout(r.Words.T("legal."+name+".title"), "")}
		page.About = page.T("legal." + name + ".summary")
		for _, view := range views {
			page.Meetings = append(page.Meetings, r.MeetingView(view))
		}
		return r.Page(http.StatusOK, name, page)
	})
}

// given is the data of the template "given": what an organiser has filled in, and
// the words to show if Value is empty.
type given struct{ Value, Missing, Lang string }

// Given returns what an organiser has filled in, in French as a rule, for the
// template "given".
func (p legalPage) Given(value string) given { return p.GivenIn(locale.French, value) }

// GivenIn is [legalPage.Given] for a text in a language.
func (p legalPage) GivenIn(lang, value string) given {
	if lang == locale.French {
		value = locale.Typeset(value)
	}
	if lang == p.Lang() {
		lang = ""
	}
	return given{value, p.T("legal.missing"), lang}
}
