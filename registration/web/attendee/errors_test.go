package attendee

import (
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// TestEveryErrorHasItsWords: a page of an error is never one of keys.
func TestEveryErrorHasItsWords(t *testing.T) {
	t.Parallel()
	words := locale.With(files)
	keys := []string{"errors.again503.title", "errors.again503.text"}
	for _, l := range []registration.Limit{registration.LimitTrap, registration.LimitForm, registration.LimitNetwork, registration.LimitUnconfirmed, registration.LimitMailbox} {
		keys = append(keys, "errors.again_"+string(l)+".title", "errors.again_"+string(l)+".text")
	}
	problems := []string{"expired", "signup_cancelled", "offer_ended", "undo_late", "enough_today", "links_network", "undo_refused", "frozen"}
	for _, state := range []registration.ViewState{registration.ViewBefore, registration.ViewFull, registration.ViewClosed, registration.ViewPast, registration.ViewCancelled} {
		problems = append(problems, string(state))
	}
	for _, problem := range problems {
		for _, part := range []string{"title", "text", "link"} {
			keys = append(keys, "errors."+problem+"."+part)
		}
	}
	for _, key := range keys {
		if !words.For("fr").Has(key) || !words.For("en").Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}
