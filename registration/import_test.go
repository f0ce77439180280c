package registration_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// row is the row of person n, on line n+1.
func row(n int, change ...func(*registration.Request)) registration.ImportRow {
	r := request(n)
	r.Privacy = false
	for _, c := range change {
		c(&r)
	}
	return registration.ImportRow{Line: n + 1, Request: r}
}

// became is what became of each row, in a word.
func became(lines []registration.ImportLine) (list []string) {
	for _, l := range lines {
		switch {
		case l.Wrong != nil:
			list = append(list, l.Wrong[0].Error())
		case l.Skipped != "":
			list = append(list, string(l.Skipped))
		default:
			list = append(list, string(l.Signup.Status()))
		}
	}
	return list
}

func TestImport(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, func(m *registration.Meeting) { m.Approval = true })
	ctx := t.Context()
	if _, err := d.Enlist(ctx, slug, request(1)); err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	nobody := func(r *registration.Request) { r.Email = "" }
	out := row(7)
	out.Out = true
	rows := []registration.ImportRow{row(1), row(2), row(2), row(3, nobody), row(3, nobody), out, row(4)}
	want := []string{"known", "confirmed", "twice", "confirmed", "twice", "out", "waitlisted"}

	var e registration.Effects
	lines, err := d.Preview(&e).Import(ctx, slug, rows, registration.ImportOptions{From: "csv", Write: true})
	if diff := cmp.Diff(want, became(lines)); err != nil || diff != "" || len(e.Mails) != 2 {
		t.Errorf("preview: %v, %d mails (-want +got):\n%s", err, len(e.Mails), diff)
	}
	if n := len(d.all(t)); n != 1 {
		t.Fatalf("%d sign-ups after a preview", n)
	}
	lines, err = d.Import(ctx, slug, rows, registration.ImportOptions{From: "csv"})
	if diff := cmp.Diff(want, became(lines)); err != nil || diff != "" {
		t.Errorf("import: %v (-want +got):\n%s", err, diff)
	}
	d.wantKinds(t, "import", map[registration.Kind]int{})
	all := d.all(t)
	for _, s := range all[1:] {
		if s.Source != registration.SourceImport || s.AddressConfirmedAt.IsZero() || !s.CreatedAt.Equal(all[1].CreatedAt) {
			t.Errorf("imported %+v", s)
		}
	}
	again, err := d.Import(ctx, slug, rows, registration.ImportOptions{From: "csv"})
	if diff := cmp.Diff([]string{"known", "known", "twice", "known", "known", "out", "known"}, became(again)); err != nil || diff != "" {
		t.Errorf("once more: %v (-want +got):\n%s", err, diff)
	}
	if _, err := d.Import(ctx, slug, []registration.ImportRow{row(8)}, registration.ImportOptions{From: "csv", Write: true}); err != nil {
		t.Fatal(err)
	}
	d.wantKinds(t, "import that writes", map[registration.Kind]int{registration.MailEnlisted: 1})
	d.check(t)
}

