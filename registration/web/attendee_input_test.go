package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// TestUnusualPeople: names and addresses that are rare and right go through
// every page and file of a sign-up.
func TestUnusualPeople(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, tt := range []struct{ given, family, email string }{
		{"👩🏽‍🏭", "Étienne", "emoji@x.example"},
		{"نور", "الصباح", "nour@x.example"},
		{"می\u200cنا", "क्\u200dष", "joiners@x.example"}, // zero-width joiners that their scripts need
		{"O’Brien <b>", `"&amp; ;`, "markup@x.example"},
		{strings.Repeat("Ж", 100), strings.Repeat("W", 100), "long@x.example"},
		{"Jean", "Dupont", "mairie@évry.example"},
		{"Jean", "Dupont", strings.Repeat("a", 63) + "@" + strings.Repeat(strings.Repeat("b", 60)+".", 3) + "example"}, // 254 bytes
	} {
		f.typed = []string{tt.given, tt.family, tt.email, tt.given + " " + tt.family, "&amp; ;"}
		values := valid()
		values.Set("given_name", tt.given)
		values.Set("family_name", tt.family)
		values.Set("email", tt.email)
		s := f.signUp(values)
		f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
		mine := f.link(link.ForManage, s)
		for _, path := range []string{"", "/modification", "/billet", "/billet.pdf", "/agenda.ics", "/donnees", "/donnees.json", "/annulation"} {
			f.get(mine+path).want(t, http.StatusOK)
		}
		if s.GivenName != tt.given || s.Email != tt.email {
			t.Errorf("kept %q %q, want %q %q", s.GivenName, s.Email, tt.given, tt.email)
		}
	}
}

// TestHostileText: a line break or a character that turns the direction is
// refused in every line of text, beside it, and nothing is written.
func TestHostileText(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Besoin"}}}
	})
	for _, field := range []string{"given_name", "family_name", "organisation", "function", "answers.besoin", "companions[0].given_name", "companions[0].family_name"} {
		hostile := []string{"Jean\r\nBcc: x@example.org", "a\u202eb"}
		if field == "given_name" {
			hostile = append(hostile, "Jean\nBcc", "a\u2066b", "a\x00b", "\xff", "a\u2028b")
		}
		for _, text := range hostile {
			values := valid()
			if strings.HasPrefix(field, "companions") {
				row(values, 0, "Paul", "Étienne", "")
			}
			values.Set(field, text)
			page := f.post(form, values).want(t, http.StatusUnprocessableEntity)
			id := strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(field)
			if got := page.errorOf(t, id); !strings.Contains(got, "sur une seule ligne") {
				t.Errorf("%s = %q: %q", field, text, got)
			}
		}
	}
	for _, email := range []string{"jean@x.example\r\nBcc: y@x.example", "je\u200ban@x.example", `"jean dupont"@x.example`, "jean@127.0.0.1", "\u2800@x.example", strings.Repeat("a", 243) + "@x.example.fr", "jean@[192.0.2.1]", "jean"} {
		values := valid()
		values.Set("email", email)
		f.typed = []string{email}
		f.post(form, values).want(t, http.StatusUnprocessableEntity, "adresse électronique complète")
	}
	if n := len(f.signups()); n != 0 {
		t.Errorf("%d sign-ups were made", n)
	}
}

func TestFormTwiceLateAndAfterClosing(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	values := valid()
	row(values, 0, "Paul", "Étienne", "")
	for range 2 {
		to := f.post(form, values).want(t, http.StatusSeeOther).Header.Get("Location")
		f.get(to).want(t, http.StatusOK, "Consultez votre messagerie")
	}
	if n := len(f.signups()); n != 2 {
		t.Errorf("a form posted twice made %d sign-ups, want the person and the companion", n)
	}
	f.get("/de/rencontres/"+slug).want(t, http.StatusNotFound)
	f.post("/de"+form, values).want(t, http.StatusNotFound)

	values.Set("email", "late@mairie.example")
	f.clock.Pass(27 * 24 * time.Hour)
	for _, path := range []string{form, "/en" + form} {
		for _, button := range []string{"", "companion"} {
			late := url.Values{}
			for k, v := range values {
				late[k] = v
			}
			if button != "" {
				late.Set("add", button)
			}
			page := f.post(path, late).want(t, http.StatusConflict, `/rencontres/`+slug+`"`)
			if !strings.Contains(page.Body, "Les inscriptions sont closes") && !strings.Contains(page.Body, "Registration is closed") {
				t.Errorf("%s: %s", path, title(page.Body))
			}
		}
	}
	if n := len(f.signups()); n != 2 {
		t.Errorf("%d sign-ups after closing, want 2", n)
	}
}

