package programme

import (
	"iter"
	"slices"

	"github.com/territoires-industrie/sdk/territoires"
)

// NationalMeeting is what has been announced of a national meeting of the
// programme, and nothing else. It has no fields for what an announcement leaves
// to the organisers: hours, rooms, seats, speakers.
type NationalMeeting struct {
	Title      string             `json:"title"`      // in French
	Date       territoires.Date   `json:"date"`       // the civil day in France
	Place      []string           `json:"place"`      // the address, line by line
	Hosts      []string           `json:"hosts"`      // whose premises they are; hosts do not organise
	Organisers []string           `json:"organisers"` // who organises the meeting together
	Morning    []Session          `json:"morning"`    // in the order of the announcement
	Afternoon  []Session          `json:"afternoon"`  // in the order of the announcement
	Announced  territoires.Date   `json:"announced"`  // when the announcement appeared
	Source     territoires.Source `json:"source"`     // the announcement
}

// Session is one part of a half-day, in the words of its announcement.
type Session struct {
	Kind  SessionKind `json:"kind"`
	Theme string      `json:"theme"` // in French
}

// SessionKind tells how a session is held. The zero value means that it was not
// announced.
type SessionKind string

// The kinds of session that have been announced.
const (
	SessionAnalysis   SessionKind = "analysis"    // of what territories have sent in
	SessionRoundTable SessionKind = "round-table" // « table ronde »
	SessionExchange   SessionKind = "exchange"    // « échanges » with the territories
)

// NationalMeetings yields the national meetings announced by a day, in their order;
// for the zero Date it yields all. This edition has one, that of 12 June 2019, as
// announced on 16 May 2019.
func NationalMeetings(asOf territoires.Date) iter.Seq[NationalMeeting] {
	return func(yield func(NationalMeeting) bool) {
		if known(territoires.OnDay(meeting2019.Announced), asOf) {
			yield(meeting2019.clone())
		}
	}
}

// NationalMeetingOn returns the national meeting that was announced for a day,
// and false when there is none.
func NationalMeetingOn(d territoires.Date) (NationalMeeting, bool) {
	for m := range NationalMeetings(territoires.Date{}) {
		if m.Date == d {
			return m, true
		}
	}
	return NationalMeeting{}, false
}

func (m NationalMeeting) clone() NationalMeeting {
	m.Source = mustSource("cner-2019-05-16")
	m.Place, m.Hosts, m.Organisers = slices.Clone(m.Place), slices.Clone(m.Hosts), slices.Clone(m.Organisers)
	m.Morning, m.Afternoon = slices.Clone(m.Morning), slices.Clone(m.Afternoon)
	return m
}

var meeting2019 = NationalMeeting{
	Title:      "Rencontre nationale des Territoires d’industrie",
	Date:       day(2019, 6, 12),
	Place:      []string{"20 avenue de Ségur", "Paris 7ᵉ"},
	Hosts:      []string{"ministère de la Cohésion des territoires", "CGET"},
	Organisers: []string{"Régions de France", "AdCF"},
	Morning: []Session{
		{SessionAnalysis, "Analyse des 330 premières fiches-actions remontées"},
		{SessionRoundTable, "Les stratégies locales d’attractivité territoriale et industrielle"},
		{SessionRoundTable, "Les stratégies d’innovation"},
	},
	Afternoon: []Session{{SessionExchange, "Échanges sur les besoins et attentes des territoires"}},
	Announced: day(2019, 5, 16),
}
