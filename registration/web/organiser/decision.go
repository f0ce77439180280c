package organiser

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// decisionForm answers GET /organisation/rencontres/{slug}/inscriptions/{code}/decision.
func decisionForm(r *kernel.Request) error { return showQuestion(r, "decision", signupPage.MayDecide) }

// decide answers POST /organisation/rencontres/{slug}/inscriptions/{code}/decision.
// What another organiser has decided meanwhile stays.
func decide(r *kernel.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	verdict := values.Get("answer")
	if verdict != "approve" && verdict != "refuse" {
		return kernel.ErrMalformed
	}
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	next := signupPath(page.Meeting.Slug, page.Signup.Code)
	err = r.Site.Desk.Decide(r.Context(), page.Meeting.Slug, page.Signup.ID, verdict == "approve")
	switch {
	case errors.Is(err, registration.ErrNotFound): // it does not wait any more
		return r.Redirect(next)
	case errors.Is(err, registration.ErrFull):
		return &kernel.Problem{Status: http.StatusConflict, Key: "decision_full", Next: r.Path(next), Err: err}
	case err != nil:
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "sign-up decided", "organiser", r.Organiser.ID, "signup", page.Signup.ID, "answer", verdict)
	return r.Redirect(next, "?fait=decision")
}
