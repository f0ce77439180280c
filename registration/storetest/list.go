package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var listCases = []testCase{
	{"filters", listFilters},
	{"as people type", listTyped},
	{"orders and pages", listPages},
	{"counts", listCounts},
	{"follows changes", listFollows},
	{"many", listMany},
	{"columns", listColumns},
}

// guests are people who differ in everything that lists can search and sort by.
func guests() []registration.Signup {
	list := make([]registration.Signup, 6)
	for i, p := range []registration.Person{
		{FamilyName: "Étienne", GivenName: "Zoé", Organisation: "Œuvres de l’Île-d’Yeu", Email: "zoe.etienne@mairie.example", Category: registration.Elected, Territory: "ti-2701"},
		{FamilyName: "Etienne", GivenName: "Paul", Organisation: "Forge & Fils", Function: "Chef d’atelier", Email: "p@forge.example", Category: registration.Industry, Territory: "ti-2701"},
		{FamilyName: "abadie", GivenName: "Claire", Organisation: "forge", Email: "c@forge.example", Category: registration.Industry},
		{FamilyName: "Łęcki", GivenName: "Søren", Organisation: "Weiß et Cæsar", Category: registration.Press},
		{FamilyName: "O’Neill", GivenName: "Anne-Sophie", Organisation: "Zinc_100%", Category: registration.Press, Territory: "ti-0101"},
		{FamilyName: "小明", Organisation: "Forge", Category: registration.Student},
	} {
		list[i] = signup(i)
		list[i].Person, list[i].CreatedAt = p, noon.Add(time.Duration(i)*time.Minute)
		list[i].Code = []string{"ACDEFGHJ", "KMNPQRTV", "WXY34679", "3F7KMQRT", "7777CCCC", "9999DDDD"}[i]
	}
	list[0].AddressConfirmedAt = noon
	list[1].Places = append(list[1].Places, registration.Place{Session: "tables-rondes", State: registration.Seated, Since: noon})
	list[2].Places = append(list[2].Places, registration.Place{Session: "tables-rondes", State: registration.Queued, Since: noon, Rank: noon})
	list[2].AddressConfirmedAt = noon
	list[3].Answers = registration.Answers{"menu": {"sans"}, "menu2": {"x"}, "libre": {"Par le train de 9 h"}}
	list[4].Answers = registration.Answers{"menu": {"sans-gluten", "halal"}}
	list[5].Party, list[5].AddressKey = list[4].ID, ""
	return list
}

// families are the family names of a page, in its order.
func families(entries []registration.Entry) (names []string) {
	for _, e := range entries {
		names = append(names, e.FamilyName)
	}
	return names
}

func page(t *testing.T, s Store, f registration.Filter, p registration.Paging) registration.Page {
	t.Helper()
	got, err := s.List(t.Context(), slug, f, p)
	wantError(t, "List", err, nil)
	return got
}

