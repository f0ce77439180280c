package organiser

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
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
}

// auditLines is how many lines a page has at most.
const auditLines = 100

// showAudit answers GET /organisation/journal. Lines on meetings of which the
// organiser is no admin are left out.
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
			By: by.name(e.Actor, registration.Signup{}), Detail: by.detail(e)}
		if e.Meeting != "" {
			line.Where = &where
		}
		for _, key := range []string{"audit.act." + e.Act, "organiser.event." + e.Act} {
			if r.Words.Has(key) {
				line.What = r.Words.T(key)
			}
		}
		page.Lines = append(page.Lines, line)
	}
	if from > 0 {
		page.Older = r.Path("/organisation/journal?avant=", strconv.FormatInt(from+1, 10))
	}
	return r.Page(http.StatusOK, "audit", page)
}

// moved is a place that changed, as the audit log writes it.
var moved = regexp.MustCompile(`^place\.(\S+) ([a-z]*)>([a-z]*)$`)

// detail puts the details of a line into words: whose role became what, which
// fields changed and which places moved. What it does not know, it leaves as
// it is.
func (n actors) detail(e team.Entry) string {
	words := n.r.Words
	if slices.Contains([]string{team.ActGranted, team.ActShown}, e.Act) || e.Act == team.ActSignedOut && e.Subject != (registration.ID{}) {
		text := n.name(registration.Actor{Kind: registration.ActorOrganiser, ID: e.Subject}, registration.Signup{})
		if was, is, ok := strings.Cut(e.Detail, " > "); ok {
			role := func(name string) string {
				if _, ok := registration.ParseRole(name); ok {
					return words.T("site.role." + name)
				}
				return words.T("team.no_role")
			}
			text = words.T("audit.moved", "Where", text, "From", role(was), "To", role(is))
		}
		return text
	}
	parts := strings.Split(e.Detail, ", ")
	for i, part := range parts {
		if m := moved.FindStringSubmatch(part); m != nil {
			where := m[1]
			if where == string(registration.MeetingSession) {
				where = words.T("audit.meeting")
			}
			state := func(s string) string { return words.T("audit.state." + cmp.Or(s, "none")) }
			parts[i] = words.T("audit.moved", "Where", where, "From", state(m[2]), "To", state(m[3]))
		} else if words.Has("form.label." + part) {
			parts[i] = words.T("audit.field_changed", "Field", words.T("form.label."+part))
		}
	}
	return strings.Join(parts, ", ")
}
