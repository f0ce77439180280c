package team_test

import (
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
)

// TestInvitation: the mail says who invites, for which meeting and in which role. It
// leaves also if that organiser is removed before.
func TestInvitation(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	add(t, d, "other@x.example", registration.RoleAdmin)
	boss := add(t, d, "boss@x.example", registration.RoleAdmin)
	if _, err := d.Team.Invite(as(t, d, "boss@x.example"), "new@x.example", registration.RoleReader, slug); err != nil {
		t.Fatal(err)
	}
	letter := func() registration.Letter {
		t.Helper()
		mails, err := d.Store.Claim(t.Context(), d.Now(), time.Minute, 9)
		if err != nil || len(mails) != 1 {
			t.Fatalf("%d mails, %v", len(mails), err)
		}
		d.Clock.Pass(time.Hour)
		l, err := d.Letter(t.Context(), mails[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := letter()
	named := slices.ContainsFunc(l.Meetings, func(m registration.Meeting) bool { return m.Slug == slug })
	if l.Inviter.Email != "boss@x.example" || l.Organiser.Role(slug) != registration.RoleReader || !named {
		t.Errorf("inviter %q, grants %v, meeting there: %v", l.Inviter.Email, l.Organiser.Grants, named)
	}
	if _, err := d.Team.Remove(t.Context(), boss.ID); err != nil {
		t.Fatal(err)
	}
	if l = letter(); l.Inviter.Email != "" {
		t.Errorf("%s invites, who was removed", l.Inviter.Email)
	}
}
