package registration

import (
	"strings"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

// ShippedSlug is the slug of the meeting of 12 June 2019.
const ShippedSlug = "2019-06-12-paris"

// Shipped is the meeting of 12 June 2019 as it was announced. Its number of
// seats, opening and closing were not: they are example values, for an
// organiser to replace.
func Shipped() Meeting {
	n, _ := programme.NationalMeetingOn(territoires.Date{Year: 2019, Month: 6, Day: 12})
	return Meeting{
		Slug:  ShippedSlug,
		Title: Localized{FR: n.Title, EN: "National meeting of Territoires d’industrie"},
		Summary: Localized{
			FR: "Une journée pour analyser les 330 premières fiches-actions et échanger sur les besoins et attentes des territoires.",
			EN: "A day to look at the first 330 action sheets and to discuss what the territories need and expect.",
		},
		Day: n.Date,
		Venue: Venue{
			Name: Localized{
				FR: "Ministère de la Cohésion des territoires et CGET",
				EN: "Ministry of Territorial Cohesion and CGET (ministère de la Cohésion des territoires)",
			},
			Lines: n.Place,
		},
		Organisers: n.Organisers,
		Programme:  announced(n),
		Seats:      300,
		Example:    true,
		Published:  true,
		OpensAt:    n.Announced.In(Paris),
		ClosesAt:   n.Date.In(Paris),
		Notice:     Notice{RetentionDays: 90, Version: "2019-05-16"},
	}
}

// announced lists the sessions of the announcement, with their English.
func announced(n programme.NationalMeeting) []Item {
	var items []Item
	for _, s := range n.Morning {
		items = append(items, item(Morning, s))
	}
	for _, s := range n.Afternoon {
		items = append(items, item(Afternoon, s))
	}
	return items
}

func item(h HalfDay, s programme.Session) Item {
	it := Item{Half: h, Title: Localized{FR: s.Theme, EN: inEnglish[s.Theme]}}
	if s.Kind == programme.SessionRoundTable {
		it.Title = Localized{FR: "Table ronde\u00a0: " + lowerFirst(s.Theme), EN: "Round table: " + lowerFirst(inEnglish[s.Theme])}
	}
	return it
}

// inEnglish translates the themes of the announcement.
var inEnglish = map[string]string{
	"Analyse des 330 premières fiches-actions remontées":                 "Analysis of the first 330 action sheets sent in",
	"Les stratégies locales d’attractivité territoriale et industrielle": "Local strategies to attract people and industry to the territories",
	"Les stratégies d’innovation":                                        "Strategies of innovation",
	"Échanges sur les besoins et attentes des territoires":               "Discussion of what the territories need and expect",
}

// lowerFirst returns s with its first letter, an ASCII one, in lower case.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// ShippedExample is [Shipped] with what a demonstration needs besides: hours,
// rooms, two sessions to choose from, a waiting list, companions and interests,
// every one of them an example value.
func ShippedExample() Meeting {
	m := Shipped()
	m.Starts, m.Ends = "09:30", "16:30"
	m.Venue.Room = "salle A (exemple)"
	m.Contact = "organisation@rencontre.example"
	m.Queue, m.Companions, m.Interests = true, 3, true
	for i, id := range map[int]SessionID{1: "attractivite", 2: "innovation"} {
		m.Programme[i].Session = id
	}
	for _, it := range m.Programme {
		if it.Session != "" {
			m.Sessions = append(m.Sessions, Session{ID: it.Session, Title: it.Title, Seats: 150})
		}
	}
	m.Programme[0].Starts, m.Programme[1].Starts, m.Programme[2].Starts, m.Programme[3].Starts = "09:30", "10:30", "11:30", "14:00"
	return m
}
