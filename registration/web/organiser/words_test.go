package organiser

import (
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

// TestEveryErrorHasItsWords: a page of an error is never one of keys.
func TestEveryErrorHasItsWords(t *testing.T) {
	t.Parallel()
	words := locale.With(files)
	for _, problem := range []string{"signin_unknown", "signin_expired", "decision_full"} {
		for _, part := range []string{"title", "text", "link"} {
			if k := "errors." + problem + "." + part; !words.For("fr").Has(k) || !words.For("en").Has(k) {
				t.Errorf("no words for %s", k)
			}
		}
	}
}

// TestEveryEventHasItsWords: the history of a sign-up is never one of keys.
func TestEveryEventHasItsWords(t *testing.T) {
	t.Parallel()
	words := locale.With(files)
	for _, act := range []registration.EventKind{registration.EventSignedUp, registration.EventSignedUpAgain, registration.EventConfirmed, registration.EventDisavowed,
		registration.EventCancelled, registration.EventExpired, registration.EventChanged, registration.EventUndone, registration.EventOffered,
		registration.EventAccepted, registration.EventDeclined, registration.EventOfferEnded, registration.EventApproved, registration.EventRefused,
		registration.EventReissued, registration.EventErased, registration.EventForgotten} {
		if k := "organiser.event." + string(act); !words.For("fr").Has(k) || !words.For("en").Has(k) {
			t.Errorf("no words for %s", k)
		}
	}
}
