package locale

import (
	"fmt"
	"testing"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/territoires-industrie/sdk/internal/proof"
)

func TestT(t *testing.T) {
	t.Parallel()
	fr, en := For("fr"), For("en")
	for _, tt := range []struct{ got, want string }{
		{fr.T("words.status.confirmed"), "confirmée"},
		{en.T("words.status.confirmed"), "confirmed"},
		{For("").T("words.status.confirmed"), "confirmée"},
		{For("de").Lang(), "fr"},
		{fr.T("words.nothing"), "⟦words.nothing⟧"},
		{fr.T("words.places_left"), "<no value> places restantes"},
		{fr.T("words.status.waitlisted"), "liste d’attente"},
		{fr.N("words.places_left", 0), "0 place restante"},
		{fr.N("words.places_left", 1), "1 place restante"},
		{fr.N("words.places_left", 2), "2 places restantes"},
		{fr.N("words.places_left", 10_000), "10\u202f000 places restantes"},
		{fr.N("words.places_left", 1_000_000), "1\u202f000\u202f000 places restantes"},
		{en.N("words.places_left", 0), "0 seats left"},
		{en.N("words.places_left", 1), "1 seat left"},
		{en.N("words.places_left", -1), "−1 seat left"},
		{en.N("words.places_left", 10_000), "10,000 seats left"},
		{fr.Number(-1234), "−1\u202f234"},
		{fr.List(nil), ""},
		{fr.List([]string{"a"}), "a"},
		{fr.List([]string{"a", "b", "c"}), "a, b et c"},
		{en.List([]string{"a", "b"}), "a and b"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if fr.Has("words.nothing") || !fr.Has("words.status.confirmed") {
		t.Error("Has does not tell what there is")
	}
}

// TestLikeTheLibrary: what is put together here is what go-i18n puts together,
// which knows the plurals of every language.
func TestLikeTheLibrary(t *testing.T) {
	t.Parallel()
	all, err := messagesOf(catalogues)
	if err != nil {
		t.Fatal(err)
	}
	bundle := i18n.NewBundle(language.French)
	for lang, messages := range all {
		for _, m := range messages {
			m.Many = m.Other // of millions, where our words are the same
			if err := bundle.AddMessages(language.Make(lang), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, w := range []*Words{For("fr"), For("en")} {
		library := i18n.NewLocalizer(bundle, w.lang)
		say := func(c *i18n.LocalizeConfig) string {
			s, err := library.Localize(c)
			if err != nil {
				return "⟦" + c.MessageID + "⟧"
			}
			return s
		}
		for key, m := range all[w.lang] {
			args := []any{"Count", "3", "Name", "{{.Count}} <b>", "Day", 4, "Unused", ""}
			for i, found := range named.FindAllStringSubmatch(m.Other, -1) {
				if i < 2 { // of the others there is no value
					args = append(args, found[1], "«"+found[1]+"»")
				}
			}
			if got, want := w.T(key, args...), say(&i18n.LocalizeConfig{MessageID: key, TemplateData: firstOf(args)}); got != want {
				t.Errorf("%s: %q, want %q", key, got, want)
			}
			for _, n := range []int{-2, -1, 0, 1, 2, 1_000_000} {
				data := firstOf(args)
				data["Count"] = w.Number(n)
				want := say(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
				if got := w.N(key, n, args...); got != want {
					t.Errorf("%s of %d: %q, want %q", key, n, got, want)
				}
			}
		}
	}
}

// firstOf makes template data of pairs; the first of two values of a name counts.
func firstOf(args []any) map[string]any {
	data := map[string]any{}
	for i := len(args) - 2; i >= 0; i -= 2 {
		data[args[i].(string)] = args[i+1]
	}
	return data
}

func TestArgumentsArePairs(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("T with an odd list of arguments did not panic")
		}
	}()
	//lint:ignore SA5012 it is odd on purpose
	For("fr").T("words.places_left", "Count")
}

func TestDates(t *testing.T) {
	t.Parallel()
	fr, en := For("fr"), For("en")
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, tt := range []struct{ got, want string }{
		{fr.LongDate(at("2019-06-12T09:30:00+02:00")), "mercredi 12 juin 2019"},
		{en.LongDate(at("2019-06-12T09:30:00+02:00")), "Wednesday 12 June 2019"},
		{fr.Date(at("2019-06-01T00:00:00+02:00")), "1er juin 2019"},
		{en.Date(at("2019-06-01T00:00:00+02:00")), "1 June 2019"},
		{fr.DayMonth(at("2019-08-11T12:00:00+02:00")), "11 août"},
		{fr.Date(at("2019-06-11T22:30:00Z")), "12 juin 2019"}, // already tomorrow in Paris
		{fr.Hour(at("2019-06-12T07:30:00Z")), "9\u00a0h\u00a030"},
		{fr.Hour(at("2019-01-12T07:05:00Z")), "8\u00a0h\u00a005"}, // winter
		{fr.Hour(at("2019-06-12T14:00:00+02:00")), "14\u00a0h"},
		{en.Hour(at("2019-06-12T07:05:00Z")), "09:05"},
		{fr.Moment(at("2019-10-27T02:30:00+02:00")), "dimanche 27 octobre 2019 à 2\u00a0h\u00a030 (heure d’été)"}, // shown twice that night
		{fr.Moment(at("2019-10-27T02:30:00+01:00")), "dimanche 27 octobre 2019 à 2\u00a0h\u00a030 (heure d’hiver)"},
		{en.Hour(at("2019-10-27T00:00:00Z")), "02:00 (summer time)"},
		{en.Hour(at("2019-10-27T01:59:59Z")), "02:59 (winter time)"},
		{fr.Hour(at("2019-10-27T02:00:00Z")), "3\u00a0h"},
		{fr.Hour(at("2019-10-26T23:59:00Z")), "1\u00a0h\u00a059"},
		{fr.Hour(at("2019-03-31T00:59:00Z")), "1\u00a0h\u00a059"}, // then it is three
		{fr.Hour(at("2019-03-31T01:00:00Z")), "3\u00a0h"},
		{fr.Moment(at("2019-06-11T23:59:00+02:00")), "mardi 11 juin 2019 à 23\u00a0h\u00a059"},
		{en.Moment(at("2019-06-11T23:59:00+02:00")), "Tuesday 11 June 2019 at 23:59"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

// TestDatesHaveNoMisprints holds the checker against the writer, every day of
// a year and every quarter of an hour.
func TestDatesHaveNoMisprints(t *testing.T) {
	t.Parallel()
	fr := For("fr")
	for at := time.Date(2019, 1, 1, 0, 0, 0, 0, paris); at.Year() == 2019; at = at.Add(24*time.Hour + 15*time.Minute) {
		if m := proof.Misprints(French, "Venez le "+fr.Moment(at)+"."); len(m) > 0 {
			t.Errorf("%s: %v", at, m)
		}
	}
}

func ExampleWords_T() {
	w := For("fr")
	fmt.Println(w.T("words.category.etat"))
	fmt.Println(w.LongDate(time.Date(2019, 6, 12, 0, 0, 0, 0, time.UTC)))
	// Output:
	// Service de l’État
	// mercredi 12 juin 2019
}

func ExampleWords_N() {
	fmt.Println(For("fr").N("words.places_left", 1))
	fmt.Println(For("en").N("words.places_left", 212))
	// Output:
	// 1 place restante
	// 212 seats left
}
