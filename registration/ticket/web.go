package ticket

import (
	"net/url"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// The addresses below open a calendar on the web with the entry filled in. They
// contain the facts of the meeting, its description and its page, and neither
// [Event.Attendee] nor [Event.UID].

// GoogleAddress returns the address that adds the entry to Google Calendar.
func (e Event) GoogleAddress() string {
	q := url.Values{
		"action": {"TEMPLATE"}, "text": {clean(e.Summary)}, "location": {clean(e.Location)},
		"details": {e.details()}, "ctz": {parisZone},
	}
	const hour = "20060102T150405"
	starts, ends, allDay := e.span()
	if allDay {
		q.Set("dates", starts.Format("20060102")+"/"+ends.Format("20060102"))
	} else {
		q.Set("dates", starts.Format(hour)+"/"+ends.Format(hour))
	}
	return "https://calendar.google.com/calendar/render?" + q.Encode()
}

// OutlookAddress returns the address that adds the entry to Outlook on the web.
func (e Event) OutlookAddress() string {
	q := url.Values{
		"path": {"/calendar/action/compose"}, "rru": {"addevent"}, "subject": {clean(e.Summary)},
		"location": {clean(e.Location)}, "body": {e.details()},
	}
	starts, ends, allDay := e.span()
	if allDay {
		q.Set("allday", "true")
		q.Set("startdt", starts.Format(time.DateOnly))
		q.Set("enddt", ends.Format(time.DateOnly))
	} else {
		q.Set("startdt", starts.Format(time.RFC3339))
		q.Set("enddt", ends.Format(time.RFC3339))
	}
	return "https://outlook.office.com/calendar/0/deeplink/compose?" + q.Encode()
}

func (e Event) details() string {
	if e.Description == "" || e.URL == "" {
		return clean(e.Description + e.URL)
	}
	return clean(e.Description + "\n" + e.URL)
}

// span returns the start and the end of the entry. These calendars require an end:
// an entry without one becomes one of the whole day, so that no end is invented.
func (e Event) span() (starts, ends time.Time, allDay bool) {
	if e.Starts == "" || e.Ends == "" {
		return e.Day.In(registration.Paris), e.Day.AddDays(1).In(registration.Paris), true
	}
	return e.Starts.On(e.Day), e.Ends.On(e.Day), false
}
