package sqldb_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/pgtest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// questions are what organisers ask of lists.
var questions = []struct {
	name   string
	filter registration.Filter
	order  registration.Order
	middle bool // a page far from the first
}{
	{name: "plain"},
	{name: "middle", middle: true},
	{name: "date", order: registration.OrderDate},
	{name: "organisation", order: registration.OrderOrganisation},
	{name: "status-order", order: registration.OrderStatus, middle: true},
	{name: "status", filter: registration.Filter{Status: []registration.Status{registration.StatusConfirmed}}},
	{name: "session", filter: registration.Filter{Session: "tables-rondes"}},
	{name: "waiting", filter: registration.Filter{Waiting: "tables-rondes"}},
	{name: "word", filter: registration.Filter{Words: "martin3"}},
	{name: "beginning", filter: registration.Filter{Words: "mar"}},
	{name: "everybody", filter: registration.Filter{Words: "agence"}},
	{name: "words", filter: registration.Filter{Words: "camille mar"}},
	{name: "word-by-date", filter: registration.Filter{Words: "martin3"}, order: registration.OrderDate},
	{name: "nobody", filter: registration.Filter{Words: "personne"}},
	{name: "category", filter: registration.Filter{Category: registration.Press}},
	{name: "region", filter: registration.Filter{Region: "27"}},
	{name: "territory", filter: registration.Filter{Territory: "ti-2701"}},
	{name: "answer", filter: registration.Filter{Answers: []registration.AnswerFilter{{Question: "menu", Answer: "sans-gluten"}}}},
	{name: "companions", filter: registration.Filter{Companions: true}},
	{name: "refused", filter: registration.Filter{MailRefused: true}},
	{name: "session-cancelled", filter: registration.Filter{Session: "tables-rondes", Status: []registration.Status{registration.StatusCancelled}}},
	{name: "nobody-by-date", filter: registration.Filter{Words: "agence", Session: "tables-rondes", Status: []registration.Status{registration.StatusCancelled}}, order: registration.OrderDate},
	{name: "nobody-by-organisation", filter: registration.Filter{Session: "tables-rondes", Category: registration.Press, Status: []registration.Status{registration.StatusWaitlisted}}, order: registration.OrderOrganisation},
	{name: "two-names", filter: registration.Filter{Words: "camille dominique"}},
	{name: "few-by-date", filter: registration.Filter{Words: "agence 17", Category: registration.Press, Region: "27"}, order: registration.OrderDate},
	{name: "everything", filter: registration.Filter{Words: "agence mar", Session: "tables-rondes", Category: registration.Elected, Region: "27", Answers: []registration.AnswerFilter{{Question: "menu", Answer: "halal"}}}, order: registration.OrderStatus},
	{name: "companions-region", filter: registration.Filter{Companions: true, Region: "27", Category: registration.Press}},
	{name: "companions-by-date", filter: registration.Filter{Companions: true}, order: registration.OrderDate},
	{name: "refused-session", filter: registration.Filter{MailRefused: true, Session: "tables-rondes"}, order: registration.OrderOrganisation},
	{name: "statuses", filter: registration.Filter{Status: []registration.Status{registration.StatusCancelled, registration.StatusPending}}},
	{name: "statuses-category-by-date", filter: registration.Filter{Category: registration.Press, Status: []registration.Status{registration.StatusCancelled, registration.StatusPending}}, order: registration.OrderDate},
	{name: "category-status-word", filter: registration.Filter{Category: registration.Elected, Words: "agence", Status: []registration.Status{registration.StatusWaitlisted}}},
}

// BenchmarkList asks each question of meetings of 1,000, 10,000 and 100,000
// people: a page costs the same in all of them, and so do the numbers of the
// first page and of the statistics.
func BenchmarkList(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", engine, n), func(b *testing.B) {
				s := benchStore(b, engine)
				start := time.Now()
				fillList(b, s, n)
				b.Logf("%d sign-ups in %v", n, time.Since(start).Round(time.Millisecond))
				for _, q := range questions {
					b.Run(q.name, func(b *testing.B) {
						p := registration.Paging{Order: q.order, Limit: 100}
						if q.middle {
							p.After = fmt.Sprintf("%08d", n/2)
						}
						for b.Loop() {
							if _, err := s.List(b.Context(), listed, q.filter, p); err != nil {
								b.Fatal(err)
							}
						}
					})
				}
				benchmarkNumbers(b, s, n)
			})
		}
	}
}