// TestHostileChanges: the forms behind a link refuse what the first one does,
// keep what was typed and change nothing.
func TestHostileChanges(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 3 })
	s, mine := f.confirmed("a@mairie.example")
	companion := func(field, text string) url.Values {
		values := url.Values{}
		row(values, 0, "Paul", "Étienne", "paul@x.example")
		values.Set("companions[0]."+field, text)
		return values
	}
	edit := func(field, text string) url.Values {
		values := valid()
		values.Set(field, text)
		return values
	}
	for _, tt := range []struct {
		path   string
		values url.Values
		at     string
		want   string
	}{
		{"/modification", edit("family_name", "Dupont\r\nBcc: x@example.org"), "family_name", "sur une seule ligne"},
		{"/modification", edit("function", "a\u202eb"), "function", "sur une seule ligne"},
		{"/modification", edit("language", "tlh"), "language", "le français ou l’anglais"},
		{"/modification", edit("territory", "Atlantide"), "territory", "de la liste"},
		{"/accompagnants", companion("given_name", "Paul\r\nBcc: x@example.org"), "companions-0-given_name", "sur une seule ligne"},
		{"/accompagnants", companion("email", "paul@x.example\r\nBcc: x@example.org"), "companions-0-email", "adresse électronique complète"},
		{"/accompagnants", companion("family_name", strings.Repeat("é", 101)), "companions-0-family_name", "100 caractères"},
		{"/sessions", url.Values{"sessions": {"plongee"}}, "sessions", "n’est plus proposée"},
	} {
		f.typed = []string{"Paul\r\nBcc: x@example.org", "Étienne"}
		page := f.post(mine+tt.path, tt.values).want(t, http.StatusUnprocessableEntity)
		if got := page.errorOf(t, tt.at); !strings.Contains(got, tt.want) {
			t.Errorf("%s: beside %s %q, want %q", tt.path, tt.at, got, tt.want)
		}
		if tt.path == "/modification" && !strings.Contains(page.Body, `value="Mairie de Loudéac"`) || tt.path == "/accompagnants" && !strings.Contains(page.Body, `value="P`) {
			t.Errorf("%s: what was typed is gone", tt.path)
		}
	}
	f.typed = nil
	f.post("/rencontres/"+slug+"/lien-perdu", url.Values{"email": {"a@mairie.example\r\nBcc: x@example.org"}}).want(t, http.StatusUnprocessableEntity)
	if all := f.signups(); len(all) != 1 || all[0].FamilyName != s.FamilyName || all[0].Function != s.Function {
		t.Errorf("something was changed: %+v", all)
	}
}

// TestOldPages: the meeting changed while a form was open.
func TestOldPages(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, asking)
	old := wordy("fr")
	m := registration.ShippedExample()
	asking(&m)
	m.Companions = 0
	m.Questions = append(m.Questions[:1:1], registration.Question{ID: "acces", Kind: registration.TextQuestion, Required: true, Label: registration.Localized{FR: "Votre accès"}})
	if err := f.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	page := f.post(form, old).want(t, http.StatusUnprocessableEntity, `value="Anne-Sophie"`, `value="un fauteuil"`, `value="Paul"`, `href="#answers-acces"`, `href="#companions"`)
	if got := page.errorOf(t, "answers-acces"); got != "Répondez à cette question." {
		t.Errorf("beside the new question: %q", got)
	}
	old.Set("answers.acces", "plain-pied")
	row(old, 0, "", "", "")
	s := f.signUp(old)
	if len(s.Answers) != 2 || s.Answers["acces"][0] != "plain-pied" { // and nothing of the questions that are gone
		t.Errorf("answers %v", s.Answers)
	}
	// A form that was shown days ago proves nothing, and does no harm.
	f.limited()
	values := valid()
	values.Set("email", "b@mairie.example")
	values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
	f.clock.Pass(72 * time.Hour)
	f.post(form, values).want(t, http.StatusUnprocessableEntity) // the new question
	values.Set("answers.acces", "x")
	f.post(form, values).want(t, http.StatusSeeOther)
}

