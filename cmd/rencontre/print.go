package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
	"github.com/territoires-industrie/sdk/registration/team"
)

// printCmd is `rencontre print`.
type printCmd struct {
	databaseFlag
	clockFlag
	Meeting  string               `required:"" placeholder:"SLUG" help:"Meeting of the document."`
	Kind     string               `required:"" enum:"security,attendance,badges,signs,arrivals,certificate" placeholder:"KIND" help:"security (list for the building's security), attendance (sheet to sign), badges, signs (at doors), arrivals (expected, with who came) or certificate."`
	Half     registration.HalfDay `enum:",morning,afternoon" default:"" help:"Only this half-day: morning or afternoon."`
	Session  string               `placeholder:"ID" help:"Only who has a seat in this session."`
	Format   string               `enum:"a4,89x41,100x62" default:"a4" help:"Of badges: a4, or a label of 89x41 or 100x62 millimetres."`
	New      bool                 `help:"Only badges that were never printed."`
	Code     string               `help:"Only the badge, or the certificate, of this short code."`
	Freeze   bool                 `help:"Freeze the security list now; if it was frozen, anew."`
	Language string               `enum:"fr,en" default:"fr" help:"fr or en."`
	BaseURL  string               `name:"base-url" placeholder:"URL" default:"http://127.0.0.1:8080" help:"The site's address as visitors see it, for the QR codes of badges."`
	Output   string               `required:"" type:"path" placeholder:"FILE.pdf" help:"Write to this file."`
}

// kinds are the documents by their names on the command line.
var kinds = map[string]print.Kind{
	"security": print.SecurityKind, "attendance": print.AttendanceKind, "badges": print.BadgesKind,
	"signs": print.SignsKind, "arrivals": print.ArrivalsKind, "certificate": print.CertificateKind,
}

// Run makes the document. It writes to the audit log before it writes the file.
// Badges of more than one person are recorded as printed once the file is written.
func (c printCmd) Run(ctx context.Context, t terminal) error {
	code, ok := registration.ParseCode(c.Code)
	switch {
	case c.Code != "" && !ok:
		return usageError{errors.New("print: --code: not a short code")}
	case c.Kind == "certificate" && c.Code == "":
		return usageError{errors.New("print: a certificate needs --code")}
	case c.Freeze && c.Kind != "security":
		return usageError{errors.New("print: --freeze is for the security list")}
	case c.New && c.Kind != "badges":
		return usageError{errors.New("print: --new is for badges")}
	}
	if err := cmp.Or(checkBase(c.BaseURL), c.spare(c.Output)); err != nil {
		return err
	}
	o, m, err := c.openMeeting(ctx, opening{clock: c.clockFlag}, c.Meeting)
	if err != nil {
		return err
	}
	defer o.Close()
	if err := c.freeze(ctx, o.Desk); err != nil {
		return err
	}
	language, _ := registration.ParseLanguage(c.Language) // the flag accepts no other
	order := print.Order{
		Paper: print.Paper{Meeting: m, Language: language, At: o.Now(), Half: c.Half, Session: registration.SessionID(c.Session)},
		Kind:  kinds[c.Kind], Format: print.Format(c.Format), New: c.New, Code: code,
		Address: func(code string) string { return strings.TrimSuffix(c.BaseURL, "/") + "/accueil/" + code },
	}
	return c.write(ctx, t, o, order)
}

// freeze freezes the security list: now with --freeze, otherwise if its time has
// come and no site has done it.
func (c printCmd) freeze(ctx context.Context, desk *registration.Desk) error {
	switch {
	case c.Kind != "security":
		return nil
	case c.Freeze:
		return desk.FreezeList(ctx, c.Meeting)
	}
	return desk.FreezeLists(ctx)
}

func (c printCmd) write(ctx context.Context, t terminal, o *office, order print.Order) error {
	document, people, err := print.Make(ctx, o.Desk, order)
	if errors.Is(err, registration.ErrNotFound) {
		return usageError{fmt.Errorf("print: the meeting %s has no such session, half-day or code, or nobody has arrived with it", c.Meeting)}
	}
	if err != nil {
		return err
	}
	if err := o.team.Note(ctx, team.ActExported, c.Meeting, string(order.Kind)+".pdf"); err != nil {
		return err
	}
	if err := writeFile(c.Output, document.PDF); err != nil {
		return err
	}
	for _, s := range print.Undrawable(people) {
		fmt.Fprintf(t.err, "rencontre: the fonts lack letters of the name with the code %s: the paper has the code instead\n", s.Code)
	}
	if c.Kind != "badges" || c.Code != "" || len(people) == 0 {
		return nil
	}
	_, err = o.PrintBadges(ctx, c.Meeting, people, !c.New)
	if errors.Is(err, registration.ErrNotFound) { // somebody else has printed them meanwhile
		return errors.New("print: these badges have just been printed by somebody else")
	}
	return err
}
