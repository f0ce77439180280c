package attendee

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// answerOffer answers POST /mon-inscription/{token}/proposition: the person
// accepts or declines an offered seat, or takes free seats for a part of the party.
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
	case "part":
		err = takePart(r, values["with"])
	default:
		err = kernel.ErrMalformed
	}
	if errors.Is(err, registration.ErrFull) {
		return &kernel.Problem{Status: http.StatusConflict, Key: "part_taken", Next: r.Path("/mon-inscription/", token), Err: err}
	}
	// A page that the browser shows again asks for an answer that was given long ago.
	if errors.Is(err, registration.ErrExpired) || errors.Is(err, registration.ErrCancelled) || errors.Is(err, registration.ErrClosed) {
		return &kernel.Problem{Status: http.StatusGone, Key: "offer_ended", Next: r.Path("/mon-inscription/", token), Err: err}
	}
	if err != nil {
		return err
	}
	return r.Redirect("/mon-inscription/", token)
}

// takePart takes free seats for the person and for the companions of these ids;
// the others go on waiting.
func takePart(r *kernel.Request, with []string) error {
	var ids []registration.ID
	for _, text := range with {
		id, err := uuid.Parse(text)
		if err != nil {
			return kernel.ErrMalformed
		}
		ids = append(ids, id)
	}
	_, err := r.Site.Desk.TakePart(r.Context(), r.PathValue("token"), registration.MeetingSession, ids)
	return err
}
