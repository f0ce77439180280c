package programme

import (
	"iter"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/cog"
)

// SteeringMeeting is one meeting of the national comité de pilotage, as sources
// describe it. The people present need not be members of the committee.
type SteeringMeeting struct {
	Number   int                  `json:"number"` // 1 for the first
	On       territoires.Date     `json:"on"`
	Present  []Person             `json:"present,omitempty"` // those whom a source names; empty: nobody is named
	Regions  []cog.RegionCode     `json:"regions,omitempty"` // whose vice-president for the economy was present
	Sources  []territoires.Source `json:"sources"`
	Conflict string               `json:"conflict,omitempty"` // where a source says otherwise, in English
}

// SteeringMeetings yields the meetings held by a day, in their order; for the zero
// Date it yields all. Sources speak of a monthly committee. The package has the
// three meetings whose date a source states.
func SteeringMeetings(asOf territoires.Date) iter.Seq[SteeringMeeting] {
	return func(yield func(SteeringMeeting) bool) {
		for _, m := range steeringMeetings() {
			if known(territoires.OnDay(m.On), asOf) && !yield(m) {
				return
			}
		}
	}
}

func steeringMeetings() []SteeringMeeting {
	announcement := mustSource("cner-2019-05-16")
	return []SteeringMeeting{
		{
			Number: 1, On: day(2019, 1, 7), Sources: []territoires.Source{announcement, mustSource("vipress")},
			Conflict: "one copy of a Localtis article says 8 January, the date of the communiqué",
		},
		{
			Number: 2, On: day(2019, 4, 30), Sources: []territoires.Source{announcement},
			Present: slices.Clone(present30April),
			Regions: []cog.RegionCode{"84", "27", "53", "28", "75", "52", "93"},
		},
		{
			Number: 3, On: day(2019, 9, 24),
			Sources: []territoires.Source{mustSource("localtis-2019-09"), mustSource("regions-france-2019-09")},
		},
	}
}

// present30April are the people whom the announcement of 16 May 2019 names.
var present30April = []Person{
	{"Jacqueline Gourault", "ministre de la Cohésion des territoires et des Relations avec les collectivités territoriales"},
	{"Agnès Pannier-Runacher", "secrétaire d’État auprès du ministre de l’Économie et des Finances"},
	{"Hervé Morin", "président de Régions de France"},
}

// Person is somebody in the office that they hold.
type Person struct {
	Name   string `json:"name" validate:"notblank,max=200"`
	Office string `json:"office,omitempty" validate:"max=300"`
}
