package address_test

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration/address"
)

func TestKey(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3)
	for _, tt := range []struct{ in, want string }{
		{"Jeanne.Dupont@Exemple.FR", "jeanne.dupont@exemple.fr"},
		{"jeanne+rencontre@exemple.fr", "jeanne+rencontre@exemple.fr"},
		{"mairie@Évry.example", "mairie@xn--vry-9la.example"},
		{"mairie@xn--vry-9la.example", "mairie@xn--vry-9la.example"},
		{"andré@exemple.fr", "andré@exemple.fr"},
		{"andre\u0301@exemple.fr", "andré@exemple.fr"}, // NFD
		{`"jean dupont"@exemple.fr`, ""},               // cannot be sent to
		{`"jean..dupont"@exemple.fr`, ""},
		{`"jean"@exemple.fr`, "jean@exemple.fr"}, // the quotes say nothing: RFC 5321, 4.1.2
		{long + "fr", long + "fr"},
		{long + strings.Repeat("f", 10), ""}, // 255 bytes and more
		{strings.Repeat("a", 65) + "@exemple.fr", ""},
		{"jeanne@exemple.fr, paul@exemple.fr", ""},
		{"jeanne@exemple.fr; paul@exemple.fr", ""},
		{"Jeanne <jeanne@exemple.fr>, Paul <paul@exemple.fr>", ""},
		{"tous: jeanne@exemple.fr", ""},
		{"jeanne@exemple.fr (Jeanne)", ""},
		{"jeanne dupont@exemple.fr", ""},
		{"jeanne@[192.0.2.1]", ""},
		{"jeanne@127.0.0.1", ""},
		{"jeanne@127.1", ""},
		{"jeanne@localhost", ""},
		{"jeanne@localhost.localdomain", ""},
		{"jeanne@-exemple.fr", ""},
		{"jeanne@exemple..fr", ""},
		{"jeanne@exemple。fr", "jeanne@exemple.fr"}, // as Japanese keyboards write a full stop
		{"jeanne@exemple。。fr", ""},
		{"jeanne@。fr", ""},
		{"jeanne@fr", ""},
		{"jean�ne@exemple.fr", ""},
		{"a@" + strings.Repeat("é.", 60) + "fr", ""}, // its A-label is too long
		{"jeanne@exemple.fr\r\nBcc: tous@exemple.fr", ""},
		{"jeanne@exemple.fr\x00", ""},
		{"jeanne\u200b@exemple.fr", ""}, // looks like another
		{"jea\u202enne@exemple.fr", ""},
		{"\u2800@exemple.fr", ""},
		{"a\u3164@exemple.fr", ""},
		{"jeanne\u00a0d@exemple.fr", ""},
		{"jeanne", ""},
		{"@exemple.fr", ""},
		{"jeanne@", ""},
		{"", ""},
	} {
		got, ok := address.Key(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Key(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"jeanne@exemple.fr": "jeanne@exemple.fr", "jeanne+ti@exemple.fr": "jeanne@exemple.fr", "jeanne+a+b@exemple.fr": "jeanne@exemple.fr",
		"+ti@exemple.fr": "+ti@exemple.fr", "j.dupont@exemple.fr": "j.dupont@exemple.fr", "j.dupont+ti@googlemail.com": "jdupont@gmail.com", "": "",
	} {
		if got := address.Mailbox(key); got != want {
			t.Errorf("Mailbox(%q) = %q; want %q", key, got, want)
		}
	}
}

// TestParse reads addresses as they come out of other programs.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, text, key string }{
		{"  Jeanne.Dupont@Exemple.FR\t", "Jeanne.Dupont@Exemple.FR", "jeanne.dupont@exemple.fr"},
		{"\u200bjeanne@exemple.fr\ufeff", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"\u202ajeanne@exemple.fr\u202c", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"\u202e\u2060 jeanne@exemple.fr \u2069", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"\u00a0jeanne@exemple.fr\u202f", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"mailto:jeanne@exemple.fr", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"MAILTO: jeanne@exemple.fr", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"mailto:jeanne%2Bti@exemple.fr?subject=Rencontre", "jeanne+ti@exemple.fr", "jeanne+ti@exemple.fr"},
		{"jeanne@exemple.fr,", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"jeanne@exemple.fr.", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"jeanne@exemple.fr ;\u200b", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"<jeanne@exemple.fr>", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"Jeanne Dupont <jeanne@exemple.fr>", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{`"Dupont, Jeanne" <jeanne@exemple.fr>;`, "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"Jeanne <mailto:jeanne@exemple.fr>", "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{`"jeanne"@exemple.fr`, "jeanne@exemple.fr", "jeanne@exemple.fr"},
		{"maire@mairie-évry.fr", "maire@mairie-évry.fr", "maire@xn--mairie-vry-h7a.fr"},
		{"maire@xn--mairie-vry-h7a.fr", "maire@xn--mairie-vry-h7a.fr", "maire@xn--mairie-vry-h7a.fr"},
		{"maire@Mairie-Évry.fr", "maire@Mairie-Évry.fr", "maire@xn--mairie-vry-h7a.fr"},
		{"andre\u0301@exemple.fr", "andré@exemple.fr", "andré@exemple.fr"},
		{"mailto:andre%CC%81@exemple.fr", "andré@exemple.fr", "andré@exemple.fr"},
		{"o'neil_x-1/2=3@exemple.fr", "o'neil_x-1/2=3@exemple.fr", "o'neil_x-1/2=3@exemple.fr"},
		{"a@b.fr <jeanne@exemple.fr>", "", ""},
		{"Jeanne\r\nBcc: tous <jeanne@exemple.fr>", "", ""},
		{"Jeanne\x00 <jeanne@exemple.fr>", "", ""},
		{"mailto:jeanne@exemple.fr,paul@exemple.fr", "", ""},
		{"mailto:jeanne%0D%0A@exemple.fr", "", ""},
		{"mailto:", "", ""},
		{"<>", "", ""},
		{"<<jeanne@exemple.fr>>", "", ""},
	} {
		got, ok := address.Parse(tt.in)
		want := address.Address{Text: tt.text, Key: tt.key}
		if got != want || ok != (tt.key != "") {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", tt.in, got, ok, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"Jeanne+ti@gmial.com", "Jeanne+ti@gmail.com"},
		{"jeanne@gmai.com", "jeanne@gmail.com"},
		{"jeanne@gmaill.com", "jeanne@gmail.com"},
		{"jeanne@gmail.con", "jeanne@gmail.com"},
		{"jeanne@GMAIL.CO", "jeanne@gmail.com"},
		{"jeanne@hotmial.fr", "jeanne@hotmail.fr"},
		{"jeanne@yaho.fr", "jeanne@yahoo.fr"},
		{"jeanne@wandoo.fr", "jeanne@wanadoo.fr"},
		{"jeanne@lapost.net", "jeanne@laposte.net"},
		{"jeanne@gmail.com", ""},
		{"jeanne@mail.com", ""},
		{"jeanne@ymail.com", ""},
		{"jeanne@exemple.fr", ""},
		{"jeanne@gmx.fr", ""},
		{"jeanne@sfr.fr", ""},
		{"gmial.com", ""},
		{"jean,dupont@orange,fr", "jean.dupont@orange.fr"},
		{" jean. dupont @ orange.fr ", "jean.dupont@orange.fr"},
		{"jean dupont@orange.fr", ""},
		{"jean@orange", ""},
		{"jean@exemple.fr, paul@exemple.fr", ""},
		{"Jeanne <jeanne@exemple.fr>, Paul <paul@exemple.fr>", ""},
	} {
		if got, ok := address.Suggest(tt.in); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Suggest(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"jeanne@exemple.fr", "mailto:a%40b@c.fr?d", "Jeanne <a@xn--vry-9la.fr>;", "\u202aa@b.fr\u202c.", `"a b"@évry.fr`, "a@b@c.fr", "a@b.fr\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, ok := address.Key(s)
		if !ok {
			return
		}
		if strings.ContainsAny(key, "\r\n\x00") {
			t.Errorf("Key(%q) = %q, which breaks a header", s, key)
		}
		local, domain := key[:strings.LastIndexByte(key, '@')], key[strings.LastIndexByte(key, '@')+1:]
		if local == "" || domain == "" || strings.ToLower(domain) != domain {
			t.Errorf("Key(%q) = %q", s, key)
		}
		a, _ := address.Parse(s)
		again, ok := address.Parse(a.Text)
		if a.Key != key || !ok || again != a {
			t.Errorf("Parse(%q) = %+v, and then %+v, %v", s, a, again, ok)
		}
	})
}

// FuzzSuggest: a suggested address differs from the typed one only in its
// domain, and for a suggested address nothing is suggested. The mailbox of a
// mailbox is itself.
func FuzzSuggest(f *testing.F) {
	for _, s := range []string{"Jeanne+ti@gmial.com", "a@GMAIL.CO", "a@gmail.com", "Jeanne <a@hotmial.fr>,", "a.b+c@googlemail.com", "+a@gmail.com", "...@gmail.com", "a@gmaıl.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, valid := address.Parse(s)
		if valid {
			box := address.Mailbox(a.Key)
			if again := address.Mailbox(box); again != box {
				t.Errorf("Mailbox(%q) = %q, and of that %q", a.Key, box, again)
			}
		}
		meant, odd := address.Suggest(s)
		if odd != (meant != "") || odd && !valid {
			t.Fatalf("Suggest(%q) = %q, %v; an address: %v", s, meant, odd, valid)
		}
		if !odd {
			return
		}
		b, ok := address.Parse(meant)
		if !ok || b.Text != meant || a.Text[:strings.LastIndexByte(a.Text, '@')] != meant[:strings.LastIndexByte(meant, '@')] || b.Key == a.Key {
			t.Errorf("Suggest(%q) = %q, which reads as %+v, %v", s, meant, b, ok)
		}
		if again, odd := address.Suggest(meant); odd {
			t.Errorf("Suggest(%q) = %q, and of that %q", s, meant, again)
		}
	})
}
