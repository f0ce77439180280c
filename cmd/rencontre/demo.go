package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/mail/mailbox"
	"github.com/territoires-industrie/sdk/registration/site"
)

// demoOpens is the instant at which the demonstration begins, on the day of the
// announcement.
var demoOpens = time.Date(2019, time.May, 16, 9, 0, 0, 0, registration.Paris)

// demoCmd is `rencontre demo`.
type demoCmd struct {
	Listen    string    `default:"127.0.0.1:8080" help:"Address to listen on; port 0 picks a free one."`
	Data      string    `type:"path" placeholder:"DIR" help:"Keep everything in this folder; without it, in a temporary one that is removed at exit."`
	Seats     int       `default:"300" help:"Seats of the meeting."`
	Attendees int       `default:"0" help:"Sign up so many invented people first."`
	Now       time.Time `placeholder:"2019-05-16T09:00:00+02:00" help:"Start the site's clock at this instant and let it run."`
}

// Run runs the demonstration until the context is done.
func (c demoCmd) Run(ctx context.Context, t terminal) error {
	if c.Seats < 0 || c.Attendees < 0 || c.Attendees > c.Seats {
		return usageError{errors.New("--seats and --attendees: want 0 or more, and no more attendees than seats")}
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer ln.Close()
	boxLn, err := net.Listen("tcp", net.JoinHostPort(ln.Addr().(*net.TCPAddr).IP.String(), "0"))
	if err != nil {
		return fmt.Errorf("listen for the mailbox: %w", err)
	}
	defer boxLn.Close()
	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer remove()
	return c.serve(ctx, t, dir, ln, boxLn)
}

// folder returns the folder of the demonstration, and a function that removes it
// if it is temporary.
func (c demoCmd) folder() (dir string, remove func(), err error) {
	if c.Data != "" {
		return c.Data, func() {}, os.MkdirAll(c.Data, 0o700)
	}
	dir, err = os.MkdirTemp("", "rencontre-demo-")
	return dir, func() { os.RemoveAll(dir) }, err
}

func (c demoCmd) serve(ctx context.Context, t terminal, dir string, ln, boxLn net.Listener) error {
	db := databaseFlag{Database: "sqlite:" + filepath.Join(dir, "rencontre.db")}
	release, err := db.sole(ctx, t.log(), lockPatience)
	if err != nil {
		return err
	}
	defer release()
	store, err := db.store(ctx, t.log())
	if err != nil {
		return err
	}
	defer store.Close()
	secret, err := secretFlag{}.bind(ctx, db, store)
	if err != nil {
		return err
	}
	clock, _ := clockFlag{cmp.Or(c.Now, demoOpens)}.clock()
	if err := c.prepare(ctx, store, clock()); err != nil {
		return err
	}
	box, err := mailbox.Open("")
	if err != nil {
		return err
	}
	defer box.Close()
	sender, err := mailFlags{SMTP: box.URL()}.sender()
	if err != nil {
		return err
	}
	base := "http://" + ln.Addr().String()
	s, err := site.New(site.Options{
		Store: store, Sender: sender, From: "inscriptions@rencontre.example", BaseURL: base, Secret: secret,
		Clock: clock, Rehearsal: true, NoLimits: true, Mailbox: "http://" + boxLn.Addr().String(), SoleProcess: true, Log: t.log(),
	})
	if err != nil {
		return err
	}
	token, err := s.Team.Lasting(registration.WithActor(ctx, registration.Actor{Kind: registration.ActorSystem}), "organisation@rencontre.example", clock().AddDate(10, 0, 0))
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "site %s\nmailbox http://%s\norganiser %s/organisation/connexion/%s\n", base, boxLn.Addr(), base, token)
	return serve(ctx, t.log(), s, map[net.Listener]http.Handler{ln: s, boxLn: box})
}

// prepare fills a new demonstration with its meeting, the example meeting, and the
// invented people of both.
func (c demoCmd) prepare(ctx context.Context, store site.Store, now time.Time) error {
	m := registration.ShippedExample()
	m.Seats = registration.Seats(c.Seats)
	for i := range m.Sessions { // each for half of the people
		m.Sessions[i].Seats = (m.Seats + 1) / 2
	}
	if err := site.Publish(ctx, store, m); err != nil {
		return err
	}
	if err := addExample(ctx, store, exampleMeeting(m), now); err != nil {
		return err
	}
	taken, err := store.Occupancy(ctx, m.Slug)
	if err != nil {
		return err
	}
	for _, o := range taken {
		if o.Session == registration.MeetingSession && o.Taken > 0 { // the folder is already filled
			return nil
		}
	}
	return invite(ctx, store, m, c.Attendees, now)
}
