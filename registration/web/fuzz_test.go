package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/web"
)

// strangersSite is a site with one sign-up, to be sent anything.
type strangersSite struct {
	http.Handler
	log    *safeBuffer
	tokens map[link.Purpose]string
	code   string // of the sign-up
	keys   *link.Keyring
	cookie *http.Cookie // of an organiser
	once   sync.Mutex   // one request at a time, so that the log tells of it
}

func openToStrangers(f *testing.F) *strangersSite {
	f.Helper()
	d := desktest.Open(f, func(m *registration.Meeting) { m.Companions, m.Queue = 3, true })
	people := desktest.Team(f, d.Store, d.Keys, d.Clock)
	s := &strangersSite{log: new(safeBuffer), tokens: map[link.Purpose]string{}, keys: d.Keys}
	var err error
	s.Handler, err = web.New(web.Options{Desk: d.Desk, Team: people, Keyring: d.Keys, BaseURL: "https://rencontres.example", Log: slog.New(slog.NewTextHandler(s.log, nil))})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := d.Desk.SignUp(f.Context(), slug, registration.Request{GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@x.example", Category: registration.Elected, Privacy: true}); err != nil {
		f.Fatal(err)
	}
	for u := range d.Store.Signups(f.Context(), registration.Query{Meeting: slug}) {
		s.code = u.Code
		for _, p := range []link.Purpose{link.ForConfirm, link.ForManage} {
			s.tokens[p] = d.Keys.Token(p, u.ID, u.Version)
		}
	}
	r := httptest.NewRequestWithContext(f.Context(), "POST", desktest.SignInLink(f, people, "a@x.example", registration.RoleAdmin), nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		s.cookie = c
	}
	if s.cookie == nil {
		f.Fatalf("nobody is signed in: %d", w.Code)
	}
	return s
}

// answer sends a request and fails if the site had a fault, or leads elsewhere.
func (s *strangersSite) answer(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	s.once.Lock()
	defer s.once.Unlock()
	before := len(s.log.String())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= http.StatusInternalServerError || strings.Contains(s.log.String()[before:], "level=ERROR") {
		t.Errorf("%s %q: status %d\n%s", r.Method, r.URL, w.Code, s.log.String()[before:])
	}
	if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
		t.Errorf("%s %q leads to %q", r.Method, r.URL, to)
	}
	return w
}

// FuzzForm posts anything, as any kind of form, to what strangers and people with a
// link reach, and an import to what an organiser does.
func FuzzForm(f *testing.F) {
	s := openToStrangers(f)
	mine := "/mon-inscription/" + s.tokens[link.ForManage]
	paths := []string{form, "/en" + form, "/lien-perdu", "/rencontres/" + slug + "/lien-perdu", "/organisation/connexion", "/organisation/connexion/x",
		"/confirmation/" + s.tokens[link.ForConfirm], mine + "/modification", mine + "/sessions", mine + "/accompagnants", mine + "/adresse", mine + "/remplacement",
		mine + "/proposition", "/organisation/rencontres/" + slug + "/import", "/organisation/rencontres/" + slug + "/inscriptions/nouvelle", "/accueil/", "/accueil/" + s.code}
	const urlencoded = "application/x-www-form-urlencoded"
	many := valid()
	many["sessions"], many["interests"] = []string{"x", "attractivite"}, []string{"a", ""}
	many.Set("companions.0.given_name", "Ana")
	many.Set("answer.x", "y")
	for i := range paths {
		f.Add(uint8(i), urlencoded, []byte(many.Encode()))
	}
	f.Add(uint8(0), urlencoded, []byte("given_name=%zz&;&=&a=%00&email=%ff@x"))
	f.Add(uint8(4), urlencoded, []byte("email=a@x.example&suite="+url.QueryEscape("//evil.example")))
	f.Add(uint8(0), "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@x\r\n--x--\r\n"))
	f.Add(uint8(13), "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nnom;prénom;email\r\nA;B;a@x.example\r\n--x--\r\n"))
	f.Add(uint8(13), "multipart/form-data; boundary=", []byte("--\r\n"))
	f.Add(uint8(13), "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nnom;prénom\r\nA;B\r\n--"))
	f.Add(uint8(15), urlencoded, []byte("given_name=A&family_name=B&id=not-one"))
	f.Add(uint8(16), urlencoded, []byte("arrival=in&half=morning&session=x&ago=2147483647&admit=yes"))
	f.Add(uint8(7), urlencoded, []byte("given_name=A&revision=-1&was=given_name%3DB%26sessions%3Dx%26answers.x%3D%25zz"))
	f.Fuzz(func(t *testing.T, to uint8, kind string, body []byte) {
		path := paths[int(to)%len(paths)]
		r := httptest.NewRequestWithContext(t.Context(), "POST", path, bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if strings.HasPrefix(path, "/organisation/rencontres") || strings.HasPrefix(path, "/accueil/") {
			r.AddCookie(s.cookie)
		}
		s.answer(t, r)
	})
}

