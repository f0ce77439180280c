package locale

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTypeset(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"L'adresse n'est pas bonne", "L’adresse n’est pas bonne"},
		{"l'{{.Name}}", "l’{{.Name}}"},
		{"Vous venez ?", "Vous venez\u202f?"},
		{"Vous venez?", "Vous venez\u202f?"},
		{"À savoir : rien", "À savoir\u00a0: rien"},
		{"voir http://exemple.fr/?a=b", "voir http://exemple.fr/?a=b"},
		{"« Territoires d'industrie »", "«\u00a0Territoires d’industrie\u00a0»"},
		{"«Oui»", "«\u00a0Oui\u00a0»"},
		{"« Vraiment ? »", "«\u00a0Vraiment\u202f?\u00a0»"},
		{"de 9 h 30 à 16h00", "de 9\u00a0h\u00a030 à 16\u00a0h\u00a000"},
		{"pendant 48 h.", "pendant 48\u00a0h."},
		{"10 000 places", "10\u202f000 places"},
		{"{{.Count}} %", "{{.Count}}\u00a0%"},
		{"12 juin 2019", "12 juin 2019"},
		{"Un instant...", "Un instant…"},
	} {
		got := Typeset(tt.in)
		if got != tt.want {
			t.Errorf("Typeset(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again := Typeset(got); again != got {
			t.Errorf("Typeset twice of %q = %q, then %q", tt.in, got, again)
		}
		if m := Misprints(French, got); len(m) > 0 && !strings.Contains(got, "{{") {
			t.Errorf("Typeset(%q) has misprints: %v", tt.in, m)
		}
	}
}

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
		{"fr", "⟦web.x⟧", "a word for the key"},
		{"en", "Hello <no value>", "a value for the placeholder"},
		{"en", "Really ?", "no space before : ; ? !"},
		{"en", "don't", "apostrophe ’"},
		{"en", "Really? Note: 50% at 09:30; 10,000 seats.", ""},
		{"fr", "Mercredi 12 juin 2019, de 9\u00a0h\u00a030 à 16\u00a0h, 75007 Paris", ""},
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
	if m := Misprints(French, "Bonjour "+name+",", name, ""); len(m) > 0 {
		t.Errorf("a name was corrected: %v", m)
	}
	if m := Misprints(French, "Bonjour "+name+","); len(m) != 1 {
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
	for _, m := range PageMisprints(French, page) {
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

func FuzzTypeset(f *testing.F) {
	for _, s := range []string{"« a »?", "1 000 000 h 30", "a ;;; b", "'''", "{{.A}} : ?", "\u202f?\u00a0»"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune(" \u00a0\u202f'’.…", r) {
					return -1
				}
				return r
			}, s)
		}
		if got := Typeset(s); letters(got) != letters(s) {
			t.Errorf("Typeset(%q) = %q: more than spaces, dots and apostrophes changed", s, got)
		}
	})
}

func ExampleTypeset() {
	fmt.Println(Typeset("C'est noté !") == "C’est noté\u202f!")
	// Output: true
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
