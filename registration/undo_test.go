package registration_test

import (
	"errors"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

func TestUndo(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, nil)
	ctx := t.Context()
	first := d.join(t, 1, 0, "innovation")
	cancel := func(s registration.Signup) {
		t.Helper()
		if _, err := d.Cancel(ctx, d.manage(s)); err != nil {
			t.Fatal(err)
		}
	}
	cancel(first)
	if s, err := d.Undo(ctx, d.manage(first)); err != nil || s.Status() != registration.StatusConfirmed || len(s.Sessions()) != 1 {
		t.Fatalf("undo while the seat is free: %v, %s, %v", err, s.Status(), s.Sessions())
	}
	d.join(t, 2, 0)
	d.join(t, 3, 0)
	cancel(first) // the seat goes to 2 at once
	if s, err := d.Undo(ctx, d.manage(first)); err != nil || s.Status() != registration.StatusWaitlisted {
		t.Fatalf("undo after the seat went: %v, %s", err, s.Status())
	}
	if got, err := d.Position(ctx, d.byNumber(t, 1), registration.MeetingSession); got != 1 || err != nil {
		t.Errorf("position %d, %v; want the first", got, err)
	}
	// One who waited comes back to the place that they had.
	third := d.byNumber(t, 3)
	cancel(third)
	d.join(t, 4, 0)
	if _, err := d.Undo(ctx, d.manage(third)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Position(ctx, d.byNumber(t, 3), registration.MeetingSession); got != 2 || err != nil {
		t.Errorf("position %d, %v; want 2, as before", got, err)
	}
	cancel(third)
	d.clock.Set(d.Now().Add(registration.UndoFor))
	if _, err := d.Undo(ctx, d.manage(third)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("undo after ten minutes: %v, want ErrExpired", err)
	}
	d.check(t)
}

// TestUndoAfterFreeze: from the freeze on nobody takes their own cancellation back, but an
// organiser who cancelled the wrong person does.
func TestUndoAfterFreeze(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	s := d.join(t, 1, 0)
	d.clock.Set(registration.ShippedExample().FreezeAt())
	organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	if err := d.CancelFor(organiser, slug, s.ID, false); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), d.manage(s)); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("undo by the person: %v, want ErrClosed", err)
	}
	if err := d.UndoCancellation(organiser, slug, s.ID); err != nil {
		t.Errorf("undo by an organiser: %v", err)
	}
	if got := d.byNumber(t, 1); got.Status() != registration.StatusConfirmed {
		t.Errorf("it is %s, want confirmed", got.Status())
	}
	d.check(t)
}

// TestUndoAfterNewSignUp: one active sign-up per address, whatever happens.
func TestUndoAfterNewSignUp(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	first := d.join(t, 1, 0)
	if _, err := d.Cancel(t.Context(), d.manage(first)); err != nil {
		t.Fatal(err)
	}
	d.join(t, 1, 0)
	if _, err := d.Undo(t.Context(), d.manage(first)); !errors.Is(err, registration.ErrAddressTaken) {
		t.Errorf("undo beside a new sign-up: %v, want ErrAddressTaken", err)
	}
	d.check(t)
}

// TestUndoOnlyCancellation: a session that was left before does not come back, and who
// was refused does not either.
func TestUndoOnlyCancellation(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	s := d.join(t, 1, 0, "attractivite", "innovation")
	if _, err := d.ChooseSessions(t.Context(), d.manage(s), []registration.SessionID{"innovation"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	if back, err := d.Undo(t.Context(), d.manage(s)); err != nil || len(back.Sessions()) != 1 || back.Sessions()[0] != "innovation" {
		t.Errorf("undone: %v, %v; want the session that was chosen last", back.Sessions(), err)
	}
	d = queueing(t, 5, func(m *registration.Meeting) { m.Approval = true })
	s = d.join(t, 1, 0)
	if err := d.Refuse(t.Context(), slug, s.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Undo(t.Context(), d.manage(s)); !errors.Is(err, registration.ErrExpired) {
		t.Errorf("undo a refusal: %v, want ErrExpired", err)
	}
	d.want(t, 1, registration.StatusRefused)
}
