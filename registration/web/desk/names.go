package desk

import (
	"net/http"
	"sync"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires"
)

// maxNames is how many names a page may keep for a time without network.
const maxNames = 5000

// expected is what a page keeps of a person for a time without network: what
// the list at the door shows, and nothing more.
type expected struct {
	Code          string `json:"code"`
	Family        string `json:"family"`
	Given         string `json:"given"`
	Organisation  string `json:"organisation"`
	Arrived       bool   `json:"arrived,omitempty"`
	Assistance    bool   `json:"assistance,omitempty"`
	NoPhotographs bool   `json:"noPhotographs,omitempty"`
}

// namesLog records to which organisers this process has given the names of a
// meeting on a day. Each press of the button adds a line to the audit log. A
// page that asks again by itself adds one only if this process has added none
// for the organiser, the meeting and the day.
type namesLog struct {
	mu  sync.Mutex
	day territoires.Date
	to  map[string]bool // of the day, by organiser and meeting
}

// write calls note, which adds a line to the audit log, unless the page asks by
// itself and no line is needed: see [namesLog]. If it returns an error, nothing
// was added.
func (g *namesLog) write(day territoires.Date, organiser registration.ID, slug string, byItself bool, note func() error) error {
	key := organiser.String() + " " + slug
	if byItself && g.noted(day, key, false) {
		return nil
	}
	if err := note(); err != nil {
		return err
	}
	g.noted(day, key, true)
	return nil
}

// noted reports whether the key is noted for this day. If now is true, it notes it
// first.
func (g *namesLog) noted(day territoires.Date, key string, now bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.to == nil || g.day != day {
		g.day, g.to = day, map[string]bool{}
	}
	if now {
		g.to[key] = true
	}
	return g.to[key]
}

// names answers GET /accueil/noms with the people who are expected on this
// half-day. The script of the search asks for them once somebody has pressed
// the button.
func (g *namesLog) names(r *kernel.Request) error {
	slug := r.URL.Query().Get("rencontre")
	views, err := meetings(r)
	if err != nil {
		return err
	}
	at, err := here(views, slug)
	if err != nil {
		return err
	}
	m := views[at].Meeting
	if !today(r, m) {
		return r.JSON(http.StatusConflict, answer{Text: otherDay(r, m)})
	}
	all, err := r.Site.Desk.Expected(r.Context(), m.Slug)
	if err != nil {
		return err
	}
	people := []expected{}
	for _, s := range all {
		p := newPerson(r, m, s)
		if p.OtherHalf != "" {
			continue
		}
		people = append(people, expected{s.Code, s.FamilyName, s.GivenName, s.Organisation, p.Hour != "", s.NeedsAssistance(), s.RefusesPhotographs()})
	}
	if len(people) > maxNames {
		return r.JSON(http.StatusConflict, answer{Text: r.Words.T("desk.too_many", "Most", r.Words.Number(maxNames))})
	}
	err = g.write(m.Day, r.Organiser.ID, m.Slug, r.URL.Query().Has("auto"), func() error {
		return r.Site.Team.Note(r.Context(), team.ActExported, m.Slug, "accueil")
	})
	if err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "names given to the door", "event", "export", "organiser", r.Organiser.ID, "meeting", m.Slug, "people", len(people))
	return r.JSON(http.StatusOK, map[string]any{"people": people})
}
