package mail

import (
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// fields returns the names of a message's header fields, sorted.
func fields(h netmail.Header) []string {
	var list []string
	for k, v := range h {
		for range v {
			list = append(list, k)
		}
	}
	slices.Sort(list)
	return list
}

// FuzzCompose puts hostile texts where people and organisers may write: the
// message keeps its header fields, its parts and its one recipient (ASVS
// 1.3.11).
func FuzzCompose(f *testing.F) {
	for _, s := range []string{"Zoé", "a\r\nBcc: x@y.fr", "=?utf-8?q?a?=", "\"><script>", "\x00", "--=_outer", "a\n.\n", "é\u2028", "ünïcode <a@b>", "{{.}}"} {
		f.Add(s, s, s)
	}
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, title, organiser string) {
		if !utf8.ValidString(name + title + organiser) {
			t.Skip("forms and files are valid UTF-8")
		}
		l := letter(registration.MailConfirmed, registration.French)
		plain, err := c.Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		l.Signup.GivenName, l.Signup.FamilyName = name, title
		l.Meeting.Title.FR, l.Meeting.Venue.Room = title, name
		l.Meeting.Organisers = []string{organiser, title}
		got, err := c.Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		want, p := parse(t, plain.Data), parse(t, got.Data)
		if diff := cmp.Diff(fields(want.header), fields(p.header)); diff != "" {
			t.Errorf("header fields (-want +got):\n%s", diff)
		}
		if to, err := p.header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "zoe+ti@xn--bcher-kva.example" {
			t.Errorf("To: %v, %v", to, err)
		}
		if len(p.parts) != 4 || strings.Contains(p.parts["text/html"], "<script") {
			t.Errorf("%d parts, or a script", len(p.parts))
		}
	})
}

func TestNamesThatAreLinks(t *testing.T) {
	t.Parallel()
	for name, greeted := range map[string]bool{
		"Zoé Nguyễn": true, "Jean-Pierre D’Arc": true, "J.-P. Martin": true, "M. Petit": true, "Martin Jr.": true, "李 小龍": true,
		"gagnez sur exemple.fr": false, "http://exemple.fr": false, "www.exemple": false, "a@exemple.fr": false,
		strings.Repeat("long ", 20): false, "": false,
	} {
		l := letter(registration.MailConfirm, registration.French)
		l.Signup.GivenName, l.Signup.FamilyName = name, ""
		m := compose(t, l)
		text := parse(t, m.Data).parts["text/plain"]
		if got := strings.Contains(text, "Bonjour "+strings.TrimSpace(name)+","); got != greeted {
			t.Errorf("greets %q: %v, want %v", name, got, greeted)
		}
	}
}

func TestAddressesOutsideASCII(t *testing.T) {
	t.Parallel()
	l := letter(registration.MailConfirm, registration.French)
	l.Signup.GivenName, l.Signup.FamilyName, l.Signup.Email = "小龍", "李", "小龍@例え.テスト"
	m := compose(t, l)
	const address = "小龍@xn--r8jz45g.xn--zckzah"
	if m.To != address {
		t.Errorf("envelope to %q, want %q", m.To, address)
	}
	to, err := parse(t, m.Data).header.AddressList("To")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*netmail.Address{{Name: "小龍 李", Address: address}}, to); diff != "" {
		t.Errorf("To (-want +got):\n%s", diff)
	}
}
