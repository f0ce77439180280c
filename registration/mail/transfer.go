package mail

import (
	netmail "net/mail"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// address asks the owner of a new address to confirm that it is theirs.
func (b *body) address(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	b.meeting(l)
	b.Button, b.ActFirst = link{b.t(l, "button"), l.Links.Transfer}, true
	b.After = []string{b.t(l, "ignore")}
}

// addressChanged tells the address that a sign-up had before that it has
// another one now.
func (b *body) addressChanged(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	b.fact("meeting", b.text(l.Meeting.Title))
	b.fact("day", b.day(l.Meeting))
	b.Button = link{b.t(l, "button"), l.Links.Meeting}
	b.After = []string{b.t(l, "alarm")}
}

// replacement asks a colleague to take somebody's place.
func (b *body) replacement(l registration.Letter) {
	as := ""
	if inMeeting(l).State != registration.Seated {
		as = "_queue"
	}
	name := safeName(l.Signup.Person)
	if name == "" {
		name = b.t(l, "somebody")
	}
	b.Title = b.t(l, "act"+as)
	b.Before = []string{b.t(l, "lead"+as, "Name", name)}
	b.meeting(l)
	b.Button, b.ActFirst = link{b.t(l, "button"+as), l.Links.Transfer}, true
	b.After = []string{b.t(l, "ignore")}
}

// replaced tells somebody that a colleague comes instead, and removes the
// meeting from their calendar.
func (b *body) replaced(l registration.Letter) {
	name := safeName(l.Signup.Person)
	if name == "" {
		name = b.t(l, "somebody")
	}
	b.Before = []string{b.t(l, "lead", "Name", name)}
	b.fact("meeting", b.text(l.Meeting.Title))
	b.fact("day", b.day(l.Meeting))
	b.Button = link{b.t(l, "button"), l.Links.Meeting}
	b.After = []string{b.t(l, "alarm")}
	if inMeeting(l).State == registration.Seated {
		b.After = append(b.After, b.Words.T("mail.cancelled.calendar"))
		b.calendar(l, ticket.Cancel)
		b.ics.Attendee = netmail.Address{Address: l.Mail.To}
		b.ics.Description = "" // the code is the colleague's now
	}
}
