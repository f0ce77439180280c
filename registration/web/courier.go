package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// courierPage shows the mail of a meeting: what waits, what was refused, and
// the messages that organisers wrote.
type courierPage struct {
	layout
	meetingView
	Did     string // what has just been done, a key of the catalogue; "" for nothing
	Known   bool   // Waiting and Oldest are
	Waiting int    // on the whole site: there is one queue
	Oldest  string // how long the oldest has waited, "" if none does
	Refused []refusedMail
	Written []writtenMessage
	Acts    bool // the organiser may send
}

// refusedMail is a mail that a server did not take.
type refusedMail struct {
	registration.Parked
	When string
}

// writtenMessage is one to many.
type writtenMessage struct {
	Subject registration.Localized
	When    string
	Posted  int
	Done    bool
}

func courierPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/courrier"
}

// Courier is the path of the page, of which further parts may follow.
func (p courierPage) Courier(parts ...any) string {
	return p.Path(append([]any{courierPath(p.Meeting.Slug)}, parts...)...)
}

// courier answers GET /organisation/rencontres/{slug}/courrier.
func (s *site) courier(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	page := courierPage{
		layout: v.layout(v.words.T("organisation.courier.title"), organisers), meetingView: v.view(view),
		Acts: v.organiser.Role.Includes(registration.RoleOrganiser),
	}
	if did := v.URL.Query().Get("fait"); v.words.Has("organisation.courier.did." + did) {
		page.Did = did
	}
	v.waiting(&page)
	parked, err := s.desk.Parked(v.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	for _, p := range parked {
		page.Refused = append(page.Refused, refusedMail{p, v.words.Moment(p.At)})
	}
	all, err := s.desk.Mailings(v.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind == registration.MailMessage {
			page.Written = append(page.Written, writtenMessage{m.Note.Subject, v.words.Moment(m.DueAt), m.Posted, !m.DoneAt.IsZero()})
		}
	}
	return v.page(http.StatusOK, "courier", page)
}

// waiting adds how much mail waits. The page does without it.
func (v *visit) waiting(page *courierPage) {
	if v.site.backlog == nil {
		return
	}
	b, err := v.site.backlog(v.Context())
	if err != nil {
		v.site.log.WarnContext(v.Context(), "backlog unknown", "err", err)
		return
	}
	page.Known, page.Waiting = true, b.Waiting
	if minutes := int(v.now.Sub(b.Oldest) / time.Minute); !b.Oldest.IsZero() && minutes > 0 {
		key := "minutes"
		if minutes >= 120 {
			key, minutes = "hours", minutes/60
		}
		page.Oldest = v.words.N("organisation.courier.oldest."+key, minutes)
	}
}

// resend answers POST /organisation/rencontres/{slug}/courrier/refus/{id}. What another
// organiser has sent meanwhile is not sent twice.
func (s *site) resend(v *visit) error {
	view, err := s.desk.Meeting(v.Context(), v.PathValue("slug"))
	if err != nil {
		return err
	}
	var id registration.ID
	if id.Scan(v.PathValue("id")) != nil {
		return registration.ErrNotFound
	}
	err = s.desk.Resend(v.Context(), view.Meeting.Slug, id)
	if errors.Is(err, registration.ErrNotFound) {
		return v.redirect(courierPath(view.Meeting.Slug))
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(v.Context(), "mail resent", "organiser", v.organiser.ID, "mail", id)
	return v.redirect(courierPath(view.Meeting.Slug), "?fait=renvoi")
}
