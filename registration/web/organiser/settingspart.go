package organiser

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// settingsPartPage is one page of settings, as a form.
type settingsPartPage struct {
	settingsForm
	Part      string
	Lead      string
	Blocks    []settingsBlock
	Elsewhere []settingsProblem // faults on other pages, because of which this one cannot be saved
	Meanwhile []settingChange   // what somebody else has changed since the form was shown
	Who       string            // who that was
	Both      []string          // what both that person and the sender of the form have changed
	Base      int               // the version that the form was made from
	Restored  bool              // what was typed before the session ended
}

// showPart answers GET /organisation/rencontres/{slug}/reglages/{part}.
func showPart(r *kernel.Request) error {
	page, err := newPart(r)
	if err != nil {
		return err
	}
	if page.Part == "publication" || page.Meeting.Broken != "" { // a button of the first page
		return r.Redirect(settingsPath(page.Meeting.Slug))
	}
	if kept, err := r.SavedForm(); err != nil || kept != nil {
		if err != nil {
			return err
		}
		page.Restored = true
		return page.showRestored(kept)
	}
	if page.Part == "annulation" && page.Value("cancelled_at") == "" {
		page.Values.Set("cancelled_at", r.Now.In(registration.Paris).Format("2006-01-02T15:04"))
	}
	return page.show(http.StatusOK)
}

func newPart(r *kernel.Request) (settingsPartPage, error) {
	name := r.PathValue("part")
	i := slices.IndexFunc(settingsParts, func(p settingsPart) bool { return p.Name == name })
	if i < 0 {
		return settingsPartPage{}, registration.ErrNotFound
	}
	s, _, err := findSettings(r, r.Words.T("settings.part."+name))
	page := settingsPartPage{settingsForm: settingsForm{settings: s, request: r}, Part: name, Base: s.Version}
	page.stored = url.Values(meetingfile.Form(s.Meeting))
	page.Form = r.NewForm(maps.Clone(page.stored))
	return page, err
}

// keys are the keys of the meeting file that the page edits.
func (p settingsPartPage) keys() []string {
	i := slices.IndexFunc(settingsParts, func(v settingsPart) bool { return v.Name == p.Part })
	if i < 0 {
		return meetingfile.Present(p.Values)
	}
	return settingsParts[i].keys
}

// show renders the form with what is in p.
func (p settingsPartPage) show(status int) error {
	if p.Has("settings.lead." + p.Part) {
		p.Lead = p.T("settings.lead." + p.Part)
	}
	if p.Blocks = p.blocks(p.keys()); p.Part == "annulation" && len(p.Blocks) == 2 {
		slices.Reverse(p.Blocks)
	}
	if p.Part == "donnees" {
		p.Blocks = append(p.Blocks, p.consentBlocks()...)
	}
	if len(p.Errors) > 0 {
		p.Title = p.T("form.error.prefix", "Title", p.Title)
	}
	p.NoOther = p.request.Method != http.MethodGet
	return p.request.Page(status, "settingspart", p)
}

// blame puts each fault beside its field. A fault of a field on another page
// is listed with a link to that page.
func (p *settingsPartPage) blame(bad *validation.Error) {
	keys := p.keys()
	for _, e := range bad.Fields {
		text := p.sentence(e)
		if !slices.ContainsFunc(keys, func(key string) bool { return isPartOf(e.Path, key) }) {
			problem := settingsProblem{Text: p.sentenceOn(e.Path, text)}
			if part, ok := partOf(e.Path); ok {
				problem.Address = p.Settings("/", part.Name)
			}
			p.Elsewhere = append(p.Elsewhere, problem)
			continue
		}
		field := e.Path
		if strings.HasSuffix(field, "]") { // a row that is gone, a line
			text, field = p.sentenceOn(field, text), meetingfile.Unit(field)
		}
		p.Add(field, text)
	}
	if slices.ContainsFunc(bad.Fields, func(e validation.FieldError) bool { return e.Rule == "chosen" }) {
		p.restoreLists()
	}
}

// restoreLists gives each wrong list of the page its rows from the version in force.
// It is called when a row was removed that people have chosen.
func (p *settingsPartPage) restoreLists() {
	for name, v := range p.stored {
		if unit := meetingfile.Unit(name); strings.Contains(name, "[") && p.Error(unit) != "" {
			p.Values[name] = v
		}
	}
}

// savePart answers POST /organisation/rencontres/{slug}/reglages/{part}: it shows
// what would change, and for whom. When the organiser agrees, it changes the
// meeting.
func savePart(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, err := newPart(r)
	if err != nil {
		return err
	}
	return page.save(values)
}

