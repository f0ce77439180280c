package text_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

type colour string

func (c colour) String() string { return string(c) }

var errUnknown = errors.New("unknown colour")

var (
	colours = text.Words[colour]{{"rouge", "rouge", "red"}, {"ocre", "ocre", ""}}
	parse   = colours.Parser(func([]string) error { return errUnknown })
)

func TestWords(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]colour{"rouge", "ocre"}, colours.All()); diff != "" {
		t.Errorf("All (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		key        colour
		lang, want string
	}{{"rouge", "fr", "rouge"}, {"rouge", "en-GB", "red"}, {"rouge", "", "rouge"}, {"ocre", "en", "ocre"}, {"bleu", "fr", ""}} {
		if got := colours.Label(tt.key, tt.lang); got != tt.want {
			t.Errorf("Label(%q, %q) = %q; want %q", tt.key, tt.lang, got, tt.want)
		}
	}
}

// TestParser passes over what people do not see or do not mean.
func TestParser(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]colour{"rouge": "rouge", " Rouge\r\n": "rouge", "OCRE": "ocre", "ｏｃｒｅ\u200b": "ocre", "roug": "", "ro-uge": ""} {
		if got, err := parse(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", in, got, err, want)
		}
	}
}

// TestRefusedBothWays holds what is written to what is read: a value that the
// parser refuses leaves as nothing, neither as text nor as a column.
func TestRefusedBothWays(t *testing.T) {
	t.Parallel()
	for value, want := range map[colour]error{"rouge": nil, "": nil, "bleu": errUnknown} {
		b, err := text.Marshal(value, parse)
		if !errors.Is(err, want) || err == nil && string(b) != string(value) {
			t.Errorf("Marshal(%q) = %q, %v", value, b, err)
		}
		column, err := text.Column(value, parse)
		if !errors.Is(err, want) || (column != nil) != (value == "rouge") {
			t.Errorf("Column(%q) = %v, %v", value, column, err)
		}
		got := colour("ocre")
		if err := text.Unmarshal(&got, string(value), parse); !errors.Is(err, want) || err == nil && got != value || err != nil && got != "" {
			t.Errorf("Unmarshal(%q) = %q, %v", value, got, err)
		}
	}
	for _, src := range []any{"rouge", []byte("rouge")} {
		var got colour
		if err := text.Scan(&got, src, parse); err != nil || got != "rouge" {
			t.Errorf("Scan(%T) = %q, %v", src, got, err)
		}
	}
	for _, src := range []any{nil, ""} {
		got := colour("rouge")
		if err := text.Scan(&got, src, parse); err != nil || got != "" {
			t.Errorf("Scan(%v) = %q, %v", src, got, err)
		}
	}
	got := colour("rouge")
	if err := text.Scan(&got, 3, parse); err == nil || got != "" {
		t.Errorf("Scan of a number = %q, %v", got, err)
	}
}

// TestEnglish reads language tags and the names of locales.
func TestEnglish(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]bool{
		"en": true, "EN": true, "en-GB": true, "en_US": true, "en_GB.UTF-8": true, "fr": false, "": false, "e": false, "enm": false, "fr-en": false,
	} {
		if got := text.English(lang); got != want {
			t.Errorf("English(%q) = %v; want %v", lang, got, want)
		}
	}
}
