package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// auditCmd is `rencontre audit`.
type auditCmd struct {
	List   auditListCmd   `cmd:"" help:"Print what organisers and the command line did."`
	Verify auditVerifyCmd `cmd:"" help:"Check that no line of the audit log was changed, added or removed."`
}

// auditListCmd is `rencontre audit list`.
type auditListCmd struct {
	databaseFlag
	Meeting string `placeholder:"SLUG" help:"Only acts on this meeting."`
	Format  string `enum:"text,json" default:"text" help:"text or json: an object a line."`
}

// auditLine is a line of `audit list --format json`. It has ids, never names.
type auditLine struct {
	N       int64     `json:"n"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Actor   string    `json:"actor,omitempty"`
	Act     string    `json:"act"`
	Meeting string    `json:"meeting,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	Hash    string    `json:"hash"`
}

// Run prints a line for each line of the audit log, the oldest first.
func (c auditListCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer o.Close()
	e := json.NewEncoder(t.out)
	for a, err := range o.team.Audit(ctx) {
		if err != nil {
			return err
		}
		if c.Meeting != "" && a.Meeting != c.Meeting {
			continue
		}
		if c.Format == "json" {
			err = e.Encode(auditLine{a.N, a.At, string(a.Actor.Kind), idOrNone(a.Actor.ID, ""), a.Act, a.Meeting, idOrNone(a.Subject, ""), a.Detail, a.Hash})
		} else {
			_, err = fmt.Fprintf(t.out, "%d  %s  %s %s  %s  %s  %s  %s\n", a.N, a.At.In(registration.Paris).Format(time.RFC3339),
				a.Actor.Kind, idOrNone(a.Actor.ID, "-"), a.Act, dash(a.Meeting), idOrNone(a.Subject, "-"), dash(a.Detail))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func idOrNone(id registration.ID, none string) string {
	if id == uuid.Nil {
		return none
	}
	return id.String()
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// auditVerifyCmd is `rencontre audit verify`.
type auditVerifyCmd struct{ databaseFlag }

// Run prints the number of lines and the last hash. Keep them elsewhere: whoever
// can write the whole database can also write another log.
func (c auditVerifyCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer o.Close()
	n, hash, err := o.team.Verify(ctx)
	if broken, ok := errors.AsType[*team.BrokenError](err); ok {
		return fmt.Errorf("the audit log is not what was written: line %d was changed, added or removed", broken.N)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%d lines, none changed; last hash %s\n", n, dash(hash))
	return err
}