// TestChangesTwice: a double click on each button of one's own pages.
func TestChangesTwice(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Companions = 3 })
	_, mine := f.confirmed("a@mairie.example")
	paul, ada := url.Values{}, url.Values{}
	row(paul, 0, "Paul", "Étienne", "")
	row(ada, 0, "Ada", "Byron", "ada@x.example")
	twice := func(path string, values url.Values) {
		t.Helper()
		for range 2 {
			again := url.Values{}
			for k, v := range values {
				again[k] = v
			}
			f.post(mine+path, again).want(t, http.StatusSeeOther)
		}
	}
	twice("/modification", valid())
	twice("/sessions", url.Values{"sessions": {"innovation"}})
	twice("/accompagnants", paul)
	twice("/accompagnants", ada)
	if all := f.signups(); len(all) != 3 {
		t.Errorf("%d sign-ups after two companions were added twice, want 3", len(all))
	}
	f.clock.Pass(2 * time.Minute) // somebody else of the same names
	f.post(mine+"/accompagnants", paul).want(t, http.StatusSeeOther)
	if all := f.signups(); len(all) != 4 {
		t.Errorf("%d sign-ups, want 4", len(all))
	}
	twice("/annulation", nil)
	twice("/retablissement", nil)
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "296 places restantes sur 300")
}

// TestEveryBitOfALink: a link with one bit changed leads nowhere, whatever it
// is for, and nothing of it is logged: not even that somebody came.
func TestEveryBitOfALink(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	f.post(f.link(link.ForConfirm, s), nil).want(t, http.StatusSeeOther)
	before := f.signups()
	for purpose, path := range map[link.Purpose]string{
		link.ForManage: "/mon-inscription/", link.ForConfirm: "/confirmation/", link.ForDisavow: "/pas-moi/",
	} {
		token := f.keys.Token(purpose, s.ID, s.Version)
		b, err := base64.RawURLEncoding.DecodeString(token[:48])
		if err != nil {
			t.Fatal(err)
		}
		for bit := range 8 * len(b) {
			b[bit/8] ^= 1 << (bit % 8)
			changed := base64.RawURLEncoding.EncodeToString(b)
			b[bit/8] ^= 1 << (bit % 8)
			f.get(path+changed).want(t, http.StatusNotFound, "Ce lien ne fonctionne pas", `href="/lien-perdu"`)
			if bit%8 == 0 {
				f.post(f.wrong(path, changed, bit), valid()).want(t, http.StatusNotFound)
			}
			if log := f.log.String(); !strings.Contains(log, path) || strings.Contains(log, changed) {
				t.Fatalf("the log has the token with bit %d changed, or not a word of the request", bit)
			}
		}
		f.get(path+token).want(t, http.StatusOK)
		if strings.Contains(f.log.String(), token) {
			t.Error("the log has the token")
		}
	}
	for line := range strings.Lines(f.log.String()) {
		if !strings.Contains(line, "msg=request ") && !strings.Contains(line, "event=token_refused") {
			t.Errorf("logged: %s", line)
		}
	}
	if diff := cmp.Diff(before, f.signups()); diff != "" {
		t.Errorf("something was changed (-before +after):\n%s", diff)
	}
}

// wrong is one of the addresses that a form with a wrong token is sent to.
func (f *fixture) wrong(path, token string, n int) string {
	if path != "/mon-inscription/" {
		return path + token
	}
	actions := []string{"annulation", "modification", "sessions", "accompagnants", "retablissement", "effacement"}
	return path + token + "/" + actions[n/8%len(actions)]
}
