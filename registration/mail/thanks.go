package mail

import "github.com/territoires-industrie/sdk/registration"

// thanks is for those who came.
func (b *body) thanks(l registration.Letter) {
	certificate := "certificate"
	if l.Meeting.Contact == "" { // nobody reads an answer
		certificate = "certificate_ask"
	}
	b.Before = []string{b.t(l, "lead", "Meeting", b.text(l.Meeting.Title), "Day", b.Words.LongDate(l.Meeting.Day.In(registration.Paris))), b.t(l, certificate)}
	b.Button = link{b.t(l, "button"), l.Links.Manage}
}