func listFilters(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	insert(t, s, guests()...)
	refused := guests()[0]
	for _, g := range all(t, s, registration.Query{Code: refused.Code}) {
		m := mail(g, noon)
		change(t, s, func(tx registration.Tx) error { return tx.Post(m) })
		outcomes := map[registration.ID]registration.Outcome{m.ID: {ParkedAt: noon, Reply: "550"}}
		wantError(t, "RecordOutcomes", s.RecordOutcomes(t.Context(), outcomes), nil)
	}
	for _, tt := range []struct {
		name string
		f    registration.Filter
		want string
	}{
		{"all", registration.Filter{}, "abadie Etienne Étienne Łęcki O’Neill 小明"},
		{"a word without its accents", registration.Filter{Words: "ETIENNE"}, "Etienne Étienne"},
		{"the beginning of a word", registration.Filter{Words: "etien"}, "Etienne Étienne"},
		{"not its middle", registration.Filter{Words: "tienne"}, ""},
		{"two words", registration.Filter{Words: "zo étienne"}, "Étienne"},
		{"two words of different people", registration.Filter{Words: "zo paul"}, ""},
		{"a ligature", registration.Filter{Words: "oeuvres"}, "Étienne"},
		{"a ligature as it is", registration.Filter{Words: "œuvres"}, "Étienne"},
		{"ae", registration.Filter{Words: "caesar"}, "Łęcki"},
		{"a stroke", registration.Filter{Words: "lecki soren"}, "Łęcki"},
		{"eszett", registration.Filter{Words: "weiss"}, "Łęcki"},
		{"hyphens and apostrophes", registration.Filter{Words: "île d'yeu"}, "Étienne"},
		{"spaces for hyphens", registration.Filter{Words: "anne sophie"}, "O’Neill"},
		{"a function", registration.Filter{Words: "chef atelier"}, "Etienne"},
		{"an address", registration.Filter{Words: "zoe.etienne@mairie.example"}, "Étienne"},
		{"a code as it is read aloud", registration.Filter{Words: "acde fghj"}, "Étienne"},
		{"the beginning of a code", registration.Filter{Words: "acde"}, "Étienne"},
		{"another script", registration.Filter{Words: "小"}, "小明"},
		{"nothing but signs", registration.Filter{Words: "%_"}, ""},
		{"a sign of patterns", registration.Filter{Words: "zinc_1"}, "O’Neill"},
		{"a word that nobody may search by", registration.Filter{Words: "@seat=meeting"}, ""},
		{"a status", registration.Filter{Status: []registration.Status{registration.StatusConfirmed}}, "abadie Étienne"},
		{"statuses", registration.Filter{Status: []registration.Status{registration.StatusConfirmed, registration.StatusPending}}, "abadie Etienne Étienne Łęcki O’Neill 小明"},
		{"a status and a word", registration.Filter{Status: []registration.Status{registration.StatusPending}, Words: "forge"}, "Etienne 小明"},
		{"a seat", registration.Filter{Session: "tables-rondes"}, "Etienne"},
		{"waiting", registration.Filter{Waiting: "tables-rondes"}, "abadie"},
		{"a category", registration.Filter{Category: registration.Industry}, "abadie Etienne"},
		{"a territory", registration.Filter{Territory: "ti-2701"}, "Etienne Étienne"},
		{"a région", registration.Filter{Region: "27"}, "Etienne Étienne"},
		{"a category and a territory", registration.Filter{Category: registration.Industry, Territory: "ti-2701"}, "Etienne"},
		{"an answer", registration.Filter{Answers: []registration.AnswerFilter{{Question: "menu", Answer: "sans"}}}, "Łęcki"},
		{"the beginning of an answer", registration.Filter{Answers: []registration.AnswerFilter{{Question: "libre", Answer: "par le TRAIN", Begins: true}}}, "Łęcki"},
		{"one of the answers", registration.Filter{Answers: []registration.AnswerFilter{{Question: "menu", Answer: "halal"}}}, "O’Neill"},
		{"companions", registration.Filter{Companions: true}, "O’Neill 小明"},
		{"a refused mail", registration.Filter{MailRefused: true}, "Étienne"},
	} {
		got := page(t, s, tt.f, registration.Paging{})
		wantSame(t, tt.name, strings.Join(families(got.Entries), " "), tt.want)
		wantSame(t, tt.name+", counted", got.Selected, len(strings.Fields(tt.want)))
		for _, e := range got.Entries {
			wantSame(t, tt.name+", refused", e.MailRefused, e.FamilyName == "Étienne")
		}
	}
	ids, err := s.Answered(t.Context(), slug)
	wantError(t, "Answered", err, nil)
	wantSame(t, "Answered", ids, []string{"libre", "menu", "menu2"})
}

// listTyped tests names as people type them at the door, and codes in groups.
func listTyped(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	for i, p := range []registration.Person{
		{FamilyName: "L’Hôpital", GivenName: "Anne-Sophie", Organisation: "Mairie de l'Île-d’Yeu"},
		{FamilyName: "de La Grange", GivenName: "Paul"},
		{FamilyName: "D’Accord", GivenName: "Anne"},
	} {
		u := signup(i)
		u.Person, u.Code = p, []string{"ACDEFGHJ", "KMNPQRTW", "WXY34679"}[i]
		insert(t, s, u)
	}
	for typed, want := range map[string]string{
		"lhopital": "L’Hôpital", "LHÔPITAL anne": "L’Hôpital", "hopital": "L’Hôpital", "l'hopital": "L’Hôpital", "l hop": "L’Hôpital",
		"annesop": "L’Hôpital", "anne sophie": "L’Hôpital", "liledyeu": "L’Hôpital", "hopitaux": "", "hopitalanne": "",
		"delagrange": "de La Grange", "lagrange": "", "de la grange": "de La Grange", "daccord": "D’Accord",
		"acde fghj": "L’Hôpital", "ACDE-FGHJ": "L’Hôpital", "acde fg": "L’Hôpital", "acde-f": "L’Hôpital", "acd": "L’Hôpital", "acde gf": "",
		"anne dacc": "D’Accord", // letters of a code too
	} {
		got := page(t, s, registration.Filter{Words: typed}, registration.Paging{})
		wantSame(t, typed, strings.Join(families(got.Entries), " "), want)
	}
}

