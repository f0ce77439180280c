package team_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/registration/team"
)

// TestVerify changes one value of a line at a time, behind the back of the
// program: every change is found, and where it is.
func TestVerify(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "site.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := desktest.Desk{Store: store, Team: desktest.Team(t, store, desktest.Keys(t), desktest.NewClock(desktest.Opening))}
	if err := store.PutMeeting(t.Context(), desktest.Meeting()); err != nil {
		t.Fatal(err)
	}
	add(t, d, "boss@x.example", registration.RoleAdmin)
	boss := as(t, d, "boss@x.example")
	for _, email := range []string{"a@x.example", "b@x.example", "c@x.example"} {
		if _, err := d.Team.Invite(boss, email, registration.RoleDesk, slug); err != nil {
			t.Fatal(err)
		}
	}
	n, head, err := d.Team.Verify(t.Context())
	if n != 3 || len(head) != 64 || err != nil {
		t.Fatalf("%d lines, head %q, %v", n, head, err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, statement := range []string{`UPDATE audit SET detail = 'x' WHERE n = 2`, `DELETE FROM audit WHERE n = 3`} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	run(`DROP TRIGGER audit_unchanged`)
	run(`DROP TRIGGER audit_undeleted`)
	run(`CREATE TABLE kept AS SELECT * FROM audit`)
	run(`CREATE TABLE kept_head AS SELECT * FROM audit_head`)
	for _, tt := range []struct {
		statement string
		at        int64
	}{
		{`UPDATE audit SET at = at + 1 WHERE n = 2`, 2},
		{`UPDATE audit SET actor_kind = 'command' WHERE n = 2`, 2},
		{`UPDATE audit SET actor = '' WHERE n = 2`, 2},
		{`UPDATE audit SET actor = upper(actor) WHERE n = 1`, 1},
		{`UPDATE audit SET act = act || 'x' WHERE n = 3`, 3},
		{`UPDATE audit SET meeting = '' WHERE n = 2`, 2},
		{`UPDATE audit SET subject = replace(subject, substr(subject, 36), 'x') WHERE n = 2`, 2},
		{`UPDATE audit SET detail = replace(detail, 'desk', 'desl') WHERE n = 2`, 2},
		{`UPDATE audit SET hash = replace(hash, substr(hash, 64), 'g') WHERE n = 3`, 3},
		{`DELETE FROM audit WHERE n = 2`, 2},
		{`DELETE FROM audit WHERE n = 3`, 3},
		{`DELETE FROM audit`, 1},
		{`UPDATE audit_head SET hash = 'x'`, 3},
		{`UPDATE audit SET n = 4 WHERE n = 3`, 3},
	} {
		run(tt.statement)
		_, _, err := d.Team.Verify(t.Context())
		broken, ok := errors.AsType[*team.BrokenError](err)
		if !ok || broken.N != tt.at {
			t.Errorf("%s: %v, want line %d", tt.statement, err, tt.at)
		}
		run(`DELETE FROM audit`)
		run(`INSERT INTO audit SELECT * FROM kept`)
		run(`DELETE FROM audit_head`)
		run(`INSERT INTO audit_head SELECT * FROM kept_head`)
	}
	if n, hash, err := d.Team.Verify(t.Context()); n != 3 || hash != head || err != nil {
		t.Errorf("the log as it was: %d lines, %v", n, err)
	}
}

// TestAuditNamesNobody: what organisers do is in the log, what people do is not,
// and no line has an address or a name.
func TestAuditNamesNobody(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t)
	add(t, d, "boss@x.example", registration.RoleAdmin)
	boss := as(t, d, "boss@x.example")
	_, err := d.SignUp(t.Context(), slug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: "zoe@mairie.example", Category: registration.Elected, Privacy: true})
	if err != nil {
		t.Fatal(err)
	}
	for s, err := range d.Signups(t.Context(), registration.Query{Meeting: slug}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Reissue(boss, slug, s.ID); err != nil {
			t.Fatal(err)
		}
		all, err := d.History(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var got []registration.Actor
		for _, e := range all {
			got = append(got, e.Actor)
		}
		want := []registration.Actor{{Kind: registration.ActorPerson, ID: s.ID}, registration.ActorOf(boss)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("actors (-want +got):\n%s", diff)
		}
		if c := all[0].Changes; len(c) != 1 || c[0] != (registration.Change{Field: "place.meeting", To: registration.Seated}) {
			t.Errorf("changes of the sign-up: %v", c)
		}
	}
	if err := d.Team.Note(boss, team.ActExported, slug, "csv"); err != nil {
		t.Fatal(err)
	}
	if err := d.Team.Note(t.Context(), team.ActExported, slug, "csv"); err != nil { // nobody's
		t.Fatal(err)
	}
	var acts []string
	for e, err := range d.Team.Audit(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, e.Act)
		if text := e.Act + e.Detail + e.Meeting; strings.Contains(text, "@") || strings.Contains(text, "tienne") {
			t.Errorf("a line names somebody: %q", text)
		}
	}
	if diff := cmp.Diff([]string{"reissued", "export"}, acts); diff != "" {
		t.Errorf("acts (-want +got):\n%s", diff)
	}
}

// TestDigest: an organiser who wants a digest gets it in the morning if
// something needs attention. It names nobody.
func TestDigest(t *testing.T) {
	t.Parallel()
	d := desktest.Open(t, func(m *registration.Meeting) { m.Approval = true })
	o := add(t, d, "o@x.example", registration.RoleReader, slug)
	letter := func() (registration.Letter, error) {
		return d.Letter(t.Context(), registration.Mail{Kind: registration.MailDigest, Organiser: o.ID}, nil)
	}
	if _, err := letter(); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("who did not ask for it: %v", err)
	}
	if err := d.Team.SetDigest(t.Context(), o.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := letter(); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("nothing to tell: %v", err)
	}
	posted := func() int {
		t.Helper()
		if err := d.Team.PostDigests(t.Context()); err != nil {
			t.Fatal(err)
		}
		b, err := d.Store.Backlog(t.Context(), d.Now())
		if err != nil {
			t.Fatal(err)
		}
		return b.Waiting
	}
	before := posted()
	d.Clock.Set(desktest.Opening.AddDate(0, 0, 1).Add(-3 * 3600e9)) // six in the morning
	if n := posted(); n != before {
		t.Errorf("posted at six")
	}
	d.Clock.Pass(3600e9)
	if n := posted(); n != before+1 {
		t.Errorf("not posted at seven")
	}
	d.Clock.Set(d.Meeting.Day.AddDays(d.Meeting.Notice.RetentionDays - 7).In(registration.Paris).Add(9 * 3600e9))
	l, err := letter()
	if err != nil || len(l.Digest) != 1 || l.Digest[0].Deletion != d.Meeting.Day.AddDays(d.Meeting.Notice.RetentionDays) {
		t.Errorf("a week before the deletion: %+v, %v", l.Digest, err)
	}
	d.Clock.Set(d.Meeting.Day.AddDays(d.Meeting.Notice.RetentionDays - 8).In(registration.Paris).Add(9 * 3600e9))
	if _, err := letter(); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("eight days before: %v", err)
	}
}
