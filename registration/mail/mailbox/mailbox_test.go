package mailbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/internal/proof"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/registration/mail/mailbox"
)

func open(t *testing.T) (*mailbox.Mailbox, *mail.Sender) {
	t.Helper()
	box, err := mailbox.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	o, err := mail.ParseURL(box.URL())
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSender(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return box, s
}

// confirmed composes a mail with a calendar entry.
func confirmed(t *testing.T) registration.Message {
	t.Helper()
	c, err := mail.NewComposer("Rencontres <rencontre@exemple.fr>")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2019, 5, 16, 7, 0, 0, 0, time.UTC)
	m, err := c.Compose(registration.Letter{
		Mail:    registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirmed, CreatedAt: at},
		Meeting: registration.ShippedExample(),
		Signup: registration.Signup{Code: "3F7KMQRT", Person: registration.Person{GivenName: "Zoé", Email: "zoé@exemple.fr"},
			Language: registration.French, AddressConfirmedAt: at, Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated}}},
		Links: registration.Links{Meeting: "https://rencontre.example/m", Manage: "https://rencontre.example/mon-inscription/jeton", CheckIn: "https://rencontre.example/accueil/"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func listing(t *testing.T, h http.Handler) []mailbox.Message {
	t.Helper()
	w := get(t, h, "/api/messages")
	var list []mailbox.Message
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("listing: %v, %s", err, w.Header().Get("Content-Type"))
	}
	return list
}

