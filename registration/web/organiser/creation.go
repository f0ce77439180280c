package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/team"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// creationPage is where a meeting is created: as a copy of another one without
// its people, or empty.
type creationPage struct {
	kernel.Layout
	kernel.Form
	Models   []registration.Meeting
	Restored bool // what was typed before the session ended
}

// On is the day of a meeting.
func (p creationPage) On(m registration.Meeting) string {
	return p.LongDate(m.Day.In(registration.Paris))
}

// Line is the input of a field.
func (p creationPage) Line(name string) kernel.Input {
	words := "settings.creation." + strings.ReplaceAll(name, ".", "_")
	in := kernel.Input{Type: "text", Autocomplete: "off", Label: p.T(words), Plain: name != "title.fr"}
	ofModel := name == "title.fr" && len(p.Models) > 0 // can be that of a model
	if key := words + "_hint"; p.Has(key) && (ofModel || name != "title.fr") {
		in.Hint = p.T(key)
	}
	if in = p.Filled(in, name); ofModel {
		in.Optional = p.T("settings.creation.with_model")
	}
	if name == "day" {
		in.Type = inputType(meetingfile.Day, in.Value)
	}
	return in
}

func newCreation(r *kernel.Request, values url.Values) (creationPage, error) {
	page := creationPage{Layout: r.Layout(r.Words.T("settings.creation.title"), kernel.OrganisersSection), Form: r.NewForm(values)}
	all, err := r.Site.Team.Meetings(r.Context())
	for _, m := range all {
		if m.Broken == "" {
			page.Models = append(page.Models, m)
		}
	}
	return page, err
}

// creationForm answers GET /organisation/creation.
func creationForm(r *kernel.Request) error {
	kept, err := r.SavedForm()
	if err != nil {
		return err
	}
	values := kept
	if kept == nil {
		values = url.Values{"like": {r.URL.Query().Get("like")}}
	}
	page, err := newCreation(r, values)
	if err != nil {
		return err
	}
	page.Restored = kept != nil
	return r.Page(http.StatusOK, "creation", page)
}

// create answers POST /organisation/creation: the meeting is a draft.
func create(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newCreation(r, values)
	if err != nil {
		return err
	}
	m, err := page.meeting(r.Now)
	if err == nil {
		_, err = r.Site.Desk.Add(r.Context(), m, registration.ApplyOptions{Careful: true})
	}
	bad, wrong := errors.AsType[*validation.Error](err)
	switch {
	case errors.Is(err, registration.ErrMeetingExists):
		page.Add("slug", page.T("settings.creation.exists"))
	case wrong:
		page.blame(m, bad)
	case err != nil:
		return err
	default:
		r.Site.Log.InfoContext(r.Context(), "meeting made", "organiser", r.Organiser.ID, "meeting", m.Slug)
		return r.Redirect(settingsPath(m.Slug), "?fait=cree")
	}
	page.Title, page.NoOther = page.T("form.error.prefix", "Title", page.Title), true
	return r.Page(http.StatusUnprocessableEntity, "creation", page)
}

// meeting returns the meeting that the form describes: a copy of the chosen
// one, or one with the least that a meeting needs. Registration opens now and
// closes when the day begins.
func (p creationPage) meeting(now time.Time) (registration.Meeting, error) {
	typed, _, err := meetingfile.ReadForm(registration.Meeting{}, []string{"slug", "title.fr", "day"}, p.Values)
	if err != nil {
		return typed, err
	}
	var m registration.Meeting
	if like := p.Value("like"); like != "" {
		i := slices.IndexFunc(p.Models, func(m registration.Meeting) bool { return m.Slug == like })
		if i < 0 {
			return m, kernel.ErrMalformed
		}
		if m = p.Models[i].Clone(typed.Slug, typed.Day); typed.Title.FR != "" && typed.Title.FR != m.Title.FR {
			m.Title = typed.Title
		}
		return m, nil
	}
	m = typed
	m.OpensAt, m.ClosesAt = now.In(registration.Paris).Truncate(time.Hour), m.Day.In(registration.Paris)
	if !m.OpensAt.Before(m.ClosesAt) && m.Day.Valid() { // on the day itself
		m.ClosesAt = m.Day.AddDays(1).In(registration.Paris)
	}
	return m, nil
}

// blame puts the faults of m beside the fields of the page. A fault in another field
// of a copied meeting stands beside the choice of that meeting. A fault in another
// field of a new meeting stands beside the day, from which these fields follow.
func (p *creationPage) blame(m registration.Meeting, bad *validation.Error) {
	words := settings{Layout: p.Layout, Meeting: m}
	fields, follows := []string{"title.fr", "day", "slug"}, false // in the order of the page
	for _, e := range bad.Fields {
		switch {
		case slices.Contains(fields, e.Path):
		case p.Value("like") != "":
			p.Add("like", p.T("settings.creation.like_error", "Text", words.sentenceOn(e.Path, words.sentence(e))))
		default:
			follows = true
		}
	}
	for _, field := range fields {
		if i := slices.IndexFunc(bad.Fields, func(e validation.FieldError) bool { return e.Path == field }); i >= 0 {
			p.Add(field, words.sentence(bad.Fields[i]))
		}
	}
	if follows && p.Error("day") == "" {
		p.Add("day", words.sentence(validation.FieldError{Path: "day", Rule: "past"}))
	}
}

// Said is a fault with the name of its field, for the summary.
func (p creationPage) Said(e kernel.FieldError) string {
	if e.Field == "like" {
		return e.Text
	}
	return sentenceAbout(p.Layout, p.Line(e.Field).Label, e.Text)
}

// deletionPage asks before a meeting for which nobody signed up is deleted.
type deletionPage struct {
	settings
	InUse bool
}

// deletionForm answers GET /organisation/rencontres/{slug}/reglages/suppression.
func deletionForm(r *kernel.Request) error {
	s, _, err := findSettings(r, r.Words.T("settings.deletion.title"))
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "deletion", deletionPage{settings: s})
}

// deleteMeeting answers POST /organisation/rencontres/{slug}/reglages/suppression.
func deleteMeeting(r *kernel.Request) error {
	s, _, err := findSettings(r, r.Words.T("settings.deletion.title"))
	if err != nil {
		return err
	}
	slug := s.Meeting.Slug
	err = r.Site.Desk.Delete(r.Context(), slug)
	if errors.Is(err, registration.ErrInUse) {
		s.NoOther = true
		return r.Page(http.StatusConflict, "deletion", deletionPage{s, true})
	}
	if err != nil {
		return err
	}
	if err := r.Site.Team.Note(r.Context(), team.ActDeleted, slug, ""); err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "meeting deleted", "organiser", r.Organiser.ID, "meeting", slug)
	return r.Redirect("/organisation/")
}
