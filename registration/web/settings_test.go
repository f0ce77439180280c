package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/registration/web"
)

const reglages = "/organisation/rencontres/" + slug + "/reglages"

// settingsPages are the pages of settings that are forms.
var settingsPages = []string{"textes", "jour", "programme", "sessions", "formulaire", "delais", "donnees", "accueil", "annulation"}

var (
	anyInput     = regexp.MustCompile(`<input [^>]*>`)
	selectTag    = regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>`)
	textareaTag  = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>`)
	anyAttribute = regexp.MustCompile(` ([a-z-]+)="([^"]*)"`)
)

// fields returns what a browser would send of the form of a page that a person
// did not touch.
func (a answer) fields() url.Values {
	values := url.Values{}
	page := a.Body[strings.Index(a.Body, "<main"):]
	if i := strings.Index(page, "previewed"); i >= 0 {
		page = regexp.MustCompile(`(?s)<fieldset class="previewed" disabled>.*?(<fieldset class="row|<p class="act"|<h2>)`).ReplaceAllString(page, "$1")
	}
	for _, tag := range anyInput.FindAllString(page, -1) {
		at := map[string]string{}
		for _, m := range anyAttribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if boxed := at["type"] == "checkbox" || at["type"] == "radio"; at["name"] == "" || boxed && !strings.Contains(tag, " checked") {
			continue
		}
		values.Add(at["name"], at["value"])
	}
	for _, m := range selectTag.FindAllStringSubmatch(page, -1) {
		chosen := ""
		for i, option := range regexp.MustCompile(`<option value="([^"]*)"[^>]*>`).FindAllStringSubmatch(m[2], -1) {
			if i == 0 || strings.Contains(option[0], " selected") {
				chosen = html.UnescapeString(option[1])
			}
		}
		values.Add(m[1], chosen)
	}
	for _, m := range textareaTag.FindAllStringSubmatch(page, -1) {
		values.Add(m[1], strings.ReplaceAll(html.UnescapeString(m[2]), "\n", "\r\n"))
	}
	return values
}

// with returns the fields with some changed; "" takes one out.
func with(values url.Values, changes ...string) url.Values {
	for i := 0; i < len(changes); i += 2 {
		if values.Del(changes[i]); changes[i+1] != "" {
			values.Set(changes[i], changes[i+1])
		}
	}
	return values
}