// FuzzAddress asks for any path and query, with any cookie, signed in or not.
func FuzzAddress(f *testing.F) {
	s := openToStrangers(f)
	list := "/organisation/rencontres/" + slug
	for _, a := range [][2]string{
		{"/", ""}, {"/en//", "x=%zz"}, {"/programme", "territoire=Bretagne"}, {form, "email=a"}, {"/mon-inscription/" + s.tokens[link.ForManage], "fait=edit&qui=x"},
		{"/mon-inscription/x.", ""}, {"/confirmation/" + s.tokens[link.ForConfirm] + "…", ""}, {"/organisation/connexion", "suite=/organisation/"}, {"/rencontres/" + slug + "/inscription/message/x", ""},
		{"/..%2f..", ""}, {"/\\evil.example/", ""}, {"/.well-known/security.txt", ""}, {"/assets/x/../style.css", ""},
		{list, "q=a&status=confirmed&session=meeting&sort=name&after=x&answer.x=y&companions=1&mail=refused&arrived=morning&day=2019-05-16"}, {list + "/export", "format=csv&columns=a,b"},
		{list + "/documents/badges.pdf", "demi-journee=matin"}, {"/accueil/", "q=a&rencontre=" + slug}, {"/accueil/K7", ""}, {"/organisation/journal", "avant=9"}, {list + "/reseaux", "reseau=x"},
	} {
		f.Add(a[0], a[1], "", false)
		f.Add(a[0], a[1], "forged", true)
	}
	f.Fuzz(func(t *testing.T, path, query, cookie string, signedIn bool) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.URL = &url.URL{Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query}
		r.RequestURI = r.URL.RequestURI()
		r.Header.Set("Cookie", "__Host-organisation="+cookie)
		if signedIn {
			r.Header.Set("Cookie", s.cookie.String())
		}
		s.answer(t, r)
	})
}

// FuzzKept asks for pages that are kept for everybody, whole, compressed, in pieces
// or only if they have changed: whoever gets a whole one gets the same.
func FuzzKept(f *testing.F) {
	s := openToStrangers(f)
	paths := []string{"/", "/en/", "/programme", "/mentions-legales", "/rencontres/" + slug}
	whole := make([]string, len(paths))
	for i, path := range paths {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(f.Context(), "GET", path, nil))
		if whole[i] = w.Body.String(); w.Code != http.StatusOK || !strings.Contains(whole[i], "</html>") {
			f.Fatalf("%s: status %d", path, w.Code)
		}
		tag := w.Header().Get("ETag")
		f.Add(uint8(i), "gzip", "", "", "")
		f.Add(uint8(i), "br, GZIP ;q=0.1", "bytes=0-9,20-", "", tag)
		f.Add(uint8(i), "gzip;q=0", "bytes=-1", tag, "")
		f.Add(uint8(i), "gzip", "", `"other"`, "")
		f.Add(uint8(i), "gzip", "bytes=9999999-", "", "")
		f.Add(uint8(i), "gzip;q=nan;q=1,*", "bytes=9999999-", "", `W/"x", *`)
	}
	f.Fuzz(func(t *testing.T, to uint8, encoding, part, match, none string) {
		i := int(to) % len(paths)
		r := httptest.NewRequestWithContext(t.Context(), "GET", paths[i], nil)
		for name, value := range map[string]string{"Accept-Encoding": encoding, "Range": part, "If-Match": match, "If-None-Match": none} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := s.answer(t, r)
		body := w.Body.Bytes()
		if n := w.Header().Get("Content-Length"); n != "" && n != strconv.Itoa(len(body)) {
			t.Errorf("%s with %q: %d bytes, and it says %s", paths[i], r.Header, len(body), n)
		}
		switch w.Code {
		case http.StatusPartialContent, http.StatusNotModified, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
			return
		case http.StatusOK:
		default:
			t.Fatalf("%s with %q: status %d", paths[i], r.Header, w.Code)
		}
		if w.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(w.Body)
			if err == nil {
				body, err = io.ReadAll(z)
			}
			if err != nil || !strings.Contains(strings.ToLower(encoding), "gzip") {
				t.Errorf("%s, compressed for who accepts %q: %v", paths[i], encoding, err)
			}
		}
		if string(body) != whole[i] {
			t.Errorf("%s with %q is another page", paths[i], r.Header)
		}
	})
}