func listPages(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	insert(t, s, guests()...)
	for _, tt := range []struct {
		order registration.Order
		want  string
	}{
		{"", "abadie Etienne Étienne Łęcki O’Neill 小明"},
		{registration.OrderName, "abadie Etienne Étienne Łęcki O’Neill 小明"},
		{registration.OrderDate, "小明 O’Neill Łęcki abadie Etienne Étienne"},
		{registration.OrderOrganisation, "abadie 小明 Etienne Étienne Łęcki O’Neill"},
		{registration.OrderStatus, "Etienne Łęcki O’Neill 小明 abadie Étienne"},
	} {
		want := strings.Fields(tt.want)
		for size := 1; size <= len(want)+1; size++ {
			var got []string
			p := registration.Paging{Order: tt.order, Limit: size}
			for next := true; next; {
				list := page(t, s, registration.Filter{}, p)
				wantSame(t, fmt.Sprintf("%s by %d, somebody before", tt.order, size), list.Previous, len(got) > 0)
				got, next = append(got, families(list.Entries)...), list.Next
				p.After = list.Entries[len(list.Entries)-1].Code
			}
			wantSame(t, fmt.Sprintf("%s by %d", tt.order, size), got, want)
			back := page(t, s, registration.Filter{}, registration.Paging{Order: tt.order, Limit: size, Before: p.After})
			from := max(0, len(want)-1-size)
			to := min(len(want), from+size)
			wantSame(t, fmt.Sprintf("%s by %d, back", tt.order, size), families(back.Entries), want[from:to])
			wantSame(t, "somebody before", back.Previous, from > 0)
			wantSame(t, "somebody after", back.Next, to < len(want))
		}
		var streamed []registration.Entry
		for e, err := range s.Listed(t.Context(), slug, registration.Filter{}, tt.order) {
			wantError(t, "Listed", err, nil)
			streamed = append(streamed, e)
		}
		wantSame(t, "Listed by "+string(tt.order), families(streamed), want)
		for _, e := range streamed {
			wantSame(t, "Listed whole", e.Signup, all(t, s, registration.Query{Code: e.Code})[0])
			wantSame(t, "LeadCode", e.LeadCode, map[bool]string{true: "7777CCCC", false: e.Code}[e.FamilyName == "小明"])
		}
	}
	got := page(t, s, registration.Filter{}, registration.Paging{After: "CCCC7777"})
	wantSame(t, "after somebody who is not there", len(got.Entries), 6)
}

func listCounts(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	people := guests()
	insert(t, s, people...)
	count := func(want map[registration.Status]int) {
		t.Helper()
		got, err := s.StatusCounts(t.Context(), slug)
		wantError(t, "StatusCounts", err, nil)
		wantSame(t, "StatusCounts", got, want)
	}
	count(map[registration.Status]int{registration.StatusPending: 4, registration.StatusConfirmed: 2})
	people[1].AddressConfirmedAt = noon
	people[2].Places[1].State = registration.Seated
	people[3].Places[0].State, people[3].EndedAt = registration.Cancelled, noon
	for _, u := range people[1:4] {
		change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
	}
	count(map[registration.Status]int{registration.StatusPending: 2, registration.StatusConfirmed: 3, registration.StatusCancelled: 1})
	o, err := s.Occupancy(t.Context(), slug)
	wantError(t, "Occupancy", err, nil)
	i := slices.IndexFunc(o, func(o registration.Occupancy) bool { return o.Session == "tables-rondes" })
	wantSame(t, "Occupancy", o[i], registration.Occupancy{Session: "tables-rondes", Seats: 5, Taken: 2})
	people[1].Places[1].State = registration.Queued
	change(t, s, func(tx registration.Tx) error {
		err := tx.Update(people[1])
		o, _ := tx.Occupancy()
		wantSame(t, "Tx.Occupancy", o[i], registration.Occupancy{Session: "tables-rondes", Seats: 5, Taken: 1, Queued: 1})
		return err
	})
}