// full is a meeting in which every field is filled in.
func full(m *registration.Meeting) {
	m.Summary = registration.Localized{FR: "Une journée.\nEt un soir.", EN: "A day."}
	m.Title.EN, m.Contact = "National meeting", "organisation@exemple.fr"
	m.Venue.Name.EN, m.Venue.Access = "Ministry", registration.Localized{FR: "Métro.\nBus.", EN: "Metro."}
	m.Categories = []registration.Category{registration.Elected, registration.Industry}
	m.Hold, m.OfferFor, m.FreezesAt, m.Queue, m.Companions, m.Interests, m.Door = 36*time.Hour, 90*time.Minute, m.OpensAt.Add(time.Hour), true, 2, true, registration.DoorBeyond
	m.Sessions[0].Slot, m.Sessions[0].Closed, m.Sessions[0].Title.EN = "matin", true, "Session"
	m.Notice = registration.Notice{Controllers: []string{"A", "B"}, DPO: "dpo@exemple.fr", Publisher: "E", Director: "D", Host: "H\nI", RetentionDays: 90, Version: "2",
		Purposes: registration.Localized{FR: "Places\nStatistiques", EN: "Seats"}, Recipients: registration.Localized{FR: "La sécurité"}, LegalBasis: registration.Localized{FR: "Mission publique"}}
	m.Questions = []registration.Question{
		{ID: "repas", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Repas", EN: "Meal"}, Hint: registration.Localized{FR: "Servi à midi"}, RetentionDays: 7,
			Options: []registration.Option{{ID: "oui", Label: registration.Localized{FR: "Oui"}}, {ID: "non", Label: registration.Localized{FR: "Non"}, Closed: true}}},
		{ID: "train", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Train"}, Closed: true, Required: true},
	}
}

// TestSettingsSayWhatAFileSays: every field of a meeting file has a control on a
// page with words in both languages; a page that is sent back untouched changes
// nothing.
func TestSettingsSayWhatAFileSays(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"Une journée.", "Et un soir.", "Repas", "Servi à midi", "Train", "Mission publique", "La sécurité", "organisation@exemple.fr", "Oui"}
	was := f.first()
	names := map[string]bool{}
	for _, part := range settingsPages {
		page := f.get(reglages+"/"+part).want(t, http.StatusOK)
		if english := f.get("/en"+reglages+"/"+part).want(t, http.StatusOK).Body; strings.Contains(page.Body+english, "⟦") {
			t.Errorf("%s: words are missing", part)
		}
		values := page.fields()
		for name := range values {
			if field, ok := meetingfile.FieldOf(name); ok {
				names[field.Key] = true
			}
		}
		for _, m := range regexp.MustCompile(`name="([^"]+)"`).FindAllStringSubmatch(page.Body, -1) {
			if field, ok := meetingfile.FieldOf(m[1]); ok {
				names[field.Key] = true
			}
		}
		if part == "annulation" {
			continue // proposes to cancel now
		}
		to := f.post(reglages+"/"+part, values)
		if to.StatusCode != http.StatusSeeOther || !strings.HasSuffix(to.Header.Get("Location"), "?fait=rien") {
			t.Errorf("%s sent back untouched: %d %s\n%s", part, to.StatusCode, to.Header.Get("Location"), changed(to.Body))
		}
	}
	first := f.get(reglages).want(t, http.StatusOK, `name="published"`)
	names["published"] = strings.Contains(first.Body, `name="published"`)
	names["slug"] = strings.Contains(f.get("/organisation/creation").want(t, http.StatusOK).Body, `name="slug"`)
	for _, field := range meetingfile.Fields() {
		if field.Kind != meetingfile.List && !names[field.Key] {
			t.Errorf("no page has a control for %s", field.Key)
		}
	}
	if diff := cmp.Diff(was, f.first()); diff != "" {
		t.Errorf("the meeting has changed:\n%s", diff)
	}
}

// buttonText is what the button of a meeting's publication says.
func buttonText(page answer) string {
	for _, text := range []string{"Publier la rencontre", "Retirer de la publication"} {
		if strings.Contains(page.Body, text) {
			return text
		}
	}
	return "nothing"
}

// changed is what a page of review says changes, for the message of a test.
func changed(page string) string {
	return strings.Join(regexp.MustCompile(`<d[te]l?[^>]*>[^<]*`).FindAllString(page, 20), "\n")
}