// TestImportWrong: a row that is wrong, or for which there is no seat, keeps all
// from being signed up.
func TestImportWrong(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := queueing(t, 2, func(m *registration.Meeting) { m.Queue = false })
	bad := row(2, func(r *registration.Request) {
		r.Email, r.Category, r.Sessions = "x", "roi", []registration.SessionID{"none"}
	})
	lines, err := d.Import(ctx, slug, []registration.ImportRow{row(1), bad, row(3), row(4)}, registration.ImportOptions{})
	if diff := cmp.Diff([]string{"confirmed", "email: mailbox", "confirmed", "seats: full"}, became(lines)); !errors.Is(err, registration.ErrWrongRows) || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if len(lines) == 4 && len(lines[1].Wrong) != 3 {
		t.Errorf("wrong: %v", lines[1].Wrong)
	}
	if n := len(d.all(t)); n != 0 {
		t.Errorf("%d sign-ups", n)
	}
	broken := func(r *registration.Request) { r.Email = r.FamilyName }
	lines, err = d.Import(ctx, slug, []registration.ImportRow{row(1, broken), row(2, broken)}, registration.ImportOptions{})
	if diff := cmp.Diff([]string{"email: mailbox", "email: mailbox"}, became(lines)); !errors.Is(err, registration.ErrWrongRows) || diff != "" {
		t.Errorf("two addresses that are none: %v (-want +got):\n%s", err, diff)
	}
	if _, err := d.Import(ctx, slug, make([]registration.ImportRow, registration.MaxImport+1), registration.ImportOptions{}); !errors.Is(err, registration.ErrTooMany) {
		t.Errorf("too many rows: %v", err)
	}
	// Beyond the seats, by a named act.
	lines, err = d.Import(ctx, slug, []registration.ImportRow{row(1), row(2), row(3)}, registration.ImportOptions{Pass: true})
	if diff := cmp.Diff([]string{"confirmed", "confirmed", "confirmed"}, became(lines)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	m := registration.ShippedExample()
	m.CancelledAt = d.clock.Now()
	if err := d.store.PutMeeting(ctx, m); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Import(ctx, slug, []registration.ImportRow{row(9)}, registration.ImportOptions{}); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("into a cancelled meeting: %v", err)
	}
}

// TestImportKeepsTheQueue: who waits is not passed, but by a named act.
func TestImportKeepsTheQueue(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for pass, want := range map[bool]string{false: "waitlisted", true: "confirmed"} {
		d := queueing(t, 2, nil)
		for n := range 3 {
			d.join(t, n, 0) // the last waits
		}
		innovation := func(r *registration.Request) { r.Sessions = []registration.SessionID{"innovation"} }
		lines, err := d.Import(ctx, slug, []registration.ImportRow{row(5, innovation)}, registration.ImportOptions{Pass: pass})
		if diff := cmp.Diff([]string{want}, became(lines)); err != nil || diff != "" {
			t.Errorf("pass %v: %v (-want +got):\n%s", pass, err, diff)
		}
		d.want(t, 2, registration.StatusWaitlisted)
		d.check(t)
	}
}

