package attendee

import (
	"net/http"

	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// dataJSON answers GET /mon-inscription/{token}/donnees.json.
func dataJSON(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	return r.DownloadData(page.PersonPage)
}

// showData answers GET /mon-inscription/{token}/donnees.
func showData(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	page.Title = page.T("attendee.data.title")
	return r.Page(http.StatusOK, "data", page)
}
