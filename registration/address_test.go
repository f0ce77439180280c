package registration_test

import (
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

func TestAddressKey(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3)
	for _, tt := range []struct{ in, want string }{
		{"Jeanne.Dupont@Exemple.FR", "jeanne.dupont@exemple.fr"},
		{"jeanne+rencontre@exemple.fr", "jeanne+rencontre@exemple.fr"},
		{"mairie@Évry.example", "mairie@xn--vry-9la.example"},
		{"mairie@xn--vry-9la.example", "mairie@xn--vry-9la.example"},
		{"andré@exemple.fr", "andré@exemple.fr"},
		{"andre\u0301@exemple.fr", "andré@exemple.fr"}, // NFD
		{`"jean dupont"@exemple.fr`, "jean dupont@exemple.fr"},
		{`"jean"@exemple.fr`, "jean@exemple.fr"}, // the quotes say nothing: RFC 5321, 4.1.2
		{long + "fr", long + "fr"},
		{long + strings.Repeat("f", 10), ""}, // 255 bytes and more
		{strings.Repeat("a", 65) + "@exemple.fr", ""},
		{"Jeanne <jeanne@exemple.fr>", ""},
		{"jeanne@exemple.fr, paul@exemple.fr", ""},
		{"jeanne@exemple.fr (Jeanne)", ""},
		{"jeanne@[192.0.2.1]", ""},
		{"jeanne@localhost", ""},
		{"jeanne@-exemple.fr", ""},
		{"jeanne@exemple..fr", ""},
		{"jeanne@exemple.fr\r\nBcc: tous@exemple.fr", ""},
		{"jeanne@exemple.fr\x00", ""},
		{"jeanne@exemple.fr\u200b", ""},
		{"\u2060jeanne@exemple.fr", ""},
		{"jeanne", ""},
		{"@exemple.fr", ""},
		{"jeanne@", ""},
		{"", ""},
	} {
		got, ok := registration.AddressKey(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("AddressKey(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func FuzzAddressKey(f *testing.F) {
	for _, s := range []string{"jeanne@exemple.fr", `"a b"@évry.fr`, "a@b@c.fr", "a@b.fr\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key, ok := registration.AddressKey(s)
		if !ok {
			return
		}
		if strings.ContainsAny(key, "\r\n\x00") {
			t.Errorf("AddressKey(%q) = %q, which breaks a header", s, key)
		}
		local, domain := key[:strings.LastIndexByte(key, '@')], key[strings.LastIndexByte(key, '@')+1:]
		if local == "" || domain == "" || strings.ToLower(domain) != domain {
			t.Errorf("AddressKey(%q) = %q", s, key)
		}
	})
}
