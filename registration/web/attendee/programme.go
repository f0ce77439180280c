package attendee

import (
	"net/http"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// programmePage shows the state of the programme on the day its national
// meeting was announced. Every fact on it comes from package territoires.
type programmePage struct {
	kernel.Layout
	On          string
	Territories int // identified by then
	Progress    agreement.Progress
	Quotes      []string // what the announcement says of projects, in its words
	Protocols   []protocol
	Axes        []territoires.Axis
	Operators   []operator
	Map         kernel.Atlas
	Dots        []kernel.Spot      // one for each territory
	All         []kernel.Territory // every territory on the map
	Sought      string             // the name that was asked for, "" if none was
	Found       []found
}

// found is a territory that was asked for.
type found struct {
	kernel.Suggestion
	Spot     kernel.Spot
	Protocol *protocol // its own, nil if none was signed
}

// protocol is a signed protocol with its number on the map.
type protocol struct {
	Number        int
	Name, Regions string
	Signed        string
	Spot          kernel.Spot
	of            territoires.ID
}

type operator struct{ Name, Signed string }

// showProgramme answers GET /programme.
func showProgramme(r *kernel.Request, _ []registration.View) error {
	meeting, _ := programme.NationalMeetingOn(territoires.Date{Year: 2019, Month: 6, Day: 12})
	on := meeting.Announced
	page := programmePage{
		Layout: r.Layout("", ""), On: r.Words.Date(on.In(registration.Paris)), Progress: agreement.ProgressAt(on),
		Axes: territoires.Axes(territoires.PhaseI), Map: kernel.France(), Dots: dots(), All: kernel.Territories(),
	}
	page.Title, page.Summary = page.T("programme.title", "Day", page.On), page.T("programme.lead")
	if count, ok := programme.CountAsOf(on); ok {
		page.Territories = count.Territories
	}
	for _, f := range page.Progress.Reported {
		if f.Key == "projects" {
			page.Quotes = append(page.Quotes, locale.Typeset("« "+f.Words+" »"))
		}
	}
	for signing := range programme.Signings(territoires.Date{}) {
		if signing.Document == programme.DocumentProtocol && !signing.On.IsZero() && signing.On.To.Compare(on) <= 0 {
			page.Protocols = append(page.Protocols, newProtocol(r, signing, len(page.Protocols)+1))
		}
	}
	discs := make([]*kernel.Spot, len(page.Protocols))
	for i := range page.Protocols {
		discs[i] = &page.Protocols[i].Spot
	}
	kernel.Apart(discs, 62) // a disc and its rim, as a phone draws them
	page.seek(r.URL.Query().Get("territoire"))
	names := map[territoires.Operator]string{}
	for o := range programme.Organisations() {
		names[o.Operator] = o.Name
	}
	for c := range programme.Conventions(territoires.Date{}) {
		if c.Signed.Compare(on) <= 0 {
			page.Operators = append(page.Operators, operator{names[c.Operator], r.Words.Date(c.Signed.In(registration.Paris))})
		}
	}
	return r.Page(http.StatusOK, "programme", page)
}

// most is the longest name that is looked for.
const most = 200

// seek finds the territories that somebody may mean: only the one with that name
// or, if there is none, those with similar names.
func (p *programmePage) seek(name string) {
	if p.Sought = strings.TrimSpace(name); p.Sought == "" || len(p.Sought) > most {
		return
	}
	official := kernel.NamedTerritory([]string{p.Sought})
	for _, s := range kernel.Suggestions(p.Sought) {
		t, ok := territoires.Lookup(territoires.PhaseI, s.ID)
		if !ok {
			continue
		}
		f := found{Suggestion: s}
		f.Spot, _ = kernel.France().Spot(string(s.ID))
		for i := range p.Protocols {
			if p.Protocols[i].of == s.ID {
				f.Protocol, f.Spot = &p.Protocols[i], p.Protocols[i].Spot
			}
		}
		if official == kernel.OfficialName(t) {
			p.Found = []found{f}
			return
		}
		p.Found = append(p.Found, f)
	}
}

func newProtocol(r *kernel.Request, s programme.Signing, number int) protocol {
	p := protocol{Number: number, of: s.Territory, Name: locale.Typeset(s.Name), Regions: kernel.RegionNames(s.Regions), Signed: span(r, s.On)}
	p.Spot, _ = kernel.France().Spot(string(s.Territory))
	return p
}

// dots are the places of the territories, computed once.
var dots = sync.OnceValue(func() (list []kernel.Spot) {
	for t := range territoires.All(territoires.PhaseI) {
		if spot, ok := kernel.France().Spot(string(t.ID)); ok {
			list = append(list, spot)
		}
	}
	return list
})

// span says when something was signed, as closely as it is known.
func span(r *kernel.Request, s territoires.Span) string {
	date := func(d territoires.Date) string { return r.Words.Date(d.In(registration.Paris)) }
	if day, ok := s.Day(); ok {
		return date(day)
	}
	if s.From.IsZero() {
		return r.Words.T("programme.by", "Day", date(s.To))
	}
	return r.Words.T("programme.between", "From", date(s.From), "To", date(s.To))
}
