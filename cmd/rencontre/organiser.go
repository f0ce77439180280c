package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/territoires-industrie/sdk/registration"
)

// organiserCmd is `rencontre organiser`.
type organiserCmd struct {
	Add organiserAddCmd `cmd:"" help:"Name an organiser, or change their role, and print a one-time sign-in link."`
}

// organiserAddCmd is `rencontre organiser add`.
type organiserAddCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	Email   string `arg:"" help:"Address of the organiser."`
	Role    string `enum:"reader,desk,organiser,admin" default:"organiser" help:"reader, desk, organiser or admin."`
	BaseURL string `name:"base-url" placeholder:"URL" default:"http://127.0.0.1:8080" help:"The site's address as visitors see it."`
}

// Run prints the link; it works for ten minutes, once.
func (c organiserAddCmd) Run(ctx context.Context, t terminal) error {
	if _, ok := registration.AddressKey(c.Email); !ok {
		return usageError{errors.New("organiser add: not an e-mail address")}
	}
	o, err := c.open(ctx, opening{create: true, keys: &c.secretFlag, clock: c.clockFlag})
	if err != nil {
		return err
	}
	defer o.Close()
	role, _ := registration.ParseRole(c.Role) // one of the enum
	token, err := o.AddOrganiser(ctx, c.Email, role)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s/organisation/connexion/%s\n", c.BaseURL, token)
	return err
}
