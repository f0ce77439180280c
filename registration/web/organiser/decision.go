package organiser

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// decisionPage asks for the decision, and the reason of a refusal.
type decisionPage struct {
	signupPage
	kernel.Form
}

// Reason is the field for the reason of a refusal.
func (p decisionPage) Reason() kernel.Input {
	return reasonField(p.Form, p.Layout)
}

// decisionForm answers GET /organisation/rencontres/{slug}/inscriptions/{code}/decision.
func decisionForm(r *kernel.Request) error {
	page, err := newSignupPage(r)
	if err != nil {
		return err
	}
	if !page.MayDecide() {
		return r.Redirect(signupPath(page.Meeting.Slug, page.Signup.Code))
	}
	return showDecision(r, http.StatusOK, decisionPage{page, r.NewForm(nil)})
}

func showDecision(r *kernel.Request, status int, page decisionPage) error {
	page.Title = page.T("organiser.decision.title")
	if len(page.Errors) > 0 {
		page.Title = page.T("form.error.prefix", "Title", page.Title)
	}
	page.NoOther = r.Method != http.MethodGet
	return r.Page(status, "decision", page)
}

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
	if verdict == "approve" {
		err = r.Site.Desk.Decide(r.Context(), page.Meeting.Slug, page.Signup.ID, true)
	} else {
		err = r.Site.Desk.Refuse(r.Context(), page.Meeting.Slug, page.Signup.ID, values.Get("reason"))
	}
	_, invalid := errors.AsType[*validation.Error](err)
	switch {
	case invalid:
		again := decisionPage{page, r.NewForm(values)}
		again.Add("reason", page.T("organiser.decision.reason_error"))
		return showDecision(r, http.StatusUnprocessableEntity, again)
	case errors.Is(err, registration.ErrNotFound): // it does not wait any more
		return r.Redirect(next, "?fait=rien")
	case errors.Is(err, registration.ErrFull):
		return &kernel.Problem{Status: http.StatusConflict, Key: "decision_full", Next: r.Path(next), Err: err}
	case err != nil:
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "sign-up decided", "organiser", r.Organiser.ID, "signup", page.Signup.ID, "answer", verdict)
	return r.Redirect(next, "?fait=decision")
}