func TestUndoImport(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	ctx := t.Context()
	d.join(t, 1, 0)
	d.clock.Set(d.clock.Now().Add(time.Hour))
	rows := []registration.ImportRow{row(2), row(3), row(4)}
	if _, err := d.Import(ctx, slug, rows, registration.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	at := d.byNumber(t, 4).CreatedAt
	d.clock.Set(d.clock.Now().Add(time.Hour))
	late, err := d.Import(ctx, slug, []registration.ImportRow{row(5)}, registration.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	if _, err := d.UndoImport(ctx, slug, at.Add(time.Microsecond)); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("of another instant: %v", err)
	}
	if n, err := d.UndoImport(ctx, slug, at); err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	// The seat goes to who waits, and nobody else is told.
	d.wantKinds(t, "undone", map[registration.Kind]int{registration.MailOffer: 1})
	for _, s := range d.all(t) {
		if s.CreatedAt.Equal(at) != s.Erased() {
			t.Errorf("%+v", s)
		}
	}
	if _, err := d.UndoImport(ctx, slug, at); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	if _, err := d.UndoImport(ctx, slug, late[0].Signup.CreatedAt); !errors.Is(err, registration.ErrImportInUse) {
		t.Errorf("of somebody who was written to: %v, want ErrImportInUse", err)
	}
	if lines, err := d.Import(ctx, slug, rows, registration.ImportOptions{}); err != nil || slices.Contains(became(lines), "known") {
		t.Errorf("the same once more: %v %v", became(lines), err)
	}
	s := d.byNumber(t, 4)
	if _, _, err := d.Read(ctx, link.ForManage, d.manage(s)); err != nil {
		t.Errorf("the link of somebody who was imported: %v", err)
	}
	d.check(t)
}

// TestImportOfMany: as many as one import takes, in a time that others can wait.
func TestImportOfMany(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1500, nil)
	var rows []registration.ImportRow
	for n := range registration.MaxImport {
		rows = append(rows, row(n, func(r *registration.Request) { r.Organisation = fmt.Sprint("Forge ", n%50) }))
	}
	began := time.Now()
	if _, err := d.Import(t.Context(), slug, rows, registration.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %v", len(rows), time.Since(began))
	counts, err := d.StatusCounts(t.Context(), slug)
	if diff := cmp.Diff(map[registration.Status]int{registration.StatusConfirmed: 1500, registration.StatusWaitlisted: 500}, counts); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestPendingImport: a list waits for an hour, another one when it is kept again, and
// is imported once.
func TestPendingImport(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, nil)
	ctx := t.Context()
	id, err := d.SaveImport(ctx, registration.PendingImport{Meeting: slug, Content: []byte("1")})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := d.PendingImport(ctx, slug, id); err != nil || string(p.Content) != "1" {
		t.Fatalf("%q, %v", p.Content, err)
	}
	o := registration.ImportOptions{Pending: id}
	if _, err := d.Preview(&registration.Effects{}).Import(ctx, slug, []registration.ImportRow{row(1)}, o); err != nil {
		t.Errorf("preview: %v", err)
	}
	if _, err := d.Import(ctx, slug, []registration.ImportRow{row(1)}, o); err != nil {
		t.Errorf("import: %v", err)
	}
	if _, err := d.Import(ctx, slug, []registration.ImportRow{row(2)}, o); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("twice: %v, want ErrNotFound", err)
	}
	past, err := d.Imports(ctx, slug)
	if diff := cmp.Diff([]registration.PastImport{{At: d.byNumber(t, 1).CreatedAt, N: 1}}, past); err != nil || diff != "" {
		t.Errorf("imports: %v (-want +got):\n%s", err, diff)
	}
	if id, err = d.SaveImport(ctx, registration.PendingImport{Meeting: slug, Content: []byte("2")}); err != nil {
		t.Fatal(err)
	}
	d.clock.Set(d.clock.Now().Add(registration.PendingFor))
	p, err := d.PendingImport(ctx, slug, id)
	if err != nil {
		t.Fatalf("after an hour: %v", err)
	}
	if _, err = d.SaveImport(ctx, p); err != nil {
		t.Fatal(err)
	}
	d.clock.Set(d.clock.Now().Add(registration.PendingFor))
	if _, err := d.PendingImport(ctx, slug, id); err != nil {
		t.Errorf("an hour after it was kept again: %v", err)
	}
	d.clock.Set(d.clock.Now().Add(time.Microsecond))
	if _, err := d.PendingImport(ctx, slug, id); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("after more than an hour: %v, want ErrNotFound", err)
	}
}

