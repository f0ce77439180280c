package team_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

// again is a store that undoes the first run of a change of the team, as one does whose
// transaction was lost, and runs another change before the second.
type again struct {
	team.Store
	between func() error
}

func (a again) ChangeTeam(ctx context.Context, change func(team.Tx) error) error {
	undone := errors.New("undone")
	err := a.Store.ChangeTeam(ctx, func(tx team.Tx) error { return errors.Join(change(tx), undone) })
	if !errors.Is(err, undone) {
		return err
	}
	return errors.Join(a.between(), a.Store.ChangeTeam(ctx, change))
}

// TestRemoveRunsAgain: who loses all grants loses those too that were given before a
// second run, and each is logged once, as it was lost.
func TestRemoveRunsAgain(t *testing.T) {
	t.Parallel()
	other := desktest.Meeting().Clone("2019-06-13-lyon", desktest.Meeting().Day.AddDays(1))
	d := desktest.Open(t)
	if err := d.Store.PutMeeting(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	add(t, d, "boss@x.example", registration.RoleAdmin)
	o := add(t, d, "desk@x.example", registration.RoleDesk, slug)
	var log bytes.Buffer
	people, err := team.New(team.Options{Keyring: d.Keys, Clock: d.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Store: again{d.Store, func() error {
			_, _, err := d.Team.Add(t.Context(), "desk@x.example", registration.RoleReader, other.Slug)
			return err
		}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.Remove(as(t, d, "boss@x.example"), o.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Team.ByAddress(t.Context(), "desk@x.example"); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("an organiser without grants: %v, want ErrNotFound", err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "meeting="+slug) || !strings.Contains(lines[1], "meeting="+other.Slug) {
		t.Errorf("logged, want one line for each of two meetings:\n%s", &log)
	}
}

// TestRefusedChangeIsNotLogged: a change that is refused in the end leaves no line.
func TestRefusedChangeIsNotLogged(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	add(t, d, "boss@x.example", registration.RoleAdmin)
	o := add(t, d, "desk@x.example", registration.RoleDesk, slug)
	var log bytes.Buffer
	people, err := team.New(team.Options{Keyring: d.Keys, Clock: d.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Store: again{d.Store, func() error {
			_, err := d.Team.Remove(t.Context(), o.ID)
			return err
		}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.Remove(as(t, d, "boss@x.example"), o.ID, slug); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("removed twice: %v, want ErrNotFound", err)
	}
	if log.Len() > 0 {
		t.Errorf("a change that did not take place is logged:\n%s", &log)
	}
}