// FuzzSealed opens pages whose addresses carry a sealed text, and posts a form with
// one: whatever was sealed, perhaps by another version of this program, is shown as
// text or is not there, and what nobody sealed is not there.
func FuzzSealed(f *testing.F) {
	s := openToStrangers(f)
	for _, text := range []string{"1558000000 false zoe@x.example", "1558000000 true <script>alert(1)</script>", "9223372036854775807 false a", "-9223372036854775808 x ", "1 2", "", "x y z",
		"1558000000000000 018f9c1c-0000-7000-8000-000000000000 1558000000000000", "-1 \x00 9223372036854775807"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, text, forged string) {
		get := func(path string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			r.URL = u
			return s.answer(t, r)
		}
		const sent = "/rencontres/" + slug + "/inscription/message/"
		if w := get(sent + url.PathEscape(forged)); w.Code == http.StatusOK {
			t.Errorf("%q was shown, which nobody sealed", forged)
		}
		if w := get(sent + s.keys.Seal("did", text)); w.Code != http.StatusNotFound {
			t.Errorf("%q, sealed for another page: status %d", text, w.Code)
		}
		for _, w := range []*httptest.ResponseRecorder{
			get(sent + s.keys.Seal("sent", text)),
			get("/mon-inscription/" + s.tokens[link.ForManage] + "?fait=accompagnant&qui=" + s.keys.Seal("did", text)),
		} {
			if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
				t.Errorf("sealed %q: status %d", text, w.Code)
			}
			if strings.Contains(w.Body.String(), "<script>") {
				t.Errorf("sealed %q, and the page has it as it is", text)
			}
		}
		values := valid()
		values.Set("email", "")
		values.Set("form", s.keys.Seal("form", text))
		r := httptest.NewRequestWithContext(t.Context(), "POST", form, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if w := s.answer(t, r); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a form without an address: status %d", w.Code)
		}
	})
}

// FuzzReferer posts to a page of organisers without a session, from any page: the
// sign-in leads back to one of this site, if to any.
func FuzzReferer(f *testing.F) {
	s := openToStrangers(f)
	for _, from := range []string{"https://rencontres.example/organisation/rencontres/" + slug + "/reglages?x=1", "https://rencontres.example//evil.example", "https://rencontres.example/\\evil.example",
		"https://evil.example/", "https://rencontres.example:443/x", "https://rencontres.example/%2f/evil", "https://rencontres.example", "//x", "\x00", "https://rencontres.example?suite=//x"} {
		f.Add(from, "application/json")
	}
	f.Fuzz(func(t *testing.T, from, accept string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/organisation/rencontres/"+slug+"/inscriptions/nouvelle", strings.NewReader("given_name=A"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Referer", from)
		r.Header.Set("Accept", accept)
		w := s.answer(t, r)
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil || w.Code != http.StatusSeeOther || to.Path != "/organisation/connexion" {
			t.Fatalf("from %q: status %d to %q", from, w.Code, w.Header().Get("Location"))
		}
		if next := to.Query().Get("suite"); next != "" && (!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\ \r\n\t")) {
			t.Errorf("from %q one is led on to %q", from, next)
		}
	})
}
