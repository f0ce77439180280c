package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/territoires-industrie/sdk/registration"
)

// signupCmd is `rencontre signup`.
type signupCmd struct {
	Reissue signupReissueCmd `cmd:"" help:"Revoke every link to a sign-up and send the person a new one."`
}

// signupReissueCmd is `rencontre signup reissue`.
type signupReissueCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	Meeting string `required:"" placeholder:"SLUG" help:"Meeting of the sign-up."`
	Code    string `arg:"" help:"Short code of the sign-up."`
}

// Run revokes the links at once and posts a mail with new ones, which the site
// sends.
func (c signupReissueCmd) Run(ctx context.Context, t terminal) error {
	code, ok := registration.ParseCode(c.Code)
	if !ok {
		return usageError{errors.New("signup reissue: not a short code")}
	}
	o, _, err := c.openMeeting(ctx, opening{keys: &c.secretFlag, clock: c.clockFlag}, c.Meeting)
	if err != nil {
		return err
	}
	defer o.Close()
	s, err := o.ByCode(ctx, c.Meeting, code)
	if errors.Is(err, registration.ErrNotFound) {
		return fmt.Errorf("signup reissue: no sign-up %s in the meeting %s", code, c.Meeting)
	}
	if err != nil {
		return err
	}
	if err := o.Reissue(ctx, c.Meeting, s.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "links of %s revoked\n", code)
	return err
}
