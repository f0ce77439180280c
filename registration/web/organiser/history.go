package organiser

import (
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// event is one line of the history: something that happened, or a mail.
type event struct {
	at             time.Time
	mail           bool
	refused        bool // a mail that the person's server refused
	When, What, By string
	Mail           string   // the kind of the mail, "" if it is none
	Changes        []string // what became different, in words
	Reply          string   // of a mail server, in its own words
}

// actors names the person or program that did something.
type actors struct {
	r     *kernel.Request
	team  []registration.Organiser
	party []registration.Signup
}

func newActors(r *kernel.Request) (actors, error) {
	all, err := r.Site.Team.People(r.Context())
	return actors{r: r, team: all}, err
}

// name says who did something to s, "" if that is not known.
func (n actors) name(a registration.Actor, s registration.Signup) string {
	words := n.r.Words
	switch a.Kind {
	case registration.ActorOrganiser:
		if i := slices.IndexFunc(n.team, func(o registration.Organiser) bool { return o.ID == a.ID }); i >= 0 {
			return n.team[i].Email
		}
		return words.T("audit.by.gone")
	case registration.ActorPerson:
		if a.ID == s.ID {
			return words.T("audit.by.self")
		}
		if i := slices.IndexFunc(n.party, func(p registration.Signup) bool { return p.ID == a.ID && p.FamilyName != "" }); i >= 0 {
			return n.party[i].GivenName + " " + n.party[i].FamilyName
		}
		return words.T("audit.by.form")
	case registration.ActorCommand, registration.ActorSystem:
		return words.T("audit.by." + string(a.Kind))
	}
	return ""
}

// history returns what happened to a sign-up and which mails were sent to it,
// the oldest first.
func history(r *kernel.Request, page signupPage) ([]event, error) {
	by, err := newActors(r)
	if err != nil {
		return nil, err
	}
	if by.party, err = r.Site.Desk.Party(r.Context(), page.Signup); err != nil {
		return nil, err
	}
	all, err := r.Site.Desk.History(r.Context(), page.Signup)
	if err != nil {
		return nil, err
	}
	mails, err := r.Site.Desk.MailsTo(r.Context(), page.Signup)
	if err != nil {
		return nil, err
	}
	var list []event
	for _, e := range all {
		line := event{at: e.At, What: r.Words.T("organiser.event." + string(e.Kind)), By: by.name(e.Actor, page.Signup)}
		line.Changes = changeTexts(page.Layout, page.Meeting, e.Changes)
		list = append(list, line)
	}
	for _, m := range mails {
		list = append(list, mailEvent(r, m))
	}
	slices.SortStableFunc(list, func(a, b event) int { return a.at.Compare(b.at) })
	for i := range list {
		list[i].When = r.Words.Moment(list[i].at)
	}
	return list, nil
}

// mailEvent says what became of a mail.
func mailEvent(r *kernel.Request, m registration.Posted) event {
	fate, args := "waits", []any{}
	switch {
	case !m.SentAt.IsZero():
		fate, args = "sent", []any{"When", r.Words.Moment(m.SentAt)}
	case !m.ParkedAt.IsZero():
		fate = "refused"
	case !m.RetryAt.IsZero():
		fate, args = "later", []any{"When", r.Words.Moment(m.RetryAt)}
	}
	kind := r.Words.T("words.mail." + string(m.Kind))
	e := event{at: m.CreatedAt, mail: true, Mail: r.Words.T("audit.mail.quoted", "Kind", kind), What: r.Words.T("audit.mail.title", "Kind", kind)}
	e.Changes = []string{r.Words.T("audit.mail."+fate, args...)}
	if fate != "sent" {
		e.Reply = m.Reply
	}
	e.refused = fate == "refused" && !m.Elsewhere
	return e
}
