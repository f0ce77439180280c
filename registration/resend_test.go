package registration_test

import (
	"errors"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// TestSendAgain: the mail that is sent again asks who has not confirmed to do so, and
// nobody whose lead has not.
func TestSendAgain(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	lead := d.bringing(t, 1, 2)
	d.kinds(t)
	wants := func(when string, n int, want map[registration.Kind]int) {
		t.Helper()
		d.clock.Set(d.Now().Add(11 * time.Second)) // at most once in ten
		if err := d.SendAgain(t.Context(), slug, d.byNumber(t, n).ID); len(want) > 0 && err != nil || len(want) == 0 && !errors.Is(err, registration.ErrClosed) {
			t.Errorf("%s: %v", when, err)
		}
		d.wantKinds(t, when, want)
	}
	wants("not confirmed", 1, map[registration.Kind]int{registration.MailConfirm: 1})
	wants("lead not confirmed", 2, map[registration.Kind]int{})
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, lead)); err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	wants("confirmed", 1, map[registration.Kind]int{registration.MailConfirmed: 1})
	wants("companion not confirmed", 2, map[registration.Kind]int{registration.MailInvitation: 1})
}

// TestRevoke: without a mail.
func TestRevoke(t *testing.T) {
	t.Parallel()
	d := queueing(t, 2, nil)
	s := d.join(t, 1, 0)
	d.kinds(t)
	old := d.manage(s)
	if err := d.Revoke(t.Context(), slug, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(t.Context(), old); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a revoked link: %v, want ErrNotFound", err)
	}
	d.wantKinds(t, "revoked", map[registration.Kind]int{})
	if err := d.IfUnchanged(s.Revision).Reissue(t.Context(), slug, s.ID); !errors.Is(err, registration.ErrStale) {
		t.Errorf("a second organiser: %v, want ErrStale", err)
	}
}

// TestReplaceFor: a colleague has the seat at once, under a code of their own, and
// nothing of what was answered.
func TestReplaceFor(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	ctx := t.Context()
	s := d.join(t, 1, 0, "innovation")
	d.kinds(t)
	old := d.manage(s)
	now, err := d.ReplaceFor(ctx, slug, s.ID, registration.Companion{GivenName: " Paul ", FamilyName: "Dupont", Email: "Paul@exemple.fr"})
	if err != nil {
		t.Fatal(err)
	}
	if now.GivenName != "Paul" || now.Code == s.Code || now.Source != registration.SourcePhone || now.State("innovation") != registration.Seated || now.AddressConfirmedAt.IsZero() || now.Function != "" {
		t.Errorf("replaced: %+v", now)
	}
	if stored, err := d.ByCode(ctx, slug, now.Code); err != nil || stored.ID != s.ID {
		t.Errorf("by the new code: %v, %v", stored.ID, err)
	}
	d.wantKinds(t, "replaced", map[registration.Kind]int{registration.MailReplaced: 1, registration.MailEnlisted: 1})
	if _, err := d.Cancel(ctx, old); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the old link: %v, want ErrNotFound", err)
	}
	if _, err := d.ReplaceFor(ctx, slug, s.ID, registration.Companion{GivenName: "Anne", FamilyName: "Martin"}); err != nil {
		t.Fatal(err)
	}
	d.wantKinds(t, "by somebody without an address", map[registration.Kind]int{registration.MailReplaced: 1})
	d.join(t, 2, 0)
	for name, tt := range map[string]struct {
		who  registration.Companion
		want error
	}{
		"taken": {registration.Companion{GivenName: "A", FamilyName: "B", Email: "jeanne.2@exemple.fr"}, registration.ErrAddressTaken},
	} {
		if _, err := d.ReplaceFor(ctx, slug, s.ID, tt.who); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if _, err := d.ReplaceFor(ctx, slug, s.ID, registration.Companion{Email: "x"}); err == nil {
		t.Error("nobody in particular was taken")
	}
	d.check(t)
}
