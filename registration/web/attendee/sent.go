package attendee

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// sentPage tells the visitor to look at their mail.
type sentPage struct {
	kernel.Layout
	kernel.MeetingView
	Email     string
	HeldUntil string
	Silent    bool // no mail has left: see [registration.Receipt]
}

// sealSent encrypts what the next page shows into that page's address. So the
// site needs no cookie and stores nothing, and logs and proxies read no
// personal data.
func sealSent(r *kernel.Request, email string, receipt registration.Receipt) string {
	return r.Site.Keys.Seal("sent", fmt.Sprintf("%d %t %s", receipt.HeldUntil.Unix(), receipt.Silent, strings.TrimSpace(email)))
}

// sent answers GET /rencontres/{slug}/inscription/message/{seal}.
func sent(r *kernel.Request) error {
	text, err := r.Site.Keys.Unseal("sent", r.PathValue("seal"))
	if err != nil {
		return registration.ErrNotFound
	}
	view, err := r.Site.Desk.Meeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	parts := strings.SplitN(text, " ", 3)
	until, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) != 3 {
		return registration.ErrNotFound
	}
	page := sentPage{
		Layout: r.Layout(r.Words.T("signup.sent.title"), ""), MeetingView: r.MeetingView(view),
		Email: parts[2], HeldUntil: r.Words.Moment(time.Unix(until, 0)), Silent: parts[1] == "true",
	}
	if page.Silent {
		page.Title = r.Words.T("signup.sent.silent.title")
	}
	return r.Page(http.StatusOK, "sent", page)
}