// TestSettingsReview: a change is read before it is made, with whom it concerns;
// then those who signed up are told, and the version says who did it.
func TestSettingsReview(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	s := f.confirmedAs("Anne", "anne@mairie.example")
	f.posted()
	f.typed = []string{"salle", "Salle B", "Anne", "Une journée.", "Et un soir."}
	f.signedInAs(registration.RoleReader)
	f.get(reglages).want(t, http.StatusForbidden)
	f.signedInAs(registration.RoleOrganiser)
	f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, `href="`+reglages+`"`)
	values := with(f.get(reglages+"/jour").fields(), "venue.room", "Salle B", "starts", "10:15")
	review := f.post(reglages+"/jour", values).want(t, http.StatusOK, "Salle B", "10\u00a0h\u00a015", "1 personne est inscrite", "1 personne sera prévenue", `name="tell"`)
	if got := f.first(); got.Venue.Room == "Salle B" {
		t.Fatal("the review has saved")
	}
	f.post(reglages+"/jour", with(review.fields(), "go", "edit")).want(t, http.StatusOK, `value="Salle B"`)
	f.post(reglages+"/jour", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	f.get(reglages+"?fait=enregistre").want(t, http.StatusOK, "enregistrés", "Version 2", "Version 1", "organiser@regions.example", "en vigueur")
	if got := f.first(); got.Venue.Room != "Salle B" || got.Starts != "10:15" {
		t.Errorf("room %q, starts %s", got.Venue.Room, got.Starts)
	}
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kinds := f.posted(); len(kinds) != 1 || kinds[0] != registration.MailMeetingChanged {
		t.Errorf("mails %v, want one to %s", kinds, s.Code)
	}
	// Without a mail, if that is what is wanted; of another day the page says that there is one.
	page := f.get(reglages+"/jour").want(t, http.StatusOK, "Si le jour change, les personnes inscrites en sont prévenues")
	review = f.post(reglages+"/jour", with(page.fields(), "venue.room", "Salle C"))
	f.post(reglages+"/jour", with(review.fields(), "tell", "no", "go", "save")).want(t, http.StatusSeeOther)
	if err := f.desk.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kinds := f.posted(); len(kinds) != 0 || f.first().Venue.Room != "Salle C" {
		t.Errorf("mails %v, room %q", kinds, f.first().Venue.Room)
	}
	// An old version is read, and comes back.
	old := f.get(reglages+"/versions/1").want(t, http.StatusOK, "Rétablir cette version", "Salle C")
	review = f.post(reglages+"/versions/1", old.fields()).want(t, http.StatusOK, "Relire les changements")
	f.post(reglages+"/versions/1", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	if got := f.first(); got.Venue.Room == "Salle C" || got.Starts != "09:30" {
		t.Errorf("brought back: room %q, starts %s", got.Venue.Room, got.Starts)
	}
	f.get(reglages+"/versions/4").want(t, http.StatusOK, "version en vigueur")
	f.get(reglages+"/versions/99").want(t, http.StatusNotFound)
	f.get(reglages+"/nothing").want(t, http.StatusNotFound)
}

// TestSettingsTakeAway: what takes something from people asks for a tick, and a
// session that somebody has chosen stays.
func TestSettingsTakeAway(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full, func(m *registration.Meeting) { m.Sessions[0].Closed = false })
	values := valid()
	values.Set("sessions", string(f.first().Sessions[0].ID))
	values.Set("answers.repas", "oui")
	f.signUp(values)
	f.typed = []string{"salle", "Une journée.", "Repas", "Oui"}
	f.signedInAs(registration.RoleOrganiser)
	sent := with(f.get(reglages+"/sessions").fields(), "seats", "0")
	review := f.post(reglages+"/sessions", sent).want(t, http.StatusOK, "plus de places prises que cela (1)", `name="agreed"`)
	again := f.post(reglages+"/sessions", with(review.fields(), "go", "save")).want(t, http.StatusUnprocessableEntity, "Cochez la case", `id="agreed-error"`)
	if f.first().Seats == 0 {
		t.Fatal("saved without a tick")
	}
	f.post(reglages+"/sessions", with(again.fields(), "go", "save", "agreed", "yes")).want(t, http.StatusSeeOther)
	if f.first().Seats != 0 {
		t.Error("not saved with the tick")
	}
	sent = with(f.get(reglages+"/sessions").fields(), "sessions[0].remove", "true")
	page := f.post(reglages+"/sessions", sent).want(t, http.StatusUnprocessableEntity, "fermez-la plutôt", `id="sessions-error"`)
	_, summary, _ := strings.Cut(page.Body, `class="summary"`)
	if summary, _, _ = strings.Cut(summary, "</ul>"); strings.Count(summary, "essions que l’on choisit à l’inscription") != 1 {
		t.Errorf("the summary does not name the list once: %s", summary)
	}
	if got := page.fields().Get("sessions[0].id"); got != string(f.first().Sessions[0].ID) {
		t.Errorf("the row of the session is %q, want it back", got)
	}
	closed := with(f.get(reglages+"/formulaire").fields(), "queue", "")
	f.post(reglages+"/formulaire", closed).want(t, http.StatusOK, "<del>Oui</del>", "<ins>Non</ins>")
	title := with(f.get(reglages+"/sessions").fields(), "sessions[0].room", "B")
	f.post(reglages+"/sessions", title).want(t, http.StatusOK, "1 personne a choisi cette session")
	question := with(f.get(reglages+"/formulaire").fields(), "questions[0].label.fr", "Repas servi")
	f.post(reglages+"/formulaire", question).want(t, http.StatusOK, "1 personne a répondu à cette question", "previewed")
}

