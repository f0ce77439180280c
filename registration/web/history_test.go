package web_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web/organiser"
)

// TestHistoryHasWords: whatever is recorded of a person, and whatever mail is
// sent, has a name.
func TestHistoryHasWords(t *testing.T) {
	t.Parallel()
	words := locale.With(organiser.Part().Files)
	for _, tt := range []struct {
		file, key string
		constant  *regexp.Regexp
	}{
		{"../store.go", "organiser.event.", regexp.MustCompile(`EventKind = "([a-z_]+)"`)},
		{"../outbox.go", "words.mail.", regexp.MustCompile(`\bKind = "([a-z_]+)"`)},
	} {
		source, err := os.ReadFile(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		all := tt.constant.FindAllStringSubmatch(string(source), -1)
		if len(all) < 15 {
			t.Fatalf("%s: only %d kinds found", tt.file, len(all))
		}
		for _, m := range all {
			for _, lang := range []registration.Language{registration.French, registration.English} {
				if !words.For(string(lang)).Has(tt.key + m[1]) {
					t.Errorf("%s: no %s%s", lang, tt.key, m[1])
				}
			}
		}
	}
}
