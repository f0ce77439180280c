package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/address"
	"github.com/territoires-industrie/sdk/registration/team"
)

// organiserCmd is `rencontre organiser`.
type organiserCmd struct {
	Add     organiserAddCmd     `cmd:"" help:"Name an organiser, or change their role, and print a one-time sign-in link."`
	List    organiserListCmd    `cmd:"" help:"List the organisers and their roles."`
	Remove  organiserRemoveCmd  `cmd:"" help:"Take an organiser's roles away and end their sessions."`
	SignOut organiserSignOutCmd `cmd:"" help:"End every session of an organiser."`
}

// organiserAddCmd is `rencontre organiser add`.
type organiserAddCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	Email   string   `arg:"" help:"Address of the organiser."`
	Role    string   `enum:"desk,reader,organiser,admin" default:"organiser" help:"desk, reader, organiser or admin."`
	Meeting []string `placeholder:"SLUG" sep:"none" help:"Meeting for which the role is given; may be repeated; none: every meeting."`
	BaseURL string   `name:"base-url" placeholder:"URL" default:"http://127.0.0.1:8080" help:"The site's address as visitors see it."`
}

// Run adds an organiser or changes their role. It prints a one-time sign-in link that
// works for ten minutes, and before it, for a known organiser, what changed.
func (c organiserAddCmd) Run(ctx context.Context, t terminal) error {
	if _, ok := address.Key(c.Email); !ok {
		return usageError{errors.New("organiser add: not an email address")}
	}
	if err := cmp.Or(checkBase(c.BaseURL), slugs(c.Meeting)); err != nil {
		return err
	}
	o, err := c.open(ctx, opening{create: true, keys: &c.secretFlag, clock: c.clockFlag, log: t.log()})
	if err != nil {
		return err
	}
	defer o.Close()
	changed, token, err := o.team.Add(ctx, c.Email, registration.Role(c.Role), c.Meeting...)
	if err != nil {
		return inWords(err)
	}
	if !changed.New {
		if err := report(t, changed); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(t.out, "%s/organisation/connexion/%s\n", strings.TrimSuffix(c.BaseURL, "/"), token)
	return err
}

// slugs returns a usage error for an empty slug. As the scope of a grant it would be
// every meeting.
func slugs(meetings []string) error {
	if slices.Contains(meetings, "") {
		return usageError{errors.New("--meeting: want the slug of a meeting, or leave the flag out for every meeting; nothing was changed")}
	}
	return nil
}

// checkBase returns a usage error unless text is the address of a site.
func checkBase(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usageError{errors.New("--base-url: want an address such as https://inscriptions.example.org")}
	}
	return nil
}

// report prints the grants before and after a change.
func report(t terminal, c team.Changed) error {
	_, err := fmt.Fprintf(t.out, "%s was %s, is %s\n", c.Organiser.Email, grants(c.Was), grants(c.Organiser.Grants))
	return err
}

// grants lists the roles of an organiser, "nothing" if there are none.
func grants(list []registration.Grant) string {
	var words []string
	for _, g := range list {
		words = append(words, fmt.Sprintf("%s of %s", g.Role, cmp.Or(g.Meeting, "every meeting")))
	}
	return cmp.Or(strings.Join(words, " and "), "nothing")
}

// inWords turns an error of a change of the team into one for people.
func inWords(err error) error {
	switch {
	case errors.Is(err, team.ErrMeeting):
		return usageError{errors.New("--meeting: no such meeting in this database (see rencontre meeting list); nothing was changed")}
	case errors.Is(err, team.ErrLastAdmin):
		return errors.New("this is the last admin of every meeting: name another one first; nothing was changed")
	}
	return err
}

// organiserListCmd is `rencontre organiser list`.
type organiserListCmd struct {
	databaseFlag
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run lists the organisers by address.
func (c organiserListCmd) Run(ctx context.Context, t terminal) error {
	office, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer office.Close()
	all, err := office.team.People(ctx)
	if err != nil {
		return err
	}
	if c.Format == "text" {
		for _, o := range all {
			if _, err := fmt.Fprintf(t.out, "%s: %s\n", o.Email, grants(o.Grants)); err != nil {
				return err
			}
		}
		return nil
	}
	type line struct {
		Email  string               `json:"email"`
		Grants []registration.Grant `json:"grants"`
	}
	lines := []line{}
	for _, o := range all {
		lines = append(lines, line{o.Email, append([]registration.Grant{}, o.Grants...)})
	}
	e := json.NewEncoder(t.out)
	e.SetIndent("", "  ")
	return e.Encode(lines)
}

// organiserRemoveCmd is `rencontre organiser remove`.
type organiserRemoveCmd struct {
	databaseFlag
	clockFlag
	Email   string   `arg:"" help:"Address of the organiser."`
	Meeting []string `placeholder:"SLUG" sep:"none" help:"Take away the role for this meeting alone; may be repeated."`
}

// Run takes away every role of an organiser or, with --meeting, the roles in these
// meetings. It prints the roles before and after.
func (c organiserRemoveCmd) Run(ctx context.Context, t terminal) error {
	if err := slugs(c.Meeting); err != nil {
		return err
	}
	office, err := c.open(ctx, opening{clock: c.clockFlag, log: t.log()})
	if err != nil {
		return err
	}
	defer office.Close()
	o, err := findOrganiser(ctx, office.team, c.Email)
	if err != nil {
		return err
	}
	changed, err := office.team.Remove(ctx, o.ID, c.Meeting...)
	if errors.Is(err, registration.ErrNotFound) {
		return fmt.Errorf("this organiser has no role of that scope: %s; nothing was changed", grants(o.Grants))
	}
	if err != nil {
		return inWords(err)
	}
	return report(t, changed)
}

// findOrganiser returns the organiser who has an address.
func findOrganiser(ctx context.Context, people *team.Team, email string) (registration.Organiser, error) {
	o, err := people.ByAddress(ctx, email)
	if errors.Is(err, registration.ErrNotFound) {
		err = errors.New("no organiser has this address (see rencontre organiser list)")
	}
	return o, err
}

// organiserSignOutCmd is `rencontre organiser sign-out`.
type organiserSignOutCmd struct {
	databaseFlag
	clockFlag
	Email string `arg:"" help:"Address of the organiser."`
}

// Run ends the sessions at once, in every process.
func (c organiserSignOutCmd) Run(ctx context.Context, t terminal) error {
	office, err := c.open(ctx, opening{clock: c.clockFlag, log: t.log()})
	if err != nil {
		return err
	}
	defer office.Close()
	o, err := findOrganiser(ctx, office.team, c.Email)
	if err != nil {
		return err
	}
	if err := office.team.SignOut(ctx, o.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "every session of %s has ended\n", o.Email)
	return err
}
