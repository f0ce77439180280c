package mail

import (
	"slices"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// writers has what each kind of mail says.
var writers = map[registration.Kind]func(*body, registration.Letter){
	registration.MailConfirm:         (*body).confirm,
	registration.MailAlreadySignedUp: (*body).alreadySignedUp,
	registration.MailInvitation:      (*body).invitation,
	registration.MailConfirmed:       (*body).confirmed,
	registration.MailWaitlisted:      (*body).waitlisted,
	registration.MailReceived:        (*body).received,
	registration.MailApproved:        (*body).confirmed,
	registration.MailRefused:         (*body).refused,
	registration.MailOffer:           (*body).offer,
	registration.MailOfferEnded:      (*body).offerEnded,
	registration.MailChanged:         (*body).changed,
	registration.MailCancelled:       (*body).cancelled,
	registration.MailReminder:        (*body).reminder,
	registration.MailMessage:         (*body).message,
	registration.MailTest:            (*body).message,
	registration.MailSignIn:          (*body).signIn,
	registration.MailTeamInvitation:  (*body).teamInvitation,
	registration.MailDigest:          (*body).digest,
	registration.MailAlert:           (*body).alert,

	registration.MailReissued:         (*body).alreadySignedUp,
	registration.MailConfirmReminder:  (*body).confirmReminder,
	registration.MailMeetingChanged:   (*body).meetingChanged,
	registration.MailMeetingCancelled: (*body).meetingCancelled,

	registration.MailEnlisted:       (*body).enlisted,
	registration.MailThanks:         (*body).thanks,
	registration.MailAddress:        (*body).address,
	registration.MailAddressChanged: (*body).addressChanged,
	registration.MailReplacement:    (*body).replacement,
	registration.MailReplaced:       (*body).replaced,
}

// stillTrue reports whether what a letter says is still true. What it says
// may have changed between posting and sending; then a later mail tells of
// the change.
func stillTrue(l registration.Letter) bool {
	active, cancelled := l.Signup.EndedAt.IsZero(), !l.Meeting.CancelledAt.IsZero()
	state := inMeeting(l).State
	switch l.Mail.Kind {
	case registration.MailConfirm, registration.MailInvitation, registration.MailConfirmReminder:
		return active && !cancelled && l.Links.Confirm != ""
	case registration.MailConfirmed, registration.MailApproved, registration.MailChanged, registration.MailEnlisted, registration.MailMeetingChanged:
		return active && !cancelled
	case registration.MailOfferEnded:
		return !cancelled
	case registration.MailAlreadySignedUp, registration.MailReissued:
		return active
	case registration.MailReminder:
		return active && state == registration.Seated && !cancelled
	case registration.MailThanks:
		return active && !cancelled && len(l.Signup.Arrivals) > 0
	case registration.MailMeetingCancelled:
		return cancelled && (active || state == registration.Expired) // it was active when this was posted
	case registration.MailWaitlisted:
		return active && !cancelled && state == registration.Queued
	case registration.MailReceived:
		return active && !cancelled && state == registration.Approval
	case registration.MailRefused:
		return state == registration.Refused
	case registration.MailCancelled:
		return state == registration.Cancelled
	case registration.MailAddress, registration.MailReplacement:
		return active && !cancelled && l.Links.Transfer != "" && l.Signup.Transfer.Email == l.Mail.To
	case registration.MailAddressChanged, registration.MailReplaced:
		return l.Mail.To != ""
	case registration.MailOffer:
		return !cancelled && slices.ContainsFunc(l.Signup.Places, func(p registration.Place) bool { return p.State == registration.Offered })
	}
	return true
}

// inMeeting is the person's place in the meeting itself, as against those in
// its sessions.
func inMeeting(l registration.Letter) registration.Place {
	for _, p := range l.Signup.Places {
		if p.Session == registration.MeetingSession {
			return p
		}
	}
	return registration.Place{}
}

// leadSuffix is [stateSuffix], and "_party" for the seats of several people.
func leadSuffix(l registration.Letter) string {
	as := stateSuffix(l)
	if as == "" && len(l.Companions) > 0 {
		return "_party"
	}
	return as
}

// stateSuffix is what follows a key of the catalogue where the words differ
// by what the person asks for: a place in the queue, or an organiser's
// decision. It is "" for a seat.
func stateSuffix(l registration.Letter) string {
	switch inMeeting(l).State {
	case registration.Queued:
		return "_queue"
	case registration.Approval:
		return "_approval"
	}
	return ""
}

func (b *body) confirm(l registration.Letter) {
	as := stateSuffix(l)
	if as != "" {
		b.Title = b.t(l, "act"+as)
	}
	b.Before = []string{b.t(l, "lead"+leadSuffix(l), "Until", b.Words.Moment(l.Signup.HeldUntil))}
	b.askToConfirm(l, registration.MailConfirm)
}

// askToConfirm adds the button that leads to the page where the address is
// confirmed, and the link for whoever did not sign up, in the words of the
// kind like.
func (b *body) askToConfirm(l registration.Letter, like registration.Kind) {
	as := stateSuffix(l)
	b.companions(l)
	b.meeting(l)
	b.Button, b.ActFirst = link{b.Words.T("mail.confirm.button" + as), l.Links.Confirm}, true
	b.More = []link{{b.Words.T("mail." + string(like) + ".disavow" + as), l.Links.Disavow}}
}

// invitation names the person who signed up the reader, in the subject and in
// the first line, if [safeName] gives that name.
func (b *body) invitation(l registration.Letter) {
	name, key := safeName(l.Lead), "named"
	if name == "" {
		key = "unnamed"
	}
	b.Title = b.t(l, "act_"+key, "Name", name)
	b.Before = []string{b.t(l, "lead_"+key, "Name", name), b.t(l, "until"+stateSuffix(l), "Until", b.Words.Moment(l.Signup.HeldUntil))}
	b.askToConfirm(l, registration.MailInvitation)
}

// confirmReminder is sent before a hold ends.
func (b *body) confirmReminder(l registration.Letter) {
	b.Before = []string{b.t(l, "lead"+leadSuffix(l), "Until", b.Words.Moment(l.Signup.HeldUntil))}
	like := registration.MailConfirm
	if name := safeName(l.Lead); name != "" {
		b.Before = append(b.Before, b.t(l, "brought", "Name", name))
		like = registration.MailInvitation
	}
	b.askToConfirm(l, like)
}

func (b *body) alreadySignedUp(l registration.Letter) {
	b.meeting(l)
	if l.Links.Confirm != "" {
		b.Before = []string{b.t(l, "lead_pending", "Until", b.Words.Moment(l.Signup.HeldUntil))}
		b.Button, b.ActFirst = link{b.t(l, "button_pending"), l.Links.Confirm}, true
		b.More = []link{{b.Words.T("mail.confirm.disavow"), l.Links.Disavow}}
		return
	}
	b.Before = []string{b.t(l, "lead")}
	b.Button = link{b.t(l, "button"), l.Links.Manage}
	b.After = []string{b.t(l, "ignore")}
}

func (b *body) confirmed(l registration.Letter) {
	b.standing(l)
	if inMeeting(l).State == registration.Seated {
		b.enclosures(l)
	}
}

// standing says whether a confirmed person has a seat or a place in the
// queue. The words are those of the letter's kind.
func (b *body) standing(l registration.Letter) {
	if inMeeting(l).State != registration.Seated {
		if l.Mail.Kind != registration.MailApproved { // whose title promises no seat
			b.Title = b.Words.T("mail.waitlisted.act")
		}
		b.Before = []string{b.t(l, "lead_queue")}
		b.companions(l)
		b.meeting(l)
		b.Button = link{b.Words.T("mail.confirmed.button_queue"), l.Links.Manage}
		b.After = []string{b.Words.T("mail.waitlisted.leave")}
		return
	}
	b.Before = []string{b.t(l, "lead"), b.Words.T("mail.confirmed.code")}
	b.ticket(l)
	b.name(l)
	b.companions(l)
	b.meeting(l)
	b.access(l)
	b.Button, b.ActFirst = link{b.Words.T("mail.confirmed.button"), l.Links.Manage}, true
	b.After = []string{b.Words.T("mail.confirmed.leave")}
}

// enlisted is the first mail to somebody whom an organiser has signed up.
func (b *body) enlisted(l registration.Letter) {
	b.confirmed(l)
	b.More = append(b.More, link{b.t(l, "disavow"), l.Links.Disavow}, link{b.t(l, "notice"), l.Links.Notice})
}

// enclosures encloses what somebody with a seat keeps: their ticket, the
// tickets of companions who get no mail of their own, and the calendar entry.
func (b *body) enclosures(l registration.Letter) {
	enclosed := "mail.confirmed.calendar"
	if b.paper {
		enclosed = "mail.confirmed.enclosed"
	}
	b.After = append([]string{b.Words.T(enclosed)}, b.After...)
	if b.paper && len(l.Brought) > 0 {
		b.After = append(b.After, b.Words.T("mail.confirmed.brought"))
	}
	b.calendar(l, ticket.Request)
}

func (b *body) waitlisted(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	if l.Position > 0 {
		b.Before = append(b.Before, b.Words.Within(registration.CountLimit, "mail.waitlisted.position", l.Position))
	}
	b.companions(l)
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Manage}
	b.After = []string{b.t(l, "leave")}
}

