package attendee

import (
	"errors"
	"net/http"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// erasure answers GET /mon-inscription/{token}/effacement.
func erasure(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	page.Title = page.T("attendee.erase.title")
	return r.Page(http.StatusOK, "erase", page)
}

// erase answers POST /mon-inscription/{token}/effacement. The link no longer
// works afterwards, so the page that says so has an address of its own. A second tap
// leads there too.
func erase(r *kernel.Request) error {
	if err := r.Site.Desk.Erase(r.Context(), r.PathValue("token")); err != nil && !errors.Is(err, registration.ErrErased) {
		return err
	}
	return r.Redirect("/effacement")
}

// erased answers GET /effacement.
func erased(r *kernel.Request) error {
	return r.Page(http.StatusOK, "erased", homePage{Layout: r.Layout(r.Words.T("attendee.erase.done"), "")})
}
