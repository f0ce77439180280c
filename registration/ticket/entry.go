package ticket

import (
	"cmp"
	"net/mail"
	"net/url"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"golang.org/x/net/idna"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/territoires"
)

// Method tells a calendar what to do with an entry (RFC 5546).
type Method string

// The methods.
const (
	Request Method = "REQUEST" // in a mail: add the entry, or replace the one with the same UID
	Cancel  Method = "CANCEL"  // in a mail: remove the entry
	Publish Method = "PUBLISH" // in a file that somebody downloads
)

// Event is one calendar entry. Zero fields are left out. The format requires
// Method, UID, Stamp, Day and Summary.
type Event struct {
	Method   Method
	UID      string    // the same for every entry of one sign-up
	Sequence int       // higher than in the entries sent before
	Stamp    time.Time // when this entry was decided
	// Cancelled says that the meeting does not take place. It is not needed with
	// the method Cancel.
	Cancelled bool
	Language  registration.Language

	Day    territoires.Date
	Starts registration.Hour // zero: all day
	Ends   registration.Hour // zero: unknown

	Summary     string
	Description string
	Location    string
	URL         string
	Organiser   mail.Address // a mailbox that somebody reads
	Attendee    mail.Address
}

// Entry returns the calendar entry of sign-up s for meeting m, decided at the
// instant at. For a mail this is the mail's creation, so that composing it twice
// gives the same entry. The caller adds Description and URL.
//
// A calendar takes the entry with the higher sequence for the newer one. The
// sequence is that of the sign-up, or one lower for an entry that removes a
// cancelled sign-up.
func Entry(m registration.Meeting, s registration.Signup, method Method, at time.Time) Event {
	e := Event{
		Method:    method,
		UID:       s.ID.String(),
		Stamp:     at,
		Language:  s.Language,
		Day:       m.Day,
		Starts:    m.Starts,
		Ends:      m.Ends,
		Summary:   text(m.Title, s.Language),
		Location:  location(m.Venue, s.Language),
		Organiser: mail.Address{Name: strings.Join(m.Organisers, " – "), Address: m.Contact},
		Attendee:  mail.Address{Name: strings.TrimSpace(s.GivenName + " " + s.FamilyName), Address: s.Email},
	}
	e.Sequence = s.Sequence
	if method == Cancel && !s.EndedAt.IsZero() {
		e.Sequence = s.CancelSequence()
	}
	return e
}

// text is a text of the organisers in a language, in French if there is no other,
// with French typography.
func text(t registration.Localized, l registration.Language) string {
	if l == registration.English && t.EN != "" {
		return t.EN
	}
	return locale.Typeset(t.FR)
}

func location(v registration.Venue, l registration.Language) string {
	var parts []string
	for _, p := range append([]string{text(v.Name, l), locale.Typeset(v.Room)}, v.Lines...) { // maps look for the lines as they were typed
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// ICS returns the entry as an iCalendar document (RFC 5545): CRLF, lines
// folded at 75 octets, hours in Europe/Paris with the rules of that zone.
func (e Event) ICS() []byte {
	cal := ics.NewCalendar()
	cal.SetProductId("-//Territoires d’industrie//rencontre//FR")
	cal.SetMethod(ics.Method(e.Method))
	cal.SetCalscale("GREGORIAN")
	if e.Starts != "" {
		addParis(cal) // before the entry that names it: some readers make a single pass
	}
	ev := cal.AddEvent(e.UID)
	ev.SetDtStampTime(e.Stamp)
	ev.SetSequence(e.Sequence)
	ev.SetStatus(ics.ObjectStatusConfirmed)
	if e.Method == Cancel || e.Cancelled {
		ev.SetStatus(ics.ObjectStatusCancelled)
	}
	if e.Starts == "" {
		ev.SetAllDayStartAt(e.Day.In(registration.Paris))
		ev.SetAllDayEndAt(e.Day.AddDays(1).In(registration.Paris)) // the end is exclusive
	} else {
		e.setHours(ev)
	}
	e.setTexts(ev)
	e.setPeople(ev)
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

func (e Event) setHours(ev *ics.VEvent) {
	hour := func(p ics.ComponentProperty, h registration.Hour) {
		ev.SetProperty(p, h.On(e.Day).Format("20060102T150405"), ics.WithTZID(parisZone))
	}
	hour(ics.ComponentPropertyDtStart, e.Starts)
	if e.Ends != "" {
		hour(ics.ComponentPropertyDtEnd, e.Ends)
	}
}

func (e Event) setTexts(ev *ics.VEvent) {
	lang := &ics.KeyValues{Key: "LANGUAGE", Value: []string{string(cmp.Or(e.Language, registration.French))}}
	ev.SetSummary(clean(e.Summary), lang)
	if e.Location != "" {
		ev.SetLocation(clean(e.Location), lang)
	}
	if e.Description != "" {
		ev.SetDescription(clean(e.Description), lang)
	}
	if e.URL != "" {
		ev.SetURL(strings.Join(strings.Fields(e.URL), "%20"))
	}
}

func (e Event) setPeople(ev *ics.VEvent) {
	if e.Organiser.Address != "" {
		ev.SetOrganizer(mailto(e.Organiser.Address), ics.WithCN(parameter(e.Organiser.Name)))
	}
	// A published entry has no attendees (RFC 5546, 3.2.1).
	if e.Attendee.Address != "" && e.Method != Publish {
		// The person has signed up, so the calendar need not reply.
		ev.AddAttendee(mailto(e.Attendee.Address), ics.CalendarUserTypeIndividual, ics.ParticipationRoleReqParticipant,
			ics.ParticipationStatusAccepted, ics.WithRSVP(false), ics.WithCN(parameter(e.Attendee.Name)))
	}
}

// mailto returns the address as a URI. RFC 6068 requires percent-encoded UTF-8 and
// an ASCII domain.
func mailto(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "mailto:" + url.PathEscape(address)
	}
	local, domain := address[:at], address[at+1:]
	if a, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = a
	}
	return "mailto:" + url.PathEscape(local) + "@" + url.PathEscape(domain)
}

var (
	lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")
	unquoted = strings.NewReplacer("'", "’", `"`, "”", ",", " ", ";", " ", ":", " ", `\`, " ")
)

// clean removes control characters and writes every line end as LF.
func clean(text string) string {
	text = lineEnds.Replace(text)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// parameter returns a name as the value of a parameter, with spaces in place of , ; :
// and \ and with typographic quotes in place of straight ones. The format allows these
// characters in quotes, but the library escapes them with backslashes, which calendars
// then show.
func parameter(name string) string {
	name = unquoted.Replace(clean(name))
	return strings.Join(strings.Fields(name), " ")
}