// TestSettingsWithoutLimit: a field for seats that is emptied means that there is no
// limit, and is shown empty then.
func TestSettingsWithoutLimit(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.typed = []string{"Une journée.", "Et un soir."}
	f.signedInAs(registration.RoleOrganiser)
	page := f.get(reglages+"/sessions").want(t, http.StatusOK, "Vide\u00a0: sans limite de nombre.")
	sent := page.fields()
	if sent.Get("seats") == "" || sent.Get("sessions[0].seats") == "" {
		t.Fatalf("the meeting has no seats to begin with: %v", sent)
	}
	sent.Set("seats", "")
	sent.Set("sessions[0].seats", " ")
	review := f.post(reglages+"/sessions", sent).want(t, http.StatusOK, "<ins>sans limite</ins>")
	f.post(reglages+"/sessions", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	if m := f.first(); m.Seats != registration.Unlimited || m.Sessions[0].Seats != registration.Unlimited {
		t.Errorf("seats %d, of the first session %d; want no limit", m.Seats, m.Sessions[0].Seats)
	}
	again := f.get(reglages+"/sessions").want(t, http.StatusOK).fields()
	if v, there := again["seats"]; !there || v[0] != "" || again.Get("sessions[0].seats") != "" {
		t.Errorf("no limit is shown as %q and %q", again["seats"], again["sessions[0].seats"])
	}
	f.post(reglages+"/sessions", again).want(t, http.StatusSeeOther) // nothing changes
}

// TestSettingsMistakes: bad input gets a sentence beside its field, what was typed
// is kept, and nothing is half done.
func TestSettingsMistakes(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full, func(m *registration.Meeting) { m.FreezesAt = time.Time{} })
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"demain", "beaucoup", "Une journée.", "Et un soir.", "Repas", "Servi à midi", "Marie <m@exemple.fr>"}
	was := f.first()
	for name, tt := range map[string]struct {
		part, field, value, want string
	}{
		"a day in the past":     {"jour", "day", "2019-01-05", "Ce jour est passé"},
		"no day":                {"jour", "day", "", "Remplissez ce"},
		"not a day":             {"jour", "day", "demain", "date"},
		"an end before a start": {"jour", "ends", "08:00", "qui vient après celui de «\u00a0Début\u00a0»."},
		"not an hour":           {"jour", "starts", "demain", "Écrivez une heure"},
		"seats in words":        {"sessions", "seats", "beaucoup", "nombre entier"},
		"seats left out":        {"sessions", "sessions[0].seats", "", "Remplissez ce"},
		"closing before":        {"delais", "closes_at", "2019-01-01T09:00", "qui vient après celui de «\u00a0Ouverture des inscriptions\u00a0»."},
		"an hour shown twice":   {"delais", "opens_at", "2018-10-28T02:30", "deux fois"},
		"a duration":            {"delais", "hold", "demain", "durée"},
		"an address":            {"textes", "contact", "Marie <m@exemple.fr>", "adresse"},
		"no title":              {"textes", "title.fr", "", "Remplissez ce"},
		"a session too late":    {"programme", "programme[3].starts", "19:00", "hors des heures"},
		"a choice of nothing":   {"formulaire", "questions[1].kind", "choice", "réponse à choisir"},
		"retention":             {"donnees", "notice.retention_days", "99999", "3650"},
	} {
		t.Run(name, func(t *testing.T) {
			values := with(f.get(reglages+"/"+tt.part).fields(), tt.field, tt.value)
			if tt.field == "questions[1].kind" {
				values.Del("questions[1].closed")
			}
			if tt.field == "programme[3].starts" {
				values.Set("programme[3].session", string(was.Sessions[0].ID))
			}
			id := strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(tt.field)
			if tt.field == "questions[1].kind" {
				id = "questions-1-options"
			}
			page := f.post(reglages+"/"+tt.part, with(values, "go", "save")).want(t, http.StatusUnprocessableEntity, tt.want, `id="`+id+`-error"`, `href="#`+id+`"`)
			// The list on top names the field.
			if summary := regexp.MustCompile(`<a href="#` + id + `">([^<]*)</a>`).FindStringSubmatch(page.Body); summary == nil || !strings.Contains(summary[1], "\u00a0: ") {
				t.Errorf("the summary says %q", summary)
			}
			if tt.value != "" && !strings.Contains(html.UnescapeString(page.Body), `value="`+tt.value+`"`) {
				t.Error("what was typed is lost")
			}
		})
	}
	f.post(reglages+"/textes", url.Values{"version": {"0"}, "summary.fr": {strings.Repeat("a", 600<<10)}}).want(t, http.StatusRequestEntityTooLarge)
	f.post(reglages+"/textes", url.Values{"version": {"x"}}).want(t, http.StatusUnprocessableEntity)
	f.post(reglages, url.Values{"nothing": {"x"}}).want(t, http.StatusUnprocessableEntity)
	if diff := cmp.Diff(was, f.first()); diff != "" {
		t.Errorf("the meeting has changed:\n%s", diff)
	}
	// Some fields of a form, whichever page they are on.
	review := f.post(reglages, url.Values{"seats": {"250"}, "venue.room": {"Z"}}).want(t, http.StatusOK, "250")
	f.post(reglages, with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	if got := f.first(); got.Seats != 250 || got.Venue.Room != "Z" || got.Title != was.Title || !got.Published {
		t.Errorf("seats %d, room %q, published %v", got.Seats, got.Venue.Room, got.Published)
	}
}

