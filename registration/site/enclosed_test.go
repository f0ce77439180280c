package site_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestTicketIsEnclosed: the mail that confirms a seat carries the tickets on paper,
// one page each, and no other mail does.
func TestTicketIsEnclosed(t *testing.T) {
	t.Parallel()
	l := start(t)
	_, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@x.example", Category: registration.Elected, Privacy: true,
		Companions: []registration.Companion{{GivenName: "Paul", FamilyName: "Étienne"}, {GivenName: "Ada", FamilyName: "Byron", Email: "ada@x.example"}},
	})
	l.check(err)
	token := l.link("zoe@x.example", registration.MailConfirm, "/confirmation/")
	page, err := http.Get(token)
	l.check(err)
	page.Body.Close()
	l.must(l.site.Desk.Confirm(t.Context(), token[strings.LastIndexByte(token, '/')+1:]))
	l.link("zoe@x.example", registration.MailConfirmed, "/mon-inscription/")
	got := map[string][]string{}
	pages := 0
	for end := time.Now().Add(time.Minute); got["invitation"] == nil && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, m := range l.box.Messages() {
			got[m.Kind] = []string{}
			for _, f := range m.Files {
				got[m.Kind] = append(got[m.Kind], f.Name)
				if f.Name == "billet.pdf" {
					pages = bytes.Count(f.Content, []byte("/Type /Page\n"))
				}
			}
		}
	}
	want := map[string][]string{"confirm": {}, "confirmed": {"billet.pdf", "rencontre.ics"}, "invitation": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files by kind (-want +got):\n%s", diff)
	}
	if pages != 2 { // Ada will have a mail of her own
		t.Errorf("%d pages, want 2", pages)
	}
}
