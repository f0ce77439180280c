package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
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
		{"Jean", "Dupont", `"jean dupont"@exemple.example`},
		{"Jean", "Dupont", "mairie@évry.example"},
		{"Jean", "Dupont", strings.Repeat("a", 63) + "@" + strings.Repeat(strings.Repeat("b", 60)+".", 3) + "example"}, // 254 bytes
	} {
		f.typed = []string{tt.given, tt.family, tt.email, tt.given + " " + tt.family, "&amp; ;"}
		values := valid()
		values.Set("given_name", tt.given)
		values.Set("family_name", tt.family)
		values.Set("email", tt.email)
		s := f.signUp(values)
		f.post(f.link(registration.ForConfirm, s), nil).want(t, http.StatusSeeOther)
		mine := f.link(registration.ForManage, s)
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
		m.Questions = []registration.Question{{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Text{FR: "Besoin"}}}
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
	for _, email := range []string{"jean@x.example\r\nBcc: y@x.example", "jean@x.example\u200b", strings.Repeat("a", 243) + "@x.example.fr", "jean@[192.0.2.1]", "jean"} {
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
		f.get(to).want(t, http.StatusOK, "Regardez vos messages")
	}
	if n := len(f.signups()); n != 2 {
		t.Errorf("a form posted twice made %d sign-ups, want the person and the companion", n)
	}
	f.get("/de/rencontres/"+slug).want(t, http.StatusNotFound)
	f.post("/de"+form, values).want(t, http.StatusNotFound)

	values.Set("email", "late@mairie.example")
	f.now = f.now.Add(27 * 24 * time.Hour)
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
			if !strings.Contains(page.Body, "Les inscriptions sont closes") && !strings.Contains(page.Body, "Sign-ups are closed") {
				t.Errorf("%s: %s", path, title(page.Body))
			}
		}
	}
	if n := len(f.signups()); n != 2 {
		t.Errorf("%d sign-ups after closing, want 2", n)
	}
}

// TestEveryBitOfALink: a link with one bit changed leads nowhere, and nothing
// of it is logged.
func TestEveryBitOfALink(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	s := f.signUp(valid())
	token := f.keys.Token(registration.ForManage, s.ID, s.Version)
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(b) {
		b[bit/8] ^= 1 << (bit % 8)
		changed := base64.RawURLEncoding.EncodeToString(b)
		b[bit/8] ^= 1 << (bit % 8)
		f.get("/mon-inscription/"+changed).want(t, http.StatusNotFound, "Page introuvable")
		if strings.Contains(f.log.String(), changed) {
			t.Fatalf("the log has the token with bit %d changed", bit)
		}
	}
	f.get("/mon-inscription/"+token).want(t, http.StatusOK)
	if strings.Contains(f.log.String(), token) {
		t.Error("the log has the token")
	}
}