// benchmarkNumbers asks for what the overview of n people shows, and for their
// statistics.
func benchmarkNumbers(b *testing.B, s *sqldb.Store, n int) {
	d, err := registration.NewDesk(registration.DeskOptions{Store: s, Organisers: s, Keyring: keys()})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("overview-page", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.Overview(b.Context(), listed); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("statistics-page", func(b *testing.B) {
		for b.Loop() {
			if got, err := d.Statistics(b.Context(), listed); err != nil || got.Count(registration.GroupAll, "") != n {
				b.Fatal(err)
			}
		}
	})
}

// benchStore opens an empty database of an engine.
func benchStore(b *testing.B, engine string) *sqldb.Store {
	b.Helper()
	database := "sqlite:" + b.TempDir() + "/sign-ups.db"
	if engine == "postgres" {
		database = pgtest.URL(b)
	}
	s, err := open(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// listed is the meeting of these tests.
const listed = "2019-06-12-paris"

// fillList signs n people up, of few names and many.
func fillList(tb testing.TB, s *sqldb.Store, n int) {
	tb.Helper()
	m := crowded()
	m.Slug, m.Seats, m.Questions = listed, registration.Unlimited, []registration.Question{{ID: "menu", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Repas"}}}
	m.Sessions = []registration.Session{{ID: "tables-rondes", Title: registration.Localized{FR: "Tables rondes"}, Seats: registration.Unlimited}}
	if err := s.PutMeeting(tb.Context(), m); err != nil {
		tb.Fatal(err)
	}
	var lead registration.ID
	for from := 0; from < n; from += atOnce {
		var people []registration.Signup
		for i := from; i < min(n, from+atOnce); i++ {
			u := listedPerson(i, lead)
			if i%50 != 7 {
				lead = u.ID
			}
			people = append(people, u)
		}
		err := s.Change(tb.Context(), listed, func(tx registration.Tx) error {
			for _, u := range people {
				if err := tx.Insert(u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// listedPerson is the i-th of them; one in fifty is a companion of lead.
func listedPerson(i int, lead registration.ID) registration.Signup {
	id, at := registration.NewID(), time.Date(2019, time.May, 16, 9, 0, i/10, 0, time.UTC)
	categories := registration.Categories()
	families := []string{"Martin", "Lefèvre", "d’Arcy", "Nguyễn", "Le Goff", "Benoît", "O’Neill", "Garcia", "de La Tour", "Haddad", "Muller"}
	given := []string{"Camille", "Dominique", "Éloïse", "Karim", "Maëlle", "Noé", "Inès", "Loïc", "Anaïs", "Yann", "Zoé", "Marie-Noëlle", "Jean-Luc"}
	u := registration.Signup{
		ID: id, Party: id, Meeting: listed, Code: fmt.Sprintf("%08d", i), Version: 1, Language: registration.French, CreatedAt: at, AddressConfirmedAt: at,
		Person: registration.Person{
			FamilyName: fmt.Sprintf("%s%d", families[i%len(families)], i%7), GivenName: given[i%len(given)],
			Email: fmt.Sprintf("personne-%d@invention.example", i), Organisation: fmt.Sprintf("Agence de développement %d", i%400),
			Function: "Cheffe de projet", Category: categories[i%len(categories)], Territory: fmt.Sprintf("ti-%02d01", []int{11, 27, 28, 32, 44, 52, 53}[i%7]),
		},
		AddressKey: fmt.Sprintf("personne-%d@invention.example", i),
		Places:     []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: at}},
	}
	switch i % 10 {
	case 1:
		u.AddressConfirmedAt, u.HeldUntil = time.Time{}, at.Add(time.Hour)
	case 2:
		u.Places[0].State, u.Places[0].Rank = registration.Queued, at
	case 3:
		u.Places[0].State, u.EndedAt = registration.Cancelled, at
	case 4, 5, 6:
		u.Places = append(u.Places, registration.Place{Session: "tables-rondes", State: registration.Seated, Since: at})
		u.Answers = registration.Answers{"menu": {[]string{"sans-gluten", "sans", "halal"}[i%3]}}
	case 8:
		u.Places = append(u.Places, registration.Place{Session: "tables-rondes", State: registration.Queued, Since: at, Rank: at})
	}
	if i%50 == 7 {
		u.Party = lead
	}
	slices.SortFunc(u.Places, func(a, b registration.Place) int { return int(a.Session[0]) - int(b.Session[0]) })
	return u
}
