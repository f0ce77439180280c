package mail

import (
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

func (b *body) signIn(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead")}
	b.Button = link{b.t(l, "button"), l.Links.SignIn}
	b.After = []string{b.t(l, "ignore")}
}

// teamInvitation says who invites, and what for.
func (b *body) teamInvitation(l registration.Letter) {
	b.signIn(l)
	if by := l.Inviter.Email; by != "" {
		b.Before[0] = b.t(l, "lead_by", "Inviter", by)
	}
	b.After = append([]string{b.t(l, "link")}, b.After...)
	for _, g := range l.Organiser.Grants {
		where := b.t(l, "everywhere")
		if i := slices.IndexFunc(l.Meetings, func(m registration.Meeting) bool { return m.Slug == g.Meeting }); i >= 0 {
			where = b.titled(l.Meetings[i])
		}
		b.Lists = append(b.Lists, list{where, []string{b.t(l, "role."+string(g.Role))}})
	}
}

// digest says what an organiser has to see to, meeting by meeting, without
// names of people.
func (b *body) digest(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead")}
	for _, e := range l.Digest {
		of := list{Title: b.titled(e.Meeting)}
		if e.Approvals > 0 {
			of.Items = append(of.Items, b.Words.N("mail.digest.approvals", e.Approvals))
		}
		if e.Refused > 0 {
			of.Items = append(of.Items, b.Words.N("mail.digest.refused", e.Refused))
		}
		for _, id := range e.Full {
			if s, ok := e.Meeting.Session(id); ok {
				of.Items = append(of.Items, b.t(l, "full_session", "Session", b.text(s.Title)))
			} else {
				of.Items = append(of.Items, b.t(l, "full"))
			}
		}
		if !e.Deletion.IsZero() {
			of.Items = append(of.Items, b.t(l, "deletion", "Day", b.Words.LongDate(e.Deletion.In(registration.Paris))))
		}
		b.Lists = append(b.Lists, of)
	}
	if len(l.Site) > 0 {
		b.Lists = append(b.Lists, list{b.t(l, "site"), []string{b.t(l, "check", "Subjects", strings.Join(l.Site, ", "))}})
	}
	b.Button = link{b.t(l, "button"), l.Links.Organisers}
	b.After = []string{b.t(l, "stop")}
}

// titled names a meeting and its day.
func (b *body) titled(m registration.Meeting) string {
	return b.text(m.Title) + " – " + b.Words.LongDate(m.Day.In(registration.Paris))
}

// alert says how many seats are held by addresses that are not confirmed, in
// numbers only.
func (b *body) alert(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead")}
	b.Lists = []list{{b.titled(l.Meeting), []string{
		b.t(l, "unconfirmed", "Count", b.Words.Number(l.Holds.Unconfirmed), "All", b.Words.Number(int(l.Meeting.Seats))),
		b.t(l, "recent", "Count", b.Words.Number(l.Holds.Confirmed), "All", b.Words.Number(l.Holds.Recent)),
	}}}
	b.Button = link{b.t(l, "button"), l.Links.Networks}
	b.After = []string{b.t(l, "shorter"), b.t(l, "again")}
}

// message says what an organiser wrote. Each line is a paragraph.
func (b *body) message(l registration.Letter) {
	values := b.values(l)
	b.Title = registration.Fill(b.text(l.Note.Subject), values)
	for line := range strings.SplitSeq(registration.Fill(b.text(l.Note.Body), values), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			b.Before = append(b.Before, line)
		}
	}
	b.Rich = true
	b.Button = link{b.Words.T("mail.message.button"), l.Links.Manage}
}

// values are what the placeholders of an organiser's message stand for, by
// their names.
func (b *body) values(l registration.Letter) map[string]string {
	named := func(s string) string {
		if looksLikeLink(s) {
			return ""
		}
		return s
	}
	return map[string]string{
		"prenom": named(l.Signup.GivenName), "nom": named(l.Signup.FamilyName), "code": ticket.Grouped(l.Signup.Code),
		"rencontre": b.text(l.Meeting.Title), "date": b.day(l.Meeting), "lieu": b.text(l.Meeting.Venue.Name), "lien": l.Links.Manage,
	}
}
