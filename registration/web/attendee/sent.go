package attendee

import (
	"fmt"
	"net/http"
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
}

// sealSent encrypts what the next page shows into that page's address. So the
// site needs no cookie and stores nothing, and logs and proxies read no
// personal data.
func sealSent(r *kernel.Request, email string, until time.Time) string {
	return r.Site.Keys.Seal("sent", fmt.Sprintf("%d %s", until.Unix(), strings.TrimSpace(email)))
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
	var until int64
	if _, err := fmt.Sscanf(text, "%d ", &until); err != nil {
		return registration.ErrNotFound
	}
	_, email, _ := strings.Cut(text, " ")
	return r.Page(http.StatusOK, "sent", sentPage{
		Layout: r.Layout(r.Words.T("signup.sent.title"), ""), MeetingView: r.MeetingView(view),
		Email: email, HeldUntil: r.Words.Moment(time.Unix(until, 0)),
	})
}