// TestSettingsOfTwo: the second of two organisers sees what the first did and
// loses nothing.
func TestSettingsOfTwo(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, full)
	f.signedInAs(registration.RoleOrganiser)
	f.typed = []string{"salle", "Salle B", "Salle C", "Moi", "organiser@regions.example"}
	first, second := f.get(reglages+"/jour").fields(), f.get(reglages+"/jour").fields()
	save := func(values url.Values) answer {
		return f.post(reglages+"/jour", with(f.post(reglages+"/jour", values).want(t, http.StatusOK).fields(), "go", "save"))
	}
	save(with(first, "venue.room", "Salle B", "ends", "17:00")).want(t, http.StatusSeeOther)
	page := f.post(reglages+"/jour", with(second, "venue.room", "Salle C", "starts", "10:00")).want(t, http.StatusConflict,
		"modifiée entre-temps", "organiser@regions.example", "Salle B", "Vous avez tous deux changé ceci")
	kept := page.fields()
	if kept.Get("venue.room") != "Salle C" || kept.Get("starts") != "10:00" || kept.Get("ends") != "17:00" {
		t.Errorf("room %q, starts %q, ends %q", kept.Get("venue.room"), kept.Get("starts"), kept.Get("ends"))
	}
	if f.first().Venue.Room != "Salle B" {
		t.Error("the second has overwritten the first")
	}
	save(kept).want(t, http.StatusSeeOther)
	if got := f.first(); got.Venue.Room != "Salle C" || got.Ends != "17:00" || got.Starts != "10:00" {
		t.Errorf("both: %q, %s to %s", got.Venue.Room, got.Starts, got.Ends)
	}
	// So does who asks for another row, or sends what is wrong, meanwhile.
	stale := f.get(reglages + "/sessions").fields()
	save(with(f.get(reglages+"/jour").fields(), "ends", "18:00")).want(t, http.StatusSeeOther)
	f.post(reglages+"/sessions", with(stale, "seats", "x")).want(t, http.StatusUnprocessableEntity, `name="version" value="`+stale.Get("version")+`"`)
	f.post(reglages+"/sessions", with(stale, "seats", "7", "go", "more")).want(t, http.StatusConflict, "modifiée entre-temps", `value="7"`)
	consents := with(f.get(reglages+"/donnees").fields(), "consents.photographies", "true")
	save(with(f.get(reglages+"/jour").fields(), "ends", "18:30")).want(t, http.StatusSeeOther)
	if kept := f.post(reglages+"/donnees", consents).want(t, http.StatusConflict).fields(); kept.Get("consents.photographies") == "" {
		t.Error("the box of a consent is lost")
	}
	// Two who publish at once: the second does nothing.
	button := f.get(reglages).fields()
	review := f.post(reglages+"/publication", button).want(t, http.StatusOK)
	if says := `value="save">` + buttonText(f.get(reglages)); !strings.Contains(review.Body, says) {
		t.Errorf("the button that publishes, or takes back, is not %q", says)
	}
	other := f.post(reglages+"/publication", button).want(t, http.StatusOK)
	f.post(reglages+"/publication", with(review.fields(), "go", "save")).want(t, http.StatusSeeOther)
	f.post(reglages+"/publication", with(other.fields(), "go", "save")).want(t, http.StatusConflict, "modifiée entre-temps")
}
