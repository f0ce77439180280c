package web

import (
	"math"
	"net/http"
	"strings"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/cog"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// programmePage tells where the programme stood on the day on which its
// national meeting was announced. Everything on it comes from the library.
type programmePage struct {
	layout
	On          string
	Territories int // identified by then
	Progress    agreement.Progress
	Quotes      []string // what the announcement says of projects, in its words
	Protocols   []protocol
	Axes        []territoires.Axis
	Operators   []operator
	Map         atlas
	All         []territory // every territory on the map
}

// protocol is a signed protocol with its number on the map.
type protocol struct {
	Number        int
	Name, Regions string
	Signed        string
	Spot          spot
}

type operator struct{ Name, Signed string }

// programme answers GET /programme.
func (s *site) programme(v *visit) error {
	meeting, _ := programme.NationalMeetingOn(territoires.Date{Year: 2019, Month: 6, Day: 12})
	on := meeting.Announced
	page := programmePage{
		layout: v.layout("", ""), On: v.words.Date(on.In(registration.Paris)), Progress: agreement.ProgressAt(on),
		Axes: territoires.Axes(territoires.PhaseI), Map: drawn(), All: territories(),
	}
	page.Title = page.T("programme.title", "Day", page.On)
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
			page.Protocols = append(page.Protocols, v.protocol(signing, len(page.Protocols)+1))
		}
	}
	apart(page.Protocols)
	names := map[territoires.Operator]string{}
	for o := range programme.Organisations() {
		names[o.Operator] = o.Name
	}
	for c := range programme.Conventions(territoires.Date{}) {
		if c.Signed.Compare(on) <= 0 {
			page.Operators = append(page.Operators, operator{names[c.Operator], v.words.Date(c.Signed.In(registration.Paris))})
		}
	}
	return v.page(http.StatusOK, "programme", page)
}

func (v *visit) protocol(s programme.Signing, number int) protocol {
	p := protocol{Number: number, Name: locale.Typeset(s.Name), Regions: regionNames(s.Regions), Signed: v.span(s.On)}
	if t, ok := territoires.Lookup(territoires.PhaseI, s.Territory); ok {
		p.Spot = place(t.Point)
	}
	return p
}

// span says when something was signed, as closely as it is known.
func (v *visit) span(s territoires.Span) string {
	date := func(d territoires.Date) string { return v.words.Date(d.In(registration.Paris)) }
	if day, ok := s.Day(); ok {
		return date(day)
	}
	if s.From.IsZero() {
		return v.words.T("programme.by", "Day", date(s.To))
	}
	return v.words.T("programme.between", "From", date(s.From), "To", date(s.To))
}

func regionNames(codes []cog.RegionCode) string {
	var names []string
	for _, code := range codes {
		if r, ok := cog.V2019.Region(code); ok {
			names = append(names, r.Name)
		}
	}
	return locale.Typeset(strings.Join(names, ", "))
}

// atlas is a map of dots: metropolitan France and, in boxes below, the régions
// overseas, each at a scale of its own. It has no borders, for want of data
// that may be shared.
type atlas struct {
	Dots   []spot
	Insets []inset
}

// spot is a place on the map, whose view box is 400 wide and 468 high.
type spot struct{ X, Y float64 }

// inset is a box of 92 by 58 with its name under it.
type inset struct {
	X, Y, LabelX, LabelY int
	Name                 string
	west, north, scale   float64
	code                 cog.RegionCode
}

// insets are placed by hand; west and north are the corner of each.
var insets = []inset{
	{code: "01", west: -62.2, north: 16.75, scale: 60}, {code: "02", west: -61.75, north: 15.2, scale: 60},
	{code: "03", west: -56.2, north: 6.5, scale: 14}, {code: "04", west: 54.75, north: -20.6, scale: 60},
}

var drawn = sync.OnceValue(func() atlas {
	var a atlas
	for i, in := range insets {
		a.Insets = append(a.Insets, in.placed(i))
	}
	for t := range territoires.All(territoires.PhaseI) {
		a.Dots = append(a.Dots, place(t.Point))
	}
	return a
})

func (in inset) placed(i int) inset {
	in.X, in.Y = 4+i*100, 386
	in.LabelX, in.LabelY = in.X+46, in.Y+73
	in.Name = regionNames([]cog.RegionCode{in.code})
	return in
}

// place projects a point: flat, with the width of a degree at 46.5° north, the
// middle of metropolitan France; in a box if it lies in one.
func place(p territoires.Point) spot {
	for i, in := range insets {
		x, y := (p.Longitude-in.west)*in.scale, (in.north-p.Latitude)*in.scale
		if x >= 0 && x <= 92 && y >= 0 && y <= 58 {
			in = in.placed(i)
			return spot{float64(in.X) + x, float64(in.Y) + y}
		}
	}
	const degree = 38 // height of one in the view box
	return spot{(p.Longitude + 5.1) * 0.688 * degree, (51.35 - p.Latitude) * degree}
}

// apart moves discs that would hide each other, each by half of what lacks.
func apart(list []protocol) {
	const least = 19 // between two centres: a disc and its rim
	for i := range list {
		for j := range i {
			a, b := &list[i].Spot, &list[j].Spot
			d := math.Hypot(a.X-b.X, a.Y-b.Y)
			if d >= least || d == 0 {
				continue
			}
			by := (least - d) / 2 / d
			x, y := (a.X-b.X)*by, (a.Y-b.Y)*by
			a.X, a.Y, b.X, b.Y = a.X+x, a.Y+y, b.X-x, b.Y-y
		}
	}
}
