package mail

import (
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

func (b *body) signIn(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead")}
	b.Button = link{b.t(l, "button"), l.Links.SignIn}
	b.After = []string{b.t(l, "ignore")}
}

// digest says what waits for an organiser, meeting by meeting, without names.
func (b *body) digest(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead")}
	for _, e := range l.Digest {
		f := fact{Label: e.Meeting.Title.In(l.Signup.Language) + " – " + b.day(e.Meeting)}
		if e.Approvals > 0 {
			f.Lines = append(f.Lines, b.Words.N("mail.digest.approvals", e.Approvals))
		}
		if e.Refused > 0 {
			f.Lines = append(f.Lines, b.Words.N("mail.digest.refused", e.Refused))
		}
		for _, id := range e.Full {
			if s, ok := e.Meeting.Session(id); ok {
				f.Lines = append(f.Lines, b.t(l, "full_session", "Session", s.Title.In(l.Signup.Language)))
			} else {
				f.Lines = append(f.Lines, b.t(l, "full"))
			}
		}
		if !e.Deletion.IsZero() {
			f.Lines = append(f.Lines, b.t(l, "deletion", "Day", b.Words.LongDate(e.Deletion.In(registration.Paris))))
		}
		b.Facts = append(b.Facts, f)
	}
	if len(l.Site) > 0 {
		b.Facts = append(b.Facts, fact{Label: b.t(l, "site"), Lines: []string{b.t(l, "check", "Subjects", strings.Join(l.Site, ", "))}})
	}
	b.Button = link{b.t(l, "button"), l.Links.Organisers}
	b.After = []string{b.t(l, "stop")}
}

// alert tells of seats that wait for a confirmation, in numbers alone.
func (b *body) alert(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Before = []string{b.t(l, "lead", "Meeting", l.Meeting.Title.In(l.Signup.Language), "Day", b.day(l.Meeting)), b.t(l, "maybe")}
	b.Facts = []fact{
		{Label: b.t(l, "unconfirmed"), Lines: []string{b.t(l, "of", "Count", b.Words.Number(l.Holds.Unconfirmed), "All", b.Words.Number(int(l.Meeting.Seats)))}},
		{Label: b.t(l, "recent"), Lines: []string{b.t(l, "of", "Count", b.Words.Number(l.Holds.Confirmed), "All", b.Words.Number(l.Holds.Recent))}},
	}
	b.Button = link{b.t(l, "button"), l.Links.Networks}
	b.After = []string{b.t(l, "shorter"), b.t(l, "again")}
}
