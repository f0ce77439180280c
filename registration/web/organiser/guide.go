package organiser

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// showGuide answers GET /organisation/guide.
func showGuide(r *kernel.Request) error {
	return r.Page(http.StatusOK, "guide", struct{ kernel.Layout }{r.Layout(r.Words.T("site.guide"), kernel.OrganisersSection)})
}
