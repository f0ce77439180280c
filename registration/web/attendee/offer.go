package attendee

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// answerOffer answers POST /mon-inscription/{token}/proposition: the seat that
// is offered is taken or passed on.
func answerOffer(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	switch values.Get("answer") {
	case "accept":
		_, err = r.Site.Desk.Accept(r.Context(), token)
	case "decline":
		_, err = r.Site.Desk.Decline(r.Context(), token)
	default:
		err = kernel.ErrMalformed
	}
	if errors.Is(err, registration.ErrExpired) {
		return &kernel.Problem{Status: http.StatusGone, Key: "offer_ended", Next: r.Path("/mon-inscription/", token), Err: err}
	}
	if err != nil {
		return err
	}
	return r.Redirect("/mon-inscription/", token)
}
