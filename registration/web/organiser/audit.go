package organiser

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// auditPage shows what organisers and the command line did, the latest first.
type auditPage struct {
	kernel.Layout
	Lines         []auditLine
	Older, Newest string // addresses of pages; "" at the ends
}

type auditLine struct {
	N                      int64
	When, What, By, Detail string
	Where                  *scope // nil for an act that is not on a meeting
	Code, Signup           string // of the sign-up acted on, and the address of its page; "" for none
}

// auditLines is how many lines a page has at most.
const auditLines = 100

// showAudit answers GET /organisation/journal. It leaves out lines about meetings
// in which the organiser is not an admin.
func showAudit(r *kernel.Request) error {
	s, err := newScopes(r)
	if err != nil {
		return err
	}
	by, err := newActors(r)
	if err != nil {
		return err
	}
	_, last, err := r.Site.Team.AuditPage(r.Context(), 0, 0)
	if err != nil {
		return err
	}
	page := auditPage{Layout: r.Layout(r.Words.T("audit.title"), kernel.OrganisersSection)}
	if before, err := strconv.ParseInt(r.URL.Query().Get("avant"), 10, 64); err == nil && before > 0 && before <= last {
		last, page.Newest = before-1, r.Path("/organisation/journal")
	}
	from := max(0, last-auditLines)
	lines, _, err := r.Site.Team.AuditPage(r.Context(), from, int(last-from))
	if err != nil {
		return err
	}
	slices.Reverse(lines)
	for _, e := range lines {
		if !r.Organiser.May(registration.RightTeam, e.Meeting) {
			continue
		}
		where := s.label(e.Meeting)
		line := auditLine{N: e.N, When: r.Words.Date(e.At) + ", " + r.Words.Hour(e.At), What: e.Act,
			By: by.name(e.Actor, registration.Signup{}), Detail: by.detail(e, s.meeting(e.Meeting))}
		if e.Meeting != "" {
			line.Where = &where
		}
		for _, key := range []string{"audit.act." + e.Act, "organiser.event." + e.Act} {
			if r.Words.Has(key) {
				line.What = r.Words.T(key)
			}
		}
		if e.Meeting != "" && e.Subject != (registration.ID{}) && r.Words.Has("organiser.event."+e.Act) {
			on, err := r.Site.Desk.ByID(r.Context(), e.Meeting, e.Subject)
			if err == nil {
				line.Code, line.Signup = ticket.Grouped(on.Code), r.Path(signupPath(e.Meeting, on.Code))
			} else if !errors.Is(err, registration.ErrNotFound) { // its meeting was deleted
				return err
			}
		}
		page.Lines = append(page.Lines, line)
	}
	if from > 0 {
		page.Older = r.Path("/organisation/journal?avant=", strconv.FormatInt(from+1, 10))
	}
	return r.Page(http.StatusOK, "audit", page)
}
