package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/ticket"
)

// The ticket of who has a seat: a page that says all that the PDF shows, the
// PDF and the entry for a calendar.

// passPage shows the tickets of a person and of companions who, without an
// address, have no link of their own.
type passPage struct {
	linkPage
	Passes []pass
}

// pass is one ticket.
type pass struct {
	linkPage
	QR template.HTML // drawn here, from an address of this site
}

// Letters is the short code letter by letter, for a voice that would read it as
// a word.
func (p pass) Letters() string { return strings.Join(strings.Split(p.Signup.Code, ""), "\u00a0") }

// seated returns the sign-ups that have a ticket on this page, none unless the
// person has a seat.
func (v *visit) seated() (page linkPage, all []registration.Signup, err error) {
	if page, err = v.own(); err != nil {
		return page, nil, err
	}
	if st := page.Status; st != registration.StatusConfirmed && st != registration.StatusPresent {
		return page, nil, nil
	}
	all = []registration.Signup{page.Signup}
	for _, m := range page.Party {
		if !m.Leads() && m.Email == "" && m.Status == registration.StatusConfirmed {
			all = append(all, m.Signup)
		}
	}
	return page, all, nil
}

// doorAddress is what a QR code holds: the desk's page for a short code, in
// French, whoever carries it.
func (s *site) doorAddress(code string) string { return s.origin + s.prefix + "/accueil/" + code }

// pass answers GET /mon-inscription/{token}/billet.
func (s *site) pass(v *visit) error {
	page, all, err := v.seated()
	if err != nil {
		return err
	}
	if all == nil {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	page.Title = page.T("ticket.title")
	shown := passPage{linkPage: page}
	for _, signup := range all {
		svg, err := ticket.SVG(s.doorAddress(signup.Code))
		if err != nil {
			return err
		}
		p := pass{page, template.HTML(svg)}
		p.Signup, p.Places = signup, nil
		for _, session := range page.Meeting.Sessions {
			if signup.State(session.ID) == registration.Seated {
				p.Places = append(p.Places, session)
			}
		}
		shown.Passes = append(shown.Passes, p)
	}
	return v.page(http.StatusOK, "pass", shown)
}

// carried is what the PDF of a ticket shows.
func (s *site) carried(m registration.Meeting, signup registration.Signup) print.Ticket {
	return print.Ticket{Meeting: m, Signup: signup, Address: s.doorAddress(signup.Code)}
}

// passPDF answers GET /mon-inscription/{token}/billet.pdf.
func (s *site) passPDF(v *visit) error {
	page, all, err := v.seated()
	if err != nil {
		return err
	}
	if all == nil {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	var passes []print.Ticket
	for _, signup := range all {
		passes = append(passes, s.carried(page.Meeting, signup))
	}
	var b bytes.Buffer
	if err := print.Tickets(&b, v.lang, passes...); err != nil {
		return err
	}
	return v.download("application/pdf", "billet-"+page.Signup.Code+".pdf", b.Bytes())
}

// passPNG answers GET /mon-inscription/{token}/billet.png, an address that older
// pages linked to: it leads to the ticket's page.
func (s *site) passPNG(v *visit) error {
	if _, err := v.own(); err != nil {
		return err
	}
	return v.redirect("/mon-inscription/", v.PathValue("token"), "/billet")
}

// calendar answers GET /mon-inscription/{token}/agenda.ics. Calendars are
// shared, so the entry leads to the meeting's page, not to the person's.
func (s *site) calendar(v *visit) error {
	page, all, err := v.seated()
	if err != nil {
		return err
	}
	if all == nil {
		return v.redirect("/mon-inscription/", v.PathValue("token"))
	}
	e := ticket.Entry(page.Meeting, page.Signup, ticket.Publish, v.now)
	e.URL = s.origin + v.path("/rencontres/", page.Meeting.Slug)
	e.Description = page.T("ticket.entry", "Code", page.GroupedCode())
	if page.Meeting.Example {
		e.Description += "\n" + page.T("meeting.examples")
	}
	return v.download("text/calendar; charset=utf-8; method=PUBLISH", "rencontre-"+page.Signup.Code+".ics", e.ICS())
}

// download sends a file whose name has nothing to escape.
func (v *visit) download(kind, name string, file []byte) error {
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	v.status = http.StatusOK
	_, _ = v.w.Write(file) // the reader may be gone
	return nil
}