// saveSettings answers POST /organisation/rencontres/{slug}/reglages: a form with
// fields of any of the pages.
func saveSettings(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	s, _, err := findSettings(r, r.Words.T("settings.title"))
	if err != nil {
		return err
	}
	page := settingsPartPage{settingsForm: settingsForm{settings: s, request: r}}
	page.stored = url.Values(meetingfile.Form(s.Meeting))
	page.Form = r.NewForm(values)
	if len(page.keys()) == 0 {
		return kernel.ErrMalformed
	}
	if !values.Has("version") {
		values.Set("version", strconv.Itoa(s.Version))
	}
	return page.save(values)
}

func (p settingsPartPage) save(values url.Values) error {
	if p.Meeting.Broken != "" {
		return p.request.Redirect(settingsPath(p.Meeting.Slug))
	}
	base, mine, err := p.read(values)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		p.blame(bad)
		return p.show(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if p.Base != p.Version {
		return p.showMeanwhile(base, mine, http.StatusConflict)
	}
	if act := values.Get("go"); act == "edit" || act == "more" {
		return p.show(http.StatusOK)
	}
	return p.apply(mine, values.Get("go") == "save")
}

// showRestored shows the form with what was typed before its sender had to
// sign in again.
func (p settingsPartPage) showRestored(values url.Values) error {
	base, mine, err := p.read(values)
	if bad, ok := errors.AsType[*validation.Error](err); ok {
		p.blame(bad)
		return p.show(http.StatusOK)
	}
	if err != nil {
		return err
	}
	if p.Base != p.Version {
		return p.showMeanwhile(base, mine, http.StatusOK)
	}
	return p.show(http.StatusOK)
}

// read reads a form into p. It returns the meeting from which the form was made, and
// that meeting with what was typed.
func (p *settingsPartPage) read(values url.Values) (base, mine registration.Meeting, err error) {
	p.Form = p.request.NewForm(values)
	if base, err = p.base(values.Get("version")); err != nil {
		return base, mine, err
	}
	mine, tidy, err := readDocument(base, p.keys(), values)
	for name, v := range values {
		if name == "agreed" || name == "tell" || name == consentsSent || strings.HasPrefix(name, consentsSent+".") {
			tidy[name] = v
		}
	}
	p.Form = p.request.NewForm(tidy)
	if err != nil {
		return base, mine, err
	}
	unlinkRemovedSessions(&mine)
	if values.Has(consentsSent) {
		mine = p.withConsents(mine)
	}
	return base, mine, nil
}

// unlinkRemovedSessions turns each line of the programme that stands for a removed
// session into an ordinary line.
func unlinkRemovedSessions(m *registration.Meeting) {
	m.Programme = slices.Clone(m.Programme)
	for i, it := range m.Programme {
		if _, ok := m.Session(it.Session); !ok {
			m.Programme[i].Session = ""
		}
	}
}

// base returns the version from which the form was made.
func (p *settingsPartPage) base(version string) (registration.Meeting, error) {
	n, err := strconv.Atoi(version)
	if err != nil {
		return p.Meeting, kernel.ErrMalformed
	}
	p.Base = n
	if n == p.Version {
		return p.Meeting, nil
	}
	v, err := p.request.Site.Desk.Version(p.request.Context(), p.Meeting.Slug, n)
	if errors.Is(err, registration.ErrNotFound) { // too old to be kept, or from a time without versions
		if v, err = p.request.Site.Desk.Version(p.request.Context(), p.Meeting.Slug, 1); errors.Is(err, registration.ErrNotFound) {
			return p.Meeting, nil
		}
	}
	return v.Meeting, err
}

// showMeanwhile shows the form again because somebody else has changed the meeting
// since it was shown. The form has their changes and what was typed. Nothing is
// saved.
func (p settingsPartPage) showMeanwhile(base, mine registration.Meeting, status int) error {
	keys := p.keys()
	merged, both := meetingfile.Merge(keys, base, mine, p.Meeting)
	for _, unit := range both {
		p.Both = append(p.Both, p.label(unit))
	}
	theirs := registration.Plan{Changes: registration.Differences(base, p.Meeting)}
	p.Meanwhile = p.changesOf(theirs)
	all, err := p.request.Site.Desk.Versions(p.request.Context(), p.Meeting.Slug)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		by, err := newActors(p.request)
		if err != nil {
			return err
		}
		p.Who = by.name(all[0].Actor, registration.Signup{})
	}
	values := url.Values(meetingfile.Form(merged))
	for name, v := range p.Values {
		if strings.HasPrefix(name, consentsSent) {
			values[name] = v
		}
	}
	p.Form, p.Base = p.request.NewForm(values), p.Version
	return p.show(status)
}

// HasRows reports whether the page has a list to which rows can be added.
func (p settingsPartPage) HasRows() bool {
	return p.Part != "donnees" && slices.ContainsFunc(p.Blocks, func(b settingsBlock) bool { return b.Class == "rows" })
}
