package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

func TestSignUpRefusesAndKeeps(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for _, tt := range []struct {
		name, field, value string
		want               string
	}{
		{"no given name", "given_name", "", "Indiquez votre prénom."},
		{"blank family name", "family_name", " \u00a0 ", "Indiquez votre nom."},
		{"long name", "family_name", strings.Repeat("é", 101), "Indiquez un nom de 100 caractères au plus."},
		{"line break in a name", "given_name", "Jean\r\nBcc: x@example.org", "sur une seule ligne"},
		{"reversed text", "family_name", "a\u202eb", "sur une seule ligne"},
		{"invalid UTF-8", "given_name", "\xff\xfe", "sur une seule ligne"},
		{"no address", "email", "", "Indiquez votre adresse électronique, par exemple nom@domaine.fr."},
		{"no at sign", "email", "anne.mairie.example", "adresse électronique complète"},
		{"two addresses", "email", "a@b.example, c@d.example", "adresse électronique complète"},
		{"no category", "category", "", "Choisissez en quelle qualité vous participez."},
		{"unknown category", "category", "ministre", "Choisissez l’une des catégories"},
		{"long organisation", "organisation", strings.Repeat("o", 201), "200 caractères au plus"},
		{"unknown territory", "territory", "Atlantide", "Choisissez un territoire de la liste"},
		{"unknown session", "sessions", "plongee", "Cette session n’est plus proposée."},
		{"unknown language", "language", "tlh", "Choisissez le français ou l’anglais."},
		{"notice unread", "privacy", "", "Cochez la case après avoir pris connaissance"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			values := valid()
			values.Set(tt.field, tt.value)
			f.t = t
			page := f.post(form, values).want(t, http.StatusUnprocessableEntity, "<title>Erreur\u00a0: Réserver ma place", "Une réponse est à corriger",
				`href="#`+tt.field+`"`, `id="`+tt.field+`-error"`, `value="as@mairie.example`[:7])
			text := page.errorOf(t, tt.field)
			if !strings.Contains(text, tt.want) {
				t.Errorf("beside %s: %q, want %q", tt.field, text, tt.want)
			}
			if tt.field != "given_name" && !strings.Contains(page.Body, `value="Anne-Sophie"`) {
				t.Error("what was typed is gone")
			}
		})
	}
	f.t = t
	if n := len(f.signups()); n != 0 {
		t.Errorf("%d sign-ups were made", n)
	}
}

// errorOf returns the sentence beside a field, which the field must point at.
func (a answer) errorOf(t *testing.T, field string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	pointed, text := false, ""
	for n := range root.Descendants() {
		if strings.Contains(" "+attr(n, "aria-describedby")+" ", " "+field+"-error ") {
			pointed = true
		}
		if attr(n, "id") == field+"-error" {
			text = n.FirstChild.Data
		}
	}
	if !pointed {
		t.Errorf("nothing is described by %s-error", field)
	}
	return text
}

func TestSignUpEmptyFormBlamesEachRequiredField(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	page := f.post("/en"+form, url.Values{}).want(t, http.StatusUnprocessableEntity, "<title>Error: Reserve my seat", "5 answers need correcting", "autofocus")
	last := 0
	for _, field := range []string{"given_name", "family_name", "email", "category", "privacy"} {
		at := strings.Index(page.Body, `<li><a href="#`+field+`">`)
		if at <= last {
			t.Errorf("the link to %s is missing or out of order", field)
		}
		last = at
	}
}

func TestSignUpLeadsToTheMailbox(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{Mailbox: "http://127.0.0.1:8025/"})
	f.typed = []string{"as@mairie.example"}
	first := f.post(form, valid()).want(t, http.StatusSeeOther)
	to := first.Header.Get("Location")
	if !strings.Contains(valid().Encode(), "mairie") || strings.Contains(to, "mairie") || len(first.Cookies()) > 0 {
		t.Errorf("Location %q, cookies %v: want neither the address nor a cookie", to, first.Cookies())
	}
	page := f.get(to).want(t, http.StatusOK, "as@mairie.example", "avant le samedi 18 mai 2019 à 9\u00a0h", "http://127.0.0.1:8025/")
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q, want no-store", got)
	}
	// A known address gets the same answer, word for word.
	again := f.get(f.post(form, valid()).want(t, http.StatusSeeOther).Header.Get("Location"))
	if strip(again.Body, again.Request) != strip(page.Body, page.Request) {
		t.Error("the page tells that the address was known")
	}
	if n := len(f.signups()); n != 1 {
		t.Errorf("%d sign-ups, want 1", n)
	}
	f.get(to[:len(to)-2]+"AA").want(t, http.StatusNotFound)
}