func (b *body) received(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Manage}
	b.After = []string{b.t(l, "leave")}
}

func (b *body) refused(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	if why := l.Signup.Refusal; why != "" {
		b.Before, b.Rich = append(append(b.Before, b.t(l, "reason")), strings.Split(why, "\n")...), true
	}
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Meeting}
}

// offer says until when the offer stands. With several offers it names the
// end of the first: that seat then goes to the next person.
func (b *body) offer(l registration.Letter) {
	var until time.Time
	for _, p := range l.Signup.Places {
		if p.State == registration.Offered && (until.IsZero() || p.Until.Before(until)) {
			until = p.Until
		}
	}
	lead := "lead_session"
	if inMeeting(l).State == registration.Offered {
		lead = "lead"
	}
	b.Before = []string{b.t(l, lead), b.t(l, "until", "Until", b.Words.Moment(until))}
	b.companions(l)
	b.meeting(l)
	b.Button, b.ActFirst = link{b.t(l, "button"), l.Links.Manage}, true
	b.After = []string{b.t(l, "decline")}
}

func (b *body) offerEnded(l registration.Letter) {
	if inMeeting(l).State.Ended() {
		b.Before = []string{b.t(l, "lead")}
		b.Button = link{b.t(l, "button"), l.Links.Meeting}
	} else {
		b.Before = []string{b.t(l, "lead_session")}
		b.Button = link{b.t(l, "button_session"), l.Links.Manage}
	}
	b.meeting(l)
}