// TestImportTogether: who is brought stays with who brings them, in the seats or in
// the queue, and each keeps what the list says of them; the import is undone whole.
func TestImportTogether(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := queueing(t, 4, func(m *registration.Meeting) { m.Companions = 2 })
	in := func(party string, brought bool, n int, change ...func(*registration.Request)) registration.ImportRow {
		r := row(n, change...)
		r.Party, r.Brought = party, brought
		return r
	}
	sessions := func(ids ...registration.SessionID) func(*registration.Request) {
		return func(r *registration.Request) { r.Sessions = ids }
	}
	gone := in("D", false, 8)
	gone.Out = true
	rows := []registration.ImportRow{
		in("A", true, 1, sessions("attractivite"), func(r *registration.Request) { r.Organisation, r.Function = "Forge", "Maire" }), // before who brings it
		in("A", false, 2, sessions("innovation", "attractivite")),
		in("B", false, 3), // alone: a list of ours gives everybody a party
		in("C", false, 4, sessions("innovation")), in("C", true, 5, sessions("innovation")),
		in("E", true, 6), // the person who brings it is not in the list
		gone, in("D", true, 7),
	}
	lines, err := d.Import(ctx, slug, rows, registration.ImportOptions{})
	want := []string{"confirmed", "confirmed", "confirmed", "waitlisted", "waitlisted", "confirmed", "out", "waitlisted"}
	if diff := cmp.Diff(want, became(lines)); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if all, err := d.Party(ctx, d.byNumber(t, 1)); err != nil || len(all) != 2 || all[0].ID != d.byNumber(t, 2).ID {
		t.Errorf("the party of the first two rows, whose lead comes second: %v, %v; want the lead first", all, err)
	}
	with := func(n int) string {
		s := d.byNumber(t, n)
		for m := range 9 {
			if m > 0 && m != 8 && d.byNumber(t, m).ID == s.Party {
				return fmt.Sprint(m)
			}
		}
		return "?"
	}
	for n, lead := range map[int]string{1: "2", 2: "2", 3: "3", 4: "4", 5: "4", 6: "6", 7: "7"} {
		if got := with(n); got != lead {
			t.Errorf("%d comes with %s, want %s", n, got, lead)
		}
	}
	if s := d.byNumber(t, 1); s.Organisation != "Forge" || s.Function != "Maire" || s.State("attractivite") != registration.Seated || s.State("innovation") != "" {
		t.Errorf("who is brought: %+v", s)
	}
	if s := d.byNumber(t, 2); s.State("attractivite") != registration.Seated || s.State("innovation") != registration.Seated {
		t.Errorf("who brings: %+v", s)
	}
	d.check(t)
	if n, err := d.UndoImport(ctx, slug, d.byNumber(t, 2).CreatedAt); err != nil || n != 7 {
		t.Errorf("undone: %d, %v", n, err)
	}
	d.check(t)

	// More than one person may bring, and no room for all of them without a queue.
	many := []registration.ImportRow{in("A", false, 11), in("A", true, 12), in("A", true, 13), in("A", true, 14)}
	lines, err = d.Import(ctx, slug, many, registration.ImportOptions{})
	if diff := cmp.Diff([]string{"companions: max=2", "approval", "approval", "approval"}, became(lines)); !errors.Is(err, registration.ErrWrongRows) || diff != "" {
		t.Errorf("too many: %v (-want +got):\n%s", err, diff)
	}
	d = queueing(t, 2, func(m *registration.Meeting) { m.Companions, m.Queue = 2, false })
	if _, err = d.Import(ctx, slug, many[:3], registration.ImportOptions{}); !errors.Is(err, registration.ErrWrongRows) {
		t.Errorf("three for two seats: %v", err)
	}
	lines, err = d.Import(ctx, slug, many[:3], registration.ImportOptions{Pass: true})
	if diff := cmp.Diff([]string{"confirmed", "confirmed", "confirmed"}, became(lines)); err != nil || diff != "" {
		t.Errorf("three for two seats, beyond: %v (-want +got):\n%s", err, diff)
	}
	// Somebody who was not in the list is brought since: the import stays.
	at := d.byNumber(t, 11).CreatedAt
	d.clock.Set(d.clock.Now().Add(registration.PendingFor))
	m := registration.ShippedExample()
	m.Seats, m.Companions = 9, 3
	if err := d.store.PutMeeting(ctx, m); err != nil {
		t.Fatal(err)
	}
	s := d.byNumber(t, 11)
	if err := d.AddCompanionFor(registration.WithActor(ctx, registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()}), slug, s.ID, registration.Companion{GivenName: "Paul", FamilyName: "d’Arc"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.UndoImport(ctx, slug, at); !errors.Is(err, registration.ErrImportInUse) {
		t.Errorf("undone with somebody else in the group: %v", err)
	}
}
