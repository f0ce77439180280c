package attendee

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/ticket"
	"github.com/territoires-industrie/sdk/registration/web/internal/kernel"
)

// ticketPage shows the tickets of a person who has a seat, and those of companions
// who have no link of their own because they gave no address. It says all that
// the PDF shows.
type ticketPage struct {
	attendeePage
	Tickets []ticketCard
}

// ticketCard is one ticket.
type ticketCard struct {
	attendeePage
}

// Letters is the short code with spaces between its letters, because screen
// readers would pronounce it as a word.
func (c ticketCard) Letters() string { return strings.Join(strings.Split(c.Signup.Code, ""), "\u00a0") }

// seated returns the sign-ups that have a ticket on this page. A person who has
// cancelled alone still finds those of their companions there.
func seated(r *kernel.Request) (page attendeePage, all []registration.Signup, err error) {
	if page, err = ownPage(r); err != nil {
		return page, nil, err
	}
	if page.Standing == "meeting_cancelled" {
		return page, nil, &kernel.Problem{Status: http.StatusGone, Key: "ticket_void", Next: r.Path("/mon-inscription/", r.PathValue("token")), Err: registration.ErrClosed}
	}
	if st := page.Status; st == registration.StatusConfirmed || st == registration.StatusPresent {
		all = []registration.Signup{page.Signup}
	}
	for _, m := range page.WithoutLink() {
		all = append(all, m.Signup)
	}
	return page, all, nil
}

// checkInAddress returns the address in a QR code: the check-in desk's page of a
// short code, in French whatever the person's language.
func checkInAddress(r *kernel.Request, code string) string {
	return r.Site.Origin + r.Site.Prefix + "/accueil/" + code
}

// drawQR draws the QR code of a ticket.
func drawQR(r *kernel.Request, code string) (template.HTML, error) {
	svg, err := ticket.SVG(checkInAddress(r, code))
	return template.HTML(svg), err
}

// calendars are addresses at which web calendars take an entry. They hold only
// what everybody may read about the meeting, and nothing about the person.
type calendars struct{ Google, Outlook string }

func calendarsOn(r *kernel.Request, page attendeePage) calendars {
	e := ticket.Entry(page.Meeting, registration.Signup{Language: r.Lang}, ticket.Publish, r.Now)
	e.URL = r.Site.Origin + r.Path("/rencontres/", page.Meeting.Slug)
	return calendars{e.GoogleAddress(), e.OutlookAddress()}
}

// showTicket answers GET /mon-inscription/{token}/billet.
func showTicket(r *kernel.Request) error {
	page, all, err := seated(r)
	if err != nil {
		return err
	}
	if all == nil {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	page.Title = page.T("ticket.title")
	page.Calendars = calendarsOn(r, page)
	shown := ticketPage{attendeePage: page}
	for _, signup := range all {
		card := ticketCard{page}
		if card.QR, err = drawQR(r, signup.Code); err != nil {
			return err
		}
		card.Signup, card.Places = signup, nil
		for _, session := range page.Meeting.Sessions {
			if signup.State(session.ID) == registration.Seated {
				card.Places = append(card.Places, session)
			}
		}
		shown.Tickets = append(shown.Tickets, card)
	}
	return r.Page(http.StatusOK, "ticket", shown)
}

// ticketPDF answers GET /mon-inscription/{token}/billet.pdf.
func ticketPDF(r *kernel.Request) error {
	page, all, err := seated(r)
	if err != nil {
		return err
	}
	if all == nil {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	var tickets []print.Ticket
	for _, signup := range all {
		tickets = append(tickets, print.Ticket{Meeting: page.Meeting, Signup: signup, Address: checkInAddress(r, signup.Code)})
	}
	var b bytes.Buffer
	if err := print.Tickets(&b, r.Lang, tickets...); err != nil {
		return err
	}
	return r.Download("application/pdf", "billet-"+page.Signup.Code+".pdf", b.Bytes())
}

// ticketPNG answers GET /mon-inscription/{token}/billet.png, to which older pages
// link: it redirects to the ticket's page.
func ticketPNG(r *kernel.Request) error {
	if _, err := ownPage(r); err != nil {
		return err
	}
	return r.Redirect("/mon-inscription/", r.PathValue("token"), "/billet")
}

// calendar answers GET /mon-inscription/{token}/agenda.ics: the entry of somebody
// who has a seat or, if the meeting is cancelled, the entry that removes it.
// Calendars are shared, so the entry leads to the meeting's page, not to the
// person's.
func calendar(r *kernel.Request) error {
	page, err := ownPage(r)
	if err != nil {
		return err
	}
	if page.Status != registration.StatusConfirmed && page.Status != registration.StatusPresent {
		return r.Redirect("/mon-inscription/", r.PathValue("token"))
	}
	e := ticket.Entry(page.Meeting, page.Signup, ticket.Publish, r.Now)
	e.Cancelled = page.Standing == "meeting_cancelled"
	e.URL = r.Site.Origin + r.Path("/rencontres/", page.Meeting.Slug)
	e.Description = page.T("ticket.entry", "Code", page.GroupedCode())
	if page.Meeting.Example {
		e.Description += "\n" + page.T("meeting.examples")
	}
	return r.Download("text/calendar; charset=utf-8; method=PUBLISH", "rencontre-"+page.Signup.Code+".ics", e.ICS())
}
