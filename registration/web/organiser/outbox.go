package organiser

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// outboxPage shows the mails of a meeting: those that wait, those that were
// refused, and the messages of organisers.
type outboxPage struct {
	kernel.Layout
	kernel.MeetingView
	Did     string // what has just been done, a key of the catalogue; "" for nothing
	Known   bool   // whether Waiting and Oldest are known
	Waiting int    // on the whole site: there is one queue
	Oldest  string // how long the oldest has waited, "" if none does
	Refused []failedMail
	Delayed []failedMail
	Written []writtenMessage
	MaySend bool // the organiser may send
}

// failedMail is a mail that a server refused, for good or for now.
type failedMail struct {
	registration.Parked
	When string // when it was refused, or when it is tried again
}

// writtenMessage is a message that an organiser wrote to many people.
type writtenMessage struct {
	ID registration.ID
	registration.Note
	To      string // whom it went to, in words
	When    string
	Stopped string   // when, "" if it was not
	Fate    []string // how many were sent, how many wait and so on, in words
	Going   bool     // some have not left yet
}

func outboxPath(slug string) string {
	return "/organisation/rencontres/" + url.PathEscape(slug) + "/courrier"
}

// Outbox is the address of this page, with parts behind it.
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
	if err := page.addMails(r); err != nil {
		return slowList(r, err)
	}
	return r.Page(http.StatusOK, "outbox", page)
}

// addMails adds the refused mails and the messages.
func (p *outboxPage) addMails(r *kernel.Request) error {
	ctx, slug := r.Context(), p.Meeting.Slug
	refused, err := r.Site.Desk.Parked(ctx, slug)
	if err != nil {
		return err
	}
	for _, m := range refused {
		p.Refused = append(p.Refused, failedMail{m, r.Words.Moment(m.At)})
	}
	delayed, err := r.Site.Desk.Delayed(ctx, slug)
	if err != nil {
		return err
	}
	for _, m := range delayed {
		p.Delayed = append(p.Delayed, failedMail{m, r.Words.Moment(m.At)})
	}
	all, err := r.Site.Desk.Mailings(ctx, slug)
	if err != nil {
		return err
	}
	unsent, err := r.Site.Desk.Unsent(ctx, slug)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind == registration.MailMessage {
			p.Written = append(p.Written, p.written(m, unsent[m.ID]))
		}
	}
	slices.Reverse(p.Written) // the latest first
	return nil
}

// written says how far a message has been sent.
func (p *outboxPage) written(m registration.Mailing, u registration.Unsent) writtenMessage {
	w := writtenMessage{ID: m.ID, Note: m.Note, To: p.audience(m.To), When: p.Moment(m.DueAt), Going: m.StoppedAt.IsZero() && (m.DoneAt.IsZero() || u.Waiting > 0)}
	if !m.StoppedAt.IsZero() {
		w.Stopped = p.Moment(m.StoppedAt)
	}
	left := m.Posted - m.Withdrawn - u.Waiting - u.Refused
	if w.Going && left == 0 && u.Waiting == 0 && u.Refused == 0 {
		w.Fate = []string{p.T("organiser.outbox.fate.begins")}
		return w
	}
	for _, n := range []struct {
		key  string
		n    int
		said bool
	}{{"left", left, true}, {"waiting", u.Waiting, u.Waiting > 0}, {"refused", u.Refused, u.Refused > 0}, {"withdrawn", m.Withdrawn, m.Withdrawn > 0}} {
		if n.said {
			w.Fate = append(w.Fate, p.N("organiser.outbox.fate."+n.key, max(n.n, 0)))
		}
	}
	return w
}

// audience says whom a message went to. It does not repeat the filters of a list,
// which may name somebody.
func (p *outboxPage) audience(to registration.Filter) string {
	statuses, codes := to.Status, len(to.Codes)
	to.Status, to.Codes = nil, nil
	switch {
	case codes > 0:
		return p.N("organiser.message.chosen", codes)
	case !reflect.DeepEqual(to, registration.Filter{}):
		return p.T("organiser.outbox.filtered")
	case len(statuses) == 0:
		return p.T("organiser.outbox.everybody")
	}
	var list []string
	for _, s := range statuses {
		list = append(list, p.T("words.status."+string(s)))
	}
	return p.List(list)
}

// addBacklog adds how many mails wait. If that cannot be found out, the page
// says so.
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

// resend answers POST /organisation/rencontres/{slug}/courrier/refus/{id}. If
// another organiser has sent the mail again in the meantime, it is not sent a
// second time.
func resend(r *kernel.Request) error {
	view, id, err := ofMail(r)
	if err != nil {
		return err
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

// stopMessage answers POST /organisation/rencontres/{slug}/courrier/message/{id}/arret.
func stopMessage(r *kernel.Request) error {
	view, id, err := ofMail(r)
	if err != nil {
		return err
	}
	err = r.Site.Desk.StopMailing(r.Context(), view.Meeting.Slug, id)
	if errors.Is(err, registration.ErrNotFound) {
		return r.Redirect(outboxPath(view.Meeting.Slug))
	}
	if err != nil {
		return err
	}
	all, err := r.Site.Desk.Mailings(r.Context(), view.Meeting.Slug)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(m registration.Mailing) bool { return m.ID == id && m.StoppedAt.IsZero() }) {
		return r.Redirect(outboxPath(view.Meeting.Slug), "?fait=parti#written")
	}
	r.Site.Log.InfoContext(r.Context(), "message stopped", "organiser", r.Organiser.ID, "mailing", id)
	return r.Redirect(outboxPath(view.Meeting.Slug), "?fait=arret#written")
}

// ofMail returns the meeting and the id that are in the path of a mail or of
// a message.
func ofMail(r *kernel.Request) (view registration.View, id registration.ID, err error) {
	view, err = r.Site.Desk.OrganisersMeeting(r.Context(), r.PathValue("slug"))
	if err == nil && id.Scan(r.PathValue("id")) != nil {
		err = registration.ErrNotFound
	}
	return view, id, err
}