func listFollows(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	u := guests()[1]
	insert(t, s, u)
	u.FamilyName, u.Organisation, u.Territory = "Zola", "Mines", ""
	u.Places[1].State = registration.Queued
	u.Arrivals = []registration.Arrival{{At: noon, Session: registration.MeetingSession, Half: registration.Morning}}
	change(t, s, func(tx registration.Tx) error { return tx.Update(u) })
	for f, want := range map[string]int{"etienne": 0, "forge": 1, "fils": 0, "zola": 1, "mines": 1, "paul": 1} {
		got := page(t, s, registration.Filter{Words: f}, registration.Paging{})
		wantSame(t, f, []int{len(got.Entries), got.Selected}, []int{want, want}) // the address is still of the forge
	}
	for name, tt := range map[string]struct {
		f    registration.Filter
		want int
	}{
		"seat":      {registration.Filter{Session: "tables-rondes"}, 0},
		"queue":     {registration.Filter{Waiting: "tables-rondes"}, 1},
		"territory": {registration.Filter{Territory: "ti-2701"}, 0},
		"present":   {registration.Filter{Status: []registration.Status{registration.StatusPresent}}, 1},
	} {
		wantSame(t, name, page(t, s, tt.f, registration.Paging{}).Selected, tt.want)
	}
}

// listMany lists a meeting with more people than are counted, so that every way of
// finding them is used.
func listMany(t *testing.T, s Store) {
	put(t, s, meeting(registration.Unlimited, 5, 5))
	many := registration.CountLimit + 20
	var people []registration.Signup
	for i := range many {
		u := signup(i)
		u.Code = fmt.Sprintf("%08d", i)
		u.Person = registration.Person{FamilyName: fmt.Sprintf("Martin%c", 'a'+i%3), GivenName: fmt.Sprintf("Marc %04d", many-i), Organisation: "Usine", Category: registration.Elected}
		if i%10 == 0 {
			u.Category = registration.Press
		}
		if i%4 == 0 {
			u.Places[0].State, u.EndedAt = registration.Cancelled, noon
		}
		if i%100 == 1 {
			u.Party = people[i-1].ID
		}
		people = append(people, u)
	}
	insert(t, s, people...)
	for _, f := range []registration.Filter{
		{}, {Words: "usine"}, {Words: "usi"}, {Words: "mar"}, {Words: "martin usine"}, {Words: "usine", Category: registration.Press},
		{Words: "martin", Status: []registration.Status{registration.StatusPending}}, {Category: registration.Elected}, {Words: "martina usine"},
		{Words: "usi mar", Category: registration.Press, Status: []registration.Status{registration.StatusCancelled, registration.StatusPending}},
		{Category: registration.Press, Status: []registration.Status{registration.StatusCancelled}},
		{Words: "usine", Status: []registration.Status{registration.StatusCancelled, registration.StatusExpired}},
		{Companions: true}, {Companions: true, Words: "martina"}, {Companions: true, Status: []registration.Status{registration.StatusPending}, Words: "usine"},
	} {
		want := make(map[string]bool)
		for i, u := range people {
			if (f.Category == "" || f.Category == u.Category) && (!strings.Contains(f.Words, "martina") || u.FamilyName == "Martina") &&
				(len(f.Status) == 0 || slices.Contains(f.Status, u.Status())) && (!f.Companions || i%100 < 2) {
				want[u.Code] = true
			}
		}
		for _, o := range registration.Orders() {
			got := make(map[string]bool)
			var last string
			for e, err := range s.Listed(t.Context(), slug, f, o) {
				wantError(t, "Listed", err, nil)
				if at := e.FamilyName + e.GivenName; o == registration.OrderName && at <= last || got[e.Code] {
					t.Fatalf("%v by %s: %s after %s", f, o, at, last)
				} else {
					last = at
				}
				got[e.Code] = true
			}
			wantSame(t, fmt.Sprintf("%v by %s", f, o), len(got), len(want))
			first := page(t, s, f, registration.Paging{Order: o, Limit: 5})
			second := page(t, s, f, registration.Paging{Order: o, Limit: 5, After: first.Entries[4].Code})
			back := page(t, s, f, registration.Paging{Order: o, Limit: 5, Before: second.Entries[0].Code})
			wantSame(t, fmt.Sprintf("%v by %s, back", f, o), families(back.Entries), families(first.Entries))
			if counted := min(len(want), registration.CountLimit+1); first.Selected != counted && first.Selected != len(want) {
				t.Errorf("%v by %s: %d selected, want %d", f, o, first.Selected, counted)
			}
		}
	}
}

func listColumns(t *testing.T, s Store) {
	o := organiser(t, s)
	got, err := s.Columns(t.Context(), o.ID)
	wantError(t, "Columns", err, nil)
	wantSame(t, "Columns of who never chose", got, []string(nil))
	for _, want := range [][]string{{"code", "session:ateliers"}, {"email"}, nil} {
		wantError(t, "SetColumns", s.SetColumns(t.Context(), o.ID, want), nil)
		got, err := s.Columns(t.Context(), o.ID)
		wantError(t, "Columns", err, nil)
		wantSame(t, "Columns", got, want)
	}
}
