package mail

import (
	"mime"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"
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

// FuzzCompose puts hostile texts where people and organisers may write. The
// message must keep its header fields, its parts and its one recipient (ASVS
// 1.3.11).
func FuzzCompose(f *testing.F) {
	for _, s := range []string{"Zoé", "a\r\nBcc: x@y.fr", "=?utf-8?q?a?=", "\"><script>", "\x00", "--=_outer", "a\n.\n", "a\ré\nb", "é\u2028", "ünïcode <a@b>", "{{.}}", "=??B??=", "a<b"} {
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
		mergesAsTemplate(t, c, bodyOf(t, c, l))
		want, p := parse(t, plain.Data), parse(t, got.Data)
		if diff := cmp.Diff(fields(want.header), fields(p.header)); diff != "" {
			t.Errorf("header fields (-want +got):\n%s", diff)
		}
		for _, field := range []string{"Subject", "To", "From", "Reply-To"} {
			read, err := new(mime.WordDecoder).DecodeHeader(p.header.Get(field))
			if err != nil || strings.ContainsFunc(read, unicode.IsControl) {
				t.Errorf("%s reads %q, %v; want one line", field, read, err)
			}
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
		"Louis 14": true, "exemple。fr": false, "exemple．fr": false, "évil․fr": false, "zoe＠exemple": false,
		"Rappelez le 08 99 70 12 34": false, "0899701234": false, "+33 8 99 70 12 34": false, "Rappelez le ０８９９７０": false,
		strings.Repeat("long ", 20): false, "": false,
	} {
		l := letter(registration.MailConfirm, registration.French)
		l.Signup.GivenName, l.Signup.FamilyName = name, ""
		p := parse(t, compose(t, l).Data)
		to, err := p.header.AddressList("To")
		if err != nil {
			t.Fatal(err)
		}
		wantTo := ""
		if greeted || strings.HasPrefix(name, "long") { // no link, but too long to be greeted by
			wantTo = strings.TrimSpace(name)
		}
		if to[0].Name != wantTo {
			t.Errorf("To the name %q, want %q", to[0].Name, wantTo)
		}
		text := p.parts["text/plain"]
		if got := strings.Contains(text, "Bonjour "+strings.TrimSpace(name)+","); got != greeted {
			t.Errorf("greets %q: %v, want %v", name, got, greeted)
		}
	}
}

// TestNamesThatAreEncodedWords has names and titles that read as encoded words. Many
// programs decode these wherever they stand, and would show the link in one.
func TestNamesThatAreEncodedWords(t *testing.T) {
	t.Parallel()
	const hidden = "=?utf-8?b?aHR0cHM6Ly9leGVtcGxlLmZy?=" // https://exemple.fr
	l := letter(registration.MailConfirm, registration.French)
	l.Signup.GivenName, l.Signup.FamilyName = "Zoe", hidden
	l.Meeting.Title.FR, l.Meeting.Organisers = hidden, []string{hidden}
	p := parse(t, compose(t, l).Data)
	for _, field := range []string{"To", "Reply-To", "Subject"} {
		read, err := new(mime.WordDecoder).DecodeHeader(p.header.Get(field))
		if err != nil || !strings.Contains(read, hidden) || strings.Contains(read, "https://") {
			t.Errorf("%s reads %q, %v; want %q in it as it is", field, read, err, hidden)
		}
	}
}

// TestAddressesThatAreMore tries addresses that contain the beginning of
// another header, command or address. Such an address is never written to and
// never named in Reply-To, and no error repeats it.
func TestAddressesThatAreMore(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"zoe\r\nBcc: eve@exemple.fr", "zoe\nDATA\n@exemple.fr", "zoe\r@exemple.fr", "zoe\x00@exemple.fr", "zoe\u0085@exemple.fr", "zoe\u2028@exemple.fr",
		"zoe @exemple.fr", "\"zoe eve\"@exemple.fr", "zoe>@exemple.fr", "<zoe@exemple.fr", "zoe@exemple.fr>", "zoe@exemple.fr SIZE=1", "zoe@exemple.fr,eve",
		"@exemple.fr", "zoe@", "zoe",
	} {
		l := letter(registration.MailConfirm, registration.French)
		l.Signup.Email = address
		c, err := NewComposer("rencontre@exemple.fr")
		if err != nil {
			t.Fatal(err)
		}
		if m, err := c.Compose(l); err == nil || strings.Contains(err.Error(), "zoe") {
			t.Errorf("Compose to %q: to %q, %v; want an error without the address", address, m.To, err)
		}
		l = letter(registration.MailConfirm, registration.French)
		l.Meeting.Contact = address
		if got := parse(t, compose(t, l).Data).header.Get("Reply-To"); got != "" {
			t.Errorf("with the contact %q: Reply-To: %q", address, got)
		}
	}
	if got := parse(t, compose(t, letter(registration.MailConfirm, registration.French)).Data).header.Get("Reply-To"); got == "" {
		t.Error("no Reply-To at all; the test shows nothing")
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