// changed encloses the calendar entry again if the person's sessions have
// changed since this mail was posted, at the first change that it tells of.
func (b *body) changed(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	b.name(l)
	b.companions(l)
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Manage}
	seated := inMeeting(l).State == registration.Seated
	for _, p := range l.Signup.Places {
		if seated && !p.Since.Before(l.Mail.CreatedAt) && (p.State == registration.Seated || p.State == registration.Cancelled) {
			b.After = []string{b.t(l, "calendar")}
			b.calendar(l, ticket.Request)
			return
		}
	}
}

func (b *body) cancelled(l registration.Letter) {
	b.Button = link{b.t(l, "button"), l.Links.Meeting}
	b.After = []string{b.t(l, "again")}
	if name := safeName(l.Lead); name != "" {
		b.Before = []string{b.t(l, "lead_by", "Name", name)}
	}
	if inMeeting(l).Was != registration.Seated { // no calendar entry was sent, so none is taken back
		b.Before = append(b.Before, b.t(l, "lead_queue"))
		b.meeting(l)
		return
	}
	b.Before = append(b.Before, b.t(l, "lead"))
	b.meeting(l)
	if !l.Signup.AddressConfirmedAt.IsZero() {
		b.After = append(b.After, b.t(l, "calendar"))
		b.calendar(l, ticket.Cancel)
	}
}

// reminder has other words on the day itself and on the day before than a
// week before.
func (b *body) reminder(l registration.Letter) {
	day, sent, near := l.Meeting.Day, l.Mail.CreatedAt, ""
	switch {
	case !sent.Before(day.In(registration.Paris)):
		near = "_today"
	case !sent.Before(day.AddDays(-1).In(registration.Paris)):
		near = "_tomorrow"
	}
	b.Title = b.t(l, "act"+near)
	b.Before = []string{b.t(l, "lead"+near, "Day", b.day(l.Meeting)), b.Words.T("mail.confirmed.code")}
	b.paper = false // it went with the confirmation
	b.ticket(l)
	b.meeting(l)
	b.access(l)
	b.Button, b.ActFirst = link{b.Words.T("mail.confirmed.button"), l.Links.Manage}, true
	b.More = []link{{b.t(l, "leave"+near), l.Links.Leave}}
}

func (b *body) meetingChanged(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Manage}
	if inMeeting(l).State == registration.Seated {
		b.After = []string{b.t(l, "calendar")}
		b.calendar(l, ticket.Request)
	}
	b.More = []link{{b.t(l, "leave"), l.Links.Leave}}
}

func (b *body) meetingCancelled(l registration.Letter) {
	b.Before = []string{b.t(l, "lead")}
	if why := b.text(l.Meeting.CancelReason); why != "" {
		b.Before, b.Rich = append(append(b.Before, b.t(l, "reason")), strings.Split(why, "\n")...), true
	}
	b.meeting(l)
	b.Button = link{b.t(l, "button"), l.Links.Meeting}
	if inMeeting(l).State == registration.Seated {
		b.After = []string{b.t(l, "calendar")}
		b.calendar(l, ticket.Cancel)
	}
}

// calendar attaches the calendar entry of the sign-up, with its code and the
// public page of the meeting. Calendars are shared with others, so the entry
// does not contain the person's own link.
func (b *body) calendar(l registration.Letter, m ticket.Method) {
	e := ticket.Entry(l.Meeting, l.Signup, m, l.Mail.CreatedAt)
	e.URL = l.Links.Meeting
	e.Description = b.Words.T("mail.fact", "Label", b.Words.T("mail.label.code"), "Value", ticket.Grouped(l.Signup.Code))
	if in := b.sessions(l)[registration.Seated]; len(in) > 0 {
		e.Description += "\n" + b.Words.T("mail.fact", "Label", b.Words.T("mail.label.sessions"), "Value", strings.Join(in, " – "))
	}
	if l.Meeting.Example {
		e.Description += "\n" + b.Words.T("mail.example")
	}
	b.ics = &e
}