func TestReceives(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	if body := get(t, box, "/api/messages").Body.String(); body != "[]" {
		t.Errorf("an empty mailbox lists %s", body)
	}
	plain := registration.Message{From: "a@exemple.fr", To: "b@exemple.fr", Data: []byte("Subject: =?utf-8?q?=C3=A9t=C3=A9?=\r\n\r\nBonjour\r\n")}
	for _, m := range []registration.Message{plain, confirmed(t)} {
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	list := listing(t, box)
	if len(list) != 2 {
		t.Fatalf("%d messages, want 2", len(list))
	}
	newest := list[0]
	if !strings.Contains(newest.Text, "3F7K-MQRT") || !strings.Contains(newest.HTML, "3F7K-MQRT") || len(newest.Files) != 1 ||
		!bytes.HasPrefix(newest.Files[0].Content, []byte("BEGIN:VCALENDAR\r\n")) {
		t.Errorf("the parts are not whole: %+v", newest)
	}
	newest.Text, newest.HTML, newest.Files[0].Content = "", "", nil
	want := []mailbox.Message{{
		ID: 2, From: "rencontre@exemple.fr", To: "zoé@exemple.fr", Subject: "Votre place est confirmée – Rencontre nationale des Territoires d’industrie, 12 juin 2019", Kind: "confirmed",
		Date: time.Date(2019, 5, 16, 9, 0, 0, 0, registration.Paris), Links: []string{"https://rencontre.example/mon-inscription/jeton", "tel:+33199001234", "mailto:organisation@rencontre.example"},
		Files: []mailbox.File{{Name: "rencontre.ics", Type: "text/calendar"}},
	}, {
		ID: 1, From: "a@exemple.fr", To: "b@exemple.fr", Subject: "été", Text: "Bonjour\n", Links: []string{}, Files: []mailbox.File{},
	}}
	if diff := cmp.Diff(want, []mailbox.Message{newest, list[1]}, cmpopts.IgnoreUnexported(mailbox.Message{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("listing (-want +got):\n%s", diff)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	empty := get(t, box, "/").Body.String()
	if !strings.Contains(empty, "Aucun message") {
		t.Errorf("an empty mailbox shows %s", empty)
	}
	m := confirmed(t)
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path, kind string
		has        []string
	}{
		{"/", "text/html; charset=utf-8", []string{"Votre place est confirmée", `href="messages/1/"`, "jeudi 16 mai 2019 à 9\u00a0h", "Confirmation, avec le code", "1 pièce jointe"}},
		{"/messages/1/", "text/html; charset=utf-8", []string{`<iframe src="html"`, `href="files/0"`, "3F7K-MQRT", "démonstration", "<dd>Confirmation, avec le code</dd>"}},
		{"/messages/1/html", "text/html; charset=utf-8", []string{`<head><base target="_top">`, "3F7K-MQRT", `<img src="data:image/png;base64,iVBOR`}},
		{"/messages/1/source", "text/plain; charset=utf-8", []string{string(m.Data)}},
		{"/messages/1/files/0", "text/calendar; charset=utf-8", []string{"BEGIN:VCALENDAR\r\n"}},
		{"/style.css", "text/css; charset=utf-8", []string{"color-scheme"}},
	} {
		w := get(t, box, tt.path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != tt.kind {
			t.Errorf("%s: %d, %s", tt.path, w.Code, w.Header().Get("Content-Type"))
		}
		for _, has := range tt.has {
			if !strings.Contains(w.Body.String(), has) {
				t.Errorf("%s does not contain %q", tt.path, has)
			}
		}
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-inline") != strings.HasSuffix(tt.path, "/html") {
			t.Errorf("%s: policy %q", tt.path, policy)
		}
	}
	for _, page := range []string{empty, get(t, box, "/").Body.String(), get(t, box, "/messages/1/").Body.String()} {
		for _, m := range proof.PageMisprints(locale.French, page) {
			t.Errorf("misprint: %v", m)
		}
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	if err := s.Send(t.Context(), confirmed(t)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/messages/0/", "/messages/2/", "/messages/x/", "/messages/1/files/1", "/messages/1/files/-1", "/messages/1/files/x", "/nothing"} {
		if w := get(t, box, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

// TestHostileMessage: marks of HTML in the header of a message are shown as
// text.
func TestHostileMessage(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	const data = "Subject: <script>alert(1)</script>\r\nX-Rencontre-Kind: <b>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"a\\\"b.html\"\r\n\r\n<script>x</script>\r\n" +
		"--b\r\nContent-Type: text/plain; charset=none-such\r\n\r\nreste\r\n--b--\r\n"
	if err := s.Send(t.Context(), registration.Message{From: "a@b.fr", To: "c@d.fr", Data: []byte(data)}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/messages/1/"} {
		if body := get(t, box, path).Body.String(); !strings.Contains(body, "&lt;script") || strings.Contains(body, "<script") || strings.Contains(body, "<b>") {
			t.Errorf("%s shows markup of the message, or not its subject", path)
		}
	}
	w := get(t, box, "/messages/1/files/0")
	if w.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the attachment is not only saved: %v", w.Header())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	big := registration.Message{From: "a@b.fr", To: "c@d.fr", Data: bytes.Repeat([]byte("x: "+strings.Repeat("y", 995)+"\r\n"), 1000)}
	for range 40 {
		if err := s.Send(t.Context(), big); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(box.Messages()); n < 25 || n > 34 {
		t.Errorf("%d messages of a megabyte kept, want some 33", n)
	}
	if id := box.Messages()[0].ID; id != 40 {
		t.Errorf("the newest is %d, want 40", id)
	}
	big.Data = bytes.Repeat(big.Data, 4)
	refused, ok := errors.AsType[*registration.SendError](s.Send(t.Context(), big))
	if !ok || !refused.Permanent {
		t.Errorf("a message of 4 megabytes: %v, want a permanent refusal", refused)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	box, s := open(t)
	m := confirmed(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if err := s.Send(t.Context(), m); err != nil {
					t.Error(err)
				}
				box.Messages()
			}
		})
	}
	wg.Wait()
	if n := len(box.Messages()); n != 200 {
		t.Errorf("%d messages, want 200", n)
	}
}

func TestOpenOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:25", "exemple.fr:25", "127.0.0.1"} {
		if box, err := mailbox.Open(addr); err == nil {
			box.Close()
			t.Errorf("Open(%q) took it", addr)
		}
	}
	box, _ := open(t)
	if second, err := mailbox.Open(box.Addr()); err == nil {
		second.Close()
		t.Error("two mailboxes on one port")
	}
	if err := box.Close(); err != nil {
		t.Error(err)
	}
	again, err := mailbox.Open(box.Addr()) // a mail server that comes back
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func Example() {
	box, err := mailbox.Open("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer box.Close()
	pages := httptest.NewServer(box)
	defer pages.Close()
	answer, err := http.Get(pages.URL + "/api/messages")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	fmt.Println(string(body), err)
	// Output: [] <nil>
}
