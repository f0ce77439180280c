package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// versionLine is a version in words.
type versionLine struct {
	N         int
	When, Who string
	What      []string // the fields that it changed
	Address   string
	InForce   bool
}

func versionLines(r *kernel.Request, s settings, all []registration.Version) (list []versionLine, err error) {
	by, err := newActors(r)
	if err != nil {
		return nil, err
	}
	for i, v := range all {
		line := versionLine{N: v.N, When: r.Words.T("settings.version.before"), Who: by.name(v.Actor, registration.Signup{}), Address: s.Settings("/versions/", v.N), InForce: i == 0}
		if !v.At.IsZero() {
			line.When = r.Words.Moment(v.At)
		}
		if len(v.Keys) == 0 && !v.At.IsZero() {
			line.What = append(line.What, s.T("settings.version.made"))
		}
		for _, key := range wholeElements(v.Keys) {
			if what := s.label(key); !slices.Contains(line.What, what) {
				line.What = append(line.What, what)
			}
		}
		list = append(list, line)
	}
	return list, nil
}

// wholeElements replaces the changes in an element of a list by one change of the
// whole element, if the version added or removed the element.
func wholeElements(keys []string) (list []string) {
	for _, key := range keys {
		for i := range key {
			if key[i] == ']' && slices.Contains(keys, key[:i+1]+".id") {
				key = key[:i+1]
				break
			}
		}
		if !slices.Contains(list, key) {
			list = append(list, key)
		}
	}
	return list
}

// versionPage shows an old version, and what would change if it were
// restored.
type versionPage struct {
	settings
	versionLine
	Changes []settingChange
	Errors  []string // why it cannot be brought back
}

// findVersion returns the version of the address.
func findVersion(r *kernel.Request) (versionPage, registration.Version, error) {
	s, _, err := findSettings(r, "")
	if err != nil {
		return versionPage{}, registration.Version{}, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return versionPage{}, registration.Version{}, registration.ErrNotFound
	}
	v, err := r.Site.Desk.Version(r.Context(), s.Meeting.Slug, n)
	if err != nil {
		return versionPage{}, v, err
	}
	s.other = []registration.Meeting{v.Meeting}
	lines, err := versionLines(r, s, []registration.Version{v})
	if err != nil {
		return versionPage{}, v, err
	}
	page := versionPage{settings: s, versionLine: lines[0]}
	page.InForce = n == s.Version && s.Meeting.Broken == ""
	page.Title = r.Words.T("settings.version.title", "Number", n)
	page.Changes = page.changesOf(registration.Plan{Changes: registration.Differences(s.Meeting, v.Meeting)})
	return page, v, nil
}

// showVersion answers GET /organisation/rencontres/{slug}/reglages/versions/{n}.
func showVersion(r *kernel.Request) error {
	page, _, err := findVersion(r)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, "settingsversion", page)
}

// restoreVersion answers POST
// /organisation/rencontres/{slug}/reglages/versions/{n}: it restores an old
// version, with the same checks as for any other change.
func restoreVersion(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	page, v, err := findVersion(r)
	if err != nil {
		return err
	}
	seen := values.Get("version")
	if seen != strconv.Itoa(page.Version) { // shown before somebody else's change: look again
		return r.Redirect(settingsPath(page.Meeting.Slug, "versions", strconv.Itoa(v.N)))
	}
	v.Meeting.Slug = page.Meeting.Slug
	kept := url.Values{}
	for _, name := range []string{"agreed", "tell"} {
		if values.Has(name) {
			kept[name] = values[name]
		}
	}
	f := settingsForm{settings: page.settings, Form: r.NewForm(kept), request: r, stored: url.Values(meetingfile.Form(page.Meeting))}
	err = f.decide(v.Meeting, values.Get("go") == "save", page.Address, false)
	bad, wrong := errors.AsType[*validation.Error](err)
	switch {
	case wrong:
		then := page.settings
		then.Meeting, then.other = v.Meeting, []registration.Meeting{page.Meeting}
		for _, e := range bad.Fields {
			page.Errors = append(page.Errors, then.sentenceOn(e.Path, then.sentence(e)))
		}
		page.NoOther = true
		return r.Page(http.StatusUnprocessableEntity, "settingsversion", page)
	case errors.Is(err, registration.ErrStale):
		return r.Redirect(settingsPath(page.Meeting.Slug, "versions", strconv.Itoa(v.N)))
	}
	return err
}
