package proof

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMisprints(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang, in string
		want     string // rules, joined
	}{
		{"fr", "À savoir : rien", "no-break space before : ; ? ! »"},
		{"fr", "À savoir: rien", "no-break space before :"},
		{"fr", "Vous venez ?", "no-break space before : ; ? ! »"},
		{"fr", "Vous venez?", "no-break space before ; ? !"},
		{"fr", "« oui\u00a0»", "no-break space after «"},
		{"fr", "«\u00a0oui»", "no-break space before »"},
		{"fr", "à 9h30", "hours as 9 h 30 with no-break spaces"},
		{"fr", "à 9 h 30", "hours as 9 h 30 with no-break spaces"},
		{"fr", "à 9\u00a0h 30", "hours as 9 h 30 with no-break spaces"},
		{"fr", "à 09:30", "hours as 9 h 30 with no-break spaces"},
		{"fr", "le Mercredi 12 juin", "no capital on a day"},
		{"fr", "le 12 Juin", "no capital on a month"},
		{"fr", "le 1 juin", "1er"},
		{"fr", "le 02 juin", "no zero before the day"},
		{"fr", "la 2ème fois", "1re, 2e"},
		{"fr", "10 000 places", "narrow no-break space between thousands"},
		{"fr", "50 %", "no-break space before % and €"},
		{"fr", "l'adresse", "apostrophe ’"},
		{"fr", `dit "oui"`, "the right quotation marks the right quotation marks"},
		{"fr", "Un instant...", "… for three dots"},
		{"fr", "deux  espaces", "one space"},
		{"en", "Postal address: 75007 Paris", "no-break space between postcode and town"},
		{"fr", "⟦web.x⟧", "a word for the key"},
		{"en", "Hello <no value>", "a value for the placeholder"},
		{"en", "Really ?", "no space before : ; ? !"},
		{"en", "don't", "apostrophe ’"},
		{"en", "Really? Note: 50% at 09:30; 10,000 seats.", ""},
		{"fr", "Mercredi 12 juin 2019, de 9\u00a0h\u00a030 à 16\u00a0h, 75007\u00a0Paris", ""},
		{"fr", "Écrivez à zoe@exemple.fr\u202f; voir https://exemple.fr/?a=b:c;d!", ""},
		{"fr", "<https://exemple.fr/x?y> (http://127.0.0.1:8080/a:b).", ""},
		{"fr", "rdv le 1er juin, le 11 juin, 01 23 45 67 89", ""},
		{"fr", "«\u00a0Oui\u202f!\u00a0»", ""},
	} {
		var rules []string
		for _, m := range Misprints(tt.lang, tt.in) {
			rules = append(rules, m.Rule)
		}
		if got := strings.Join(rules, " "); got != tt.want {
			t.Errorf("Misprints(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTypedIsNotCorrected(t *testing.T) {
	t.Parallel()
	const name = "Anne d'Arc"
	if m := Misprints("fr", "Bonjour "+name+",", name, ""); len(m) > 0 {
		t.Errorf("a name was corrected: %v", m)
	}
	if m := Misprints("fr", "Bonjour "+name+","); len(m) != 1 {
		t.Errorf("Misprints = %v, want the apostrophe", m)
	}
}

func TestPageMisprints(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><html lang="fr"><head><title>Rencontre ?</title><style>a : b</style>
<meta name="description" content="l'accès"></head><body>
<p data-at="09:30">De <time datetime="09:30">9&nbsp;h&nbsp;30</time>   à
 <a href="/x?y :">demain</a>&#8239;!</p>
<p>Voir <em>ici</em> :</p>
<p lang="en">Really? Yes: 09:30 <img alt="don't"></p>
<code>a ? b : c</code></body></html>`
	var got []string
	for _, m := range PageMisprints("fr", page) {
		got = append(got, m.String())
	}
	want := []string{
		"no-break space before : ; ? ! »: …Rencontre ?…",
		"apostrophe ’: …l'accès…",
		"no-break space before : ; ? ! »: …Voir ici :…",
		"apostrophe ’: …don't…",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PageMisprints (-want +got):\n%s", diff)
	}
}

func ExampleMisprints() {
	for _, m := range Misprints("fr", "Rendez-vous à 9h30") {
		fmt.Println(m)
	}
	// Output: hours as 9 h 30 with no-break spaces: …Rendez-vous à 9h30…
}

func ExamplePageMisprints() {
	fmt.Println(PageMisprints("fr", `<p>Prêt ?</p>`))
	// Output: [no-break space before : ; ? ! »: …Prêt ?…]
}
