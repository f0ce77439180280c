package mail

import (
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

func (b *body) signIn(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Lead = []string{b.t(l, "lead")}
	b.Button = link{b.t(l, "button"), l.Links.SignIn}
	b.After = []string{b.t(l, "ignore")}
}

// digest says what waits for an organiser, meeting by meeting, without names.
func (b *body) digest(l registration.Letter) {
	b.Hello = b.Words.T("mail.hello_nobody")
	b.Lead = []string{b.t(l, "lead")}
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