// TestSignUpTappedTwice: the form of somebody who taps the button twice is sent twice,
// at the same moment. Both answers are the page that one gets, also for the last seat,
// and there is one mail, whether or not the address was known.
func TestSignUpTappedTwice(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{false, true} {
		f := open(t, web.Options{}, func(m *registration.Meeting) { m.Seats, m.Queue = 1, false })
		f.typed = []string{"as@mairie.example"}
		f.limited()
		want := registration.MailConfirm
		if known {
			f.post(form, valid()).want(t, http.StatusSeeOther)
			f.wantMails(want)
			f.seats(2)
			want = registration.MailAlreadySignedUp
		}
		values := valid()
		values.Set("form", hidden.FindStringSubmatch(f.get(form).Body)[1])
		f.clock.Pass(10 * time.Second)
		answers := make([]*httptest.ResponseRecorder, 4)
		var taps sync.WaitGroup
		for i := range answers {
			r := httptest.NewRequestWithContext(t.Context(), "POST", form, strings.NewReader(values.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			answers[i] = httptest.NewRecorder()
			taps.Go(func() { f.handler.ServeHTTP(answers[i], r) })
		}
		taps.Wait()
		first := ""
		for i, a := range answers {
			if a.Code != http.StatusSeeOther {
				t.Fatalf("known %v: answer %d has status %d", known, i, a.Code)
			}
			page := f.get(a.Header().Get("Location")).want(t, http.StatusOK, "Un message vient d’être envoyé à", "as@mairie.example")
			if body := strip(page.Body, page.Request); i == 0 {
				first = body
			} else if body != first {
				t.Errorf("known %v: answer %d is another page", known, i)
			}
		}
		f.wantMails(want)
		values.Set("family_name", "Hôpital") // gone back to correct it: another form
		f.seats(9)
		f.clock.Pass(time.Minute)
		f.post(form, values).want(t, http.StatusSeeOther)
		f.wantMails(registration.MailAlreadySignedUp)
	}
}

// seats gives the meeting so many seats.
func (f *fixture) seats(n registration.Seats) {
	f.t.Helper()
	m, err := f.store.Meeting(f.t.Context(), slug)
	if err == nil {
		m.Seats = n
		err = f.store.PutMeeting(f.t.Context(), m)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestLanguageOfAForm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for i, tt := range []struct {
		page, field string
		want        registration.Language
	}{
		{"", "fr", registration.French}, {"", "en", registration.English}, {"", "", registration.French},
		{"/en", "en", registration.English}, {"/en", "fr", registration.French}, {"/en", "", registration.English},
	} {
		values := valid()
		values.Set("email", fmt.Sprintf("l%d@mairie.example", i))
		values.Set("language", tt.field)
		f.post(tt.page+form, values).want(t, http.StatusSeeOther)
		if got := f.signups()[i].Language; got != tt.want {
			t.Errorf("%s%s with language %q: kept %q, want %q", tt.page, form, tt.field, got, tt.want)
		}
	}
}

// strip removes the links to the page's own address, which differ.
func strip(page string, _ *http.Request) string {
	var lines []string
	for line := range strings.Lines(page) {
		if !strings.Contains(line, "/inscription/message/") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestNamesSurvive(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	f.signIn()
	for i, tt := range []struct{ given, family, email, want string }{
		{"Jean-Noël", "d’Ornano", "jn+presse@exemple.fr", "d’Ornano"},
		{"Maria", "de la Peña y O'Neill", "maria@xn--bcher-kva.example", "de la Peña y O&#39;Neill"},
		{"Александр", "Иванов", "ivanov@bücher.example", "Иванов"},
		{"明", "王", "wang@exemple.fr", "王"},
		{"Zoe\u0301", "Nguye\u0302\u0303n", "zoe@exemple.fr", "Nguyễn"}, // typed decomposed, kept in NFC
		{"  Paul ", "<script>alert(1)</script>", "p@exemple.fr", "&lt;script&gt;"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			f.t = t
			f.typed = append(f.typed, tt.given, tt.family, "O'Neill", "de la Peña y O'Neill")
			values := valid()
			values.Set("given_name", tt.given)
			values.Set("family_name", tt.family)
			values.Set("email", tt.email)
			values.Set("territory", "Lacq Pau-Tarbes")
			s := f.signUp(values)
			if s.Email != strings.TrimSpace(tt.email) || s.Territory != "ti-7505" {
				t.Errorf("kept %q and territory %q", s.Email, s.Territory)
			}
			f.get("/organisation/rencontres/"+slug).want(t, http.StatusOK, tt.want)
			f.get(f.link(link.ForManage, s)).want(t, http.StatusOK, tt.want)
		})
	}
}

func TestTerritory(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for i, tt := range []struct{ typed, want string }{
		{"", ""}, {"ti-2701", "ti-2701"}, {"Dieppe Côte d'Albâtre", "ti-2804"}, {"Dieppe Côte d’Albâtre", "ti-2804"},
		{"cote d albatre", "ti-2804"}, {"200039204", "ti-7505"},
	} {
		values := valid()
		values.Set("email", fmt.Sprintf("t%d@mairie.example", i))
		values.Set("territory", tt.typed)
		if got := f.signUp(values).Territory; got != tt.want {
			t.Errorf("territory %q is kept as %q, want %q", tt.typed, got, tt.want)
		}
	}
}

func TestTerritorySuggestions(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{})
	for typed, id := range map[string]string{"auxois morvn": "ti-2701", "Oyonnax": "ti-8408", "CC de Lacq-Orthez": "ti-7505", "59140": "ti-3210"} {
		values := valid()
		values.Set("territory", typed)
		f.post(form, values).want(t, http.StatusUnprocessableEntity, "S’agit-il de l’un de ces territoires", `name="territory" value="`+id+`"`, `value="`+typed+`"`)
		// A suggestion that is chosen comes before what is still in the field.
		values["territory"] = []string{id, typed}
		values.Set("email", id+"@mairie.example")
		if got := f.signUp(values).Territory; got != id {
			t.Errorf("choosing %s keeps %q", id, got)
		}
	}
	values := valid()
	values.Set("territory", "59140") // the postal code of Dunkerque, and the Insee code of a village
	f.post(form, values).want(t, http.StatusUnprocessableEntity, "Caullery (Nord)")
	outside := "aucun des territoires de la liste"
	values.Set("territory", "nantes")
	if got := f.post(form, values).want(t, http.StatusUnprocessableEntity).errorOf(t, "territory"); !strings.Contains(got, "Nantes (Loire-Atlantique) n’appartient à "+outside) {
		t.Errorf("the sentence is %q", got)
	}
	values.Set("territory", "zzzzzzzzzzzz")
	if page := f.post(form, values).want(t, http.StatusUnprocessableEntity); strings.Contains(page.Body, "Vouliez-vous") || strings.Contains(page.Body, outside) {
		t.Error("something is suggested for nothing")
	}
}

func TestFullSessionKeepsTheForm(t *testing.T) {
	t.Parallel()
	f := open(t, web.Options{}, func(m *registration.Meeting) { m.Sessions[0].Seats, m.Queue = 1, false })
	values := valid()
	values.Set("sessions", string(registration.ShippedExample().Sessions[0].ID))
	f.signUp(values)
	values.Set("email", "b@mairie.example")
	page := f.post(form, values).want(t, http.StatusConflict, "est désormais complète", `value="b@mairie.example"`, `id="sessions-error"`)
	if !strings.Contains(page.errorOf(t, "sessions"), "stratégies locales") {
		t.Error("the sentence does not name the session")
	}
	f.get("/rencontres/"+slug).want(t, http.StatusOK, "complet", "299 places restantes sur 300")
}
