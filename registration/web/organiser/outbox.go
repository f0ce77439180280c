package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// outboxPage shows the mail of a meeting: what waits, what was refused, and
// the messages that organisers wrote.
type outboxPage struct {
	kernel.Layout
	kernel.MeetingView
	Did     string // what has just been done, a key of the catalogue; "" for nothing
	Known   bool   // whether Waiting and Oldest are known
	Waiting int    // on the whole site: there is one queue
	Oldest  string // how long the oldest has waited, "" if none does
	Refused []refusedMail
	Written []writtenMessage
	MaySend bool // the organiser may send
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

func outboxPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/courrier"
}

// Outbox is the address of the page, with parts after it.
func (p outboxPage) Outbox(parts ...any) string {
	return p.Path(append([]any{outboxPath(p.Meeting.Slug)}, parts...)...)
}

// showOutbox answers GET /organisation/rencontres/{slug}/courrier.
func showOutbox(r *kernel.Request) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	page := outboxPage{
		Layout: r.Layout(r.Words.T("organiser.outbox.title"), kernel.OrganisersSection), MeetingView: r.MeetingView(view),
		MaySend: r.Organiser.May(registration.RightAct, view.Meeting.Slug),
	}
	if did := r.URL.Query().Get("fait"); r.Words.Has("organiser.outbox.did." + did) {
		page.Did = did
	}
	addBacklog(r, &page)
	parked, err := r.Site.Desk.Parked(r.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	for _, p := range parked {
		page.Refused = append(page.Refused, refusedMail{p, r.Words.Moment(p.At)})
	}
	all, err := r.Site.Desk.Mailings(r.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind == registration.MailMessage {
			page.Written = append(page.Written, writtenMessage{m.Note.Subject, r.Words.Moment(m.DueAt), m.Posted, !m.DoneAt.IsZero()})
		}
	}
	return r.Page(http.StatusOK, "outbox", page)
}

// addBacklog adds how much mail waits. If that is unknown, the page says so.
func addBacklog(r *kernel.Request, page *outboxPage) {
	if r.Site.Backlog == nil {
		return
	}
	b, err := r.Site.Backlog(r.Context())
	if err != nil {
		r.Site.Log.WarnContext(r.Context(), "backlog unknown", "err", err)
		return
	}
	page.Known, page.Waiting = true, b.Waiting
	if minutes := int(r.Now.Sub(b.Oldest) / time.Minute); !b.Oldest.IsZero() && minutes > 0 {
		key := "minutes"
		if minutes >= 120 {
			key, minutes = "hours", minutes/60
		}
		page.Oldest = r.Words.N("organiser.outbox.oldest."+key, minutes)
	}
}

// resend answers POST /organisation/rencontres/{slug}/courrier/refus/{id}. What another
// organiser has sent meanwhile is not sent twice.
func resend(r *kernel.Request) error {
	view, err := r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	var id registration.ID
	if id.Scan(r.PathValue("id")) != nil {
		return registration.ErrNotFound
	}
	err = r.Site.Desk.Resend(r.Context(), view.Meeting.Slug, id)
	if errors.Is(err, registration.ErrNotFound) {
		return r.Redirect(outboxPath(view.Meeting.Slug))
	}
	if err != nil {
		return err
	}
	r.Site.Log.InfoContext(r.Context(), "mail resent", "organiser", r.Organiser.ID, "mail", id)
	return r.Redirect(outboxPath(view.Meeting.Slug), "?fait=renvoi")
}
