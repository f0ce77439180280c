package registration_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// letters claims the mails that wait and returns what each says, by its kind and
// where it goes.
func (d desk) letters(t *testing.T) map[string]registration.Letter {
	t.Helper()
	batch, err := d.store.Claim(t.Context(), d.Now(), time.Minute, 50)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]registration.Letter{}
	for _, m := range batch {
		l, err := d.Letter(t.Context(), m, nil)
		if err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
		to := m.To
		if to == "" {
			to = l.Signup.Email
		}
		all[string(m.Kind)+" "+to] = l
		if err := d.store.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: {SentAt: d.Now()}}); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func keys(all map[string]registration.Letter) map[string]bool {
	set := map[string]bool{}
	for k := range all {
		set[k] = true
	}
	return set
}

func afterLast(s, sep string) string { return s[strings.LastIndex(s, sep)+1:] }

// seated is a desk with somebody who has a seat, a session, a companion and
// answers, whose mails are sent.
func seatedDesk(t *testing.T) (desk, registration.Signup) {
	t.Helper()
	d := queueing(t, 10, func(m *registration.Meeting) {
		m.Companions = 1
		m.Questions = []registration.Question{{ID: "besoin", Kind: registration.TextQuestion, Label: registration.Localized{FR: "Besoin"}}}
	})
	r := request(1)
	r.Function, r.Answers, r.Interests = "maire", registration.Answers{"besoin": {"plain-pied"}}, []string{"innover"}
	r.Sessions = []registration.SessionID{"attractivite"}
	r.Companions = []registration.Companion{{GivenName: "Ali", FamilyName: "Petit"}}
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.all(t)[0])); err != nil {
		t.Fatal(err)
	}
	d.letters(t)
	d.clock.Set(d.Now().Add(time.Hour))
	return d, d.all(t)[0]
}

// TestChangeAddress: the seat stays, the link of the new address confirms it, and
// both addresses are told; the old links end.
func TestChangeAddress(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	manage := d.manage(s)
	if _, err := d.ChangeAddress(t.Context(), manage, "mailto:Jeanne@Autre.example,"); err != nil {
		t.Fatal(err)
	}
	asked := d.letters(t)
	l := asked["address Jeanne@Autre.example"]
	if len(asked) != 1 || l.Links.Transfer == "" || l.Links.Manage != "" || l.Links.Confirm != "" || l.Links.Leave != "" {
		t.Fatalf("mails %v with %+v; want one that opens nothing but its own page", keys(asked), l.Links)
	}
	if got := d.all(t)[0]; got.Email != s.Email || got.Version != s.Version {
		t.Errorf("before it is confirmed: %q, version %d", got.Email, got.Version)
	}
	token := afterLast(l.Links.Transfer, "/")
	if _, err := d.Cancel(t.Context(), token); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("Cancel by the link of the new address: %v, want ErrNotFound", err)
	}
	for range 2 {
		if _, err := d.AcceptTransfer(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	got := d.all(t)[0]
	want := s
	want.Email, want.AddressKey, want.Version, want.AddressConfirmedAt = "Jeanne@Autre.example", "jeanne@autre.example", s.Version+1, d.Now().UTC()
	want.Revision, want.Sequence, want.Transfer = got.Revision, got.Sequence, registration.Transfer{Number: got.Transfer.Number, DoneAt: d.Now().UTC()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sign-up (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"address_changed " + s.Email: true, "confirmed Jeanne@Autre.example": true}, keys(d.letters(t))); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if _, _, err := d.Read(t.Context(), link.ForManage, manage); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the old link: %v, want ErrNotFound", err)
	}
	if _, _, err := d.Read(t.Context(), link.ForManage, d.manage(got)); err != nil {
		t.Errorf("the new link: %v", err)
	}
	if err := d.Reissue(t.Context(), slug, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.ReadTransfer(t.Context(), token); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the link of the transfer after an organiser has ended the links: %v, want ErrNotFound", err)
	}
}

// TestReplace: a colleague takes the seat and the session; what the person said of
// themselves goes, the companion stays.
func TestReplace(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	if _, err := d.Replace(t.Context(), d.manage(s), registration.Companion{GivenName: "Paul", FamilyName: "Kéré", Email: "paul@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	token := afterLast(d.letters(t)["replacement paul@exemple.fr"].Links.Transfer, "/")
	if _, err := d.AcceptTransfer(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	all := d.all(t)
	got := all[0]
	want := registration.Person{GivenName: "Paul", FamilyName: "Kéré", Email: "paul@exemple.fr", Category: s.Category, Organisation: s.Organisation}
	if diff := cmp.Diff(want, got.Person); diff != "" || got.Answers != nil || got.Interests != nil {
		t.Errorf("answers %v %v; person (-want +got):\n%s", got.Answers, got.Interests, diff)
	}
	if diff := cmp.Diff(s.Places, got.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if _, err := d.ByCode(t.Context(), slug, s.Code); !errors.Is(err, registration.ErrNotFound) || got.Code == s.Code {
		t.Errorf("the ticket of whoever was replaced still opens the door: %v", err)
	}
	if is, err := d.ByCode(t.Context(), slug, got.Code); err != nil || is.ID != s.ID {
		t.Errorf("the colleague's code: %v", err)
	}
	if all[1].Party != got.ID || all[1].Status() != registration.StatusConfirmed {
		t.Errorf("the companion: %s of %s", all[1].Status(), all[1].Party)
	}
	mails := d.letters(t)
	if diff := cmp.Diff(map[string]bool{"replaced " + s.Email: true, "confirmed paul@exemple.fr": true}, keys(mails)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if l := mails["replaced "+s.Email]; l.Links.Manage != "" || l.Links.Transfer != "" || l.Signup.Sequence != s.Sequence+1 {
		t.Errorf("whoever was replaced may open %+v; sequence %d, want %d", l.Links, l.Signup.Sequence, s.Sequence+1)
	}
	if _, err := d.SignUp(t.Context(), slug, request(1)); err != nil || len(d.all(t)) != 3 {
		t.Errorf("whoever was replaced signs up again: %v", err)
	}
}

// TestTransferRefused: who may not, when, and to which address.
func TestTransferRefused(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	colleague := func(email string) registration.Companion {
		return registration.Companion{GivenName: "Paul", FamilyName: "Kéré", Email: email}
	}
	rule := func(err error) string {
		if bad, ok := errors.AsType[*validation.Error](err); ok {
			return bad.Fields[0].Path + " " + bad.Fields[0].Rule
		}
		return "none"
	}
	for _, tt := range []struct {
		want string
		c    registration.Companion
	}{
		{"email same", colleague("JEANNE.1@exemple.fr")}, {"email required", colleague("")}, {"email mailbox", colleague("paul")},
		{"family_name required", registration.Companion{GivenName: "Paul", Email: "paul@exemple.fr"}},
	} {
		if _, err := d.Replace(t.Context(), d.manage(s), tt.c); rule(err) != tt.want {
			t.Errorf("Replace by %+v: %v, want %s", tt.c, err, tt.want)
		}
	}
	for email, want := range map[string]string{"": "email required", "x": "email mailbox", s.Email: "email same"} {
		if _, err := d.ChangeAddress(t.Context(), d.manage(s), email); rule(err) != want {
			t.Errorf("ChangeAddress to %q: %v, want %s", email, err, want)
		}
	}
	if mails := d.letters(t); len(mails) != 0 {
		t.Errorf("mails %v", keys(mails))
	}

	// An address that is signed up gets the mail that says so, and whoever asks is told nothing.
	other := d.join(t, 2, 0)
	d.letters(t)
	if _, err := d.Replace(t.Context(), d.manage(s), colleague(other.Email)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"known " + other.Email: true}, keys(d.letters(t))); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}

	// A newer request, or taking it back, ends the older link.
	ask := func(email string) string {
		if _, err := d.Replace(t.Context(), d.manage(s), colleague(email)); err != nil {
			t.Fatal(err)
		}
		return afterLast(d.letters(t)["replacement "+email].Links.Transfer, "/")
	}
	older, newer := ask("a@exemple.fr"), ask("b@exemple.fr")
	if _, err := d.AcceptTransfer(t.Context(), older); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the older link: %v, want ErrNotFound", err)
	}
	if _, err := d.WithdrawTransfer(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.AcceptTransfer(t.Context(), newer); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the link that was taken back: %v, want ErrNotFound", err)
	}

	// The colleague signs up before they confirm.
	late := ask("jeanne.7@exemple.fr")
	d.join(t, 7, 0)
	if _, err := d.AcceptTransfer(t.Context(), late); !errors.Is(err, registration.ErrAddressTaken) {
		t.Errorf("an address that is signed up by now: %v, want ErrAddressTaken", err)
	}

	frozen := ask("c@exemple.fr")
	v, err := d.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	d.clock.Set(v.Meeting.ClosesAt)
	if _, err := d.AcceptTransfer(t.Context(), frozen); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("AcceptTransfer after the freeze: %v, want ErrClosed", err)
	}
	if _, err := d.ChangeAddress(t.Context(), d.manage(s), "d@exemple.fr"); !errors.Is(err, registration.ErrClosed) {
		t.Errorf("ChangeAddress after the freeze: %v, want ErrClosed", err)
	}
	if got := d.all(t)[0]; got.Email != s.Email {
		t.Errorf("the address is %q, want %q", got.Email, s.Email)
	}
}

// TestTransferLimits: links are not a way to write to many strangers.
func TestTransferLimits(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	limited, err := registration.NewDesk(registration.DeskOptions{
		Store: d.store, Organisers: d.store, Keyring: d.keys, BaseURL: "https://rencontre.example", Clock: d.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, email := range []string{"a@exemple.fr", "b@exemple.fr", "c@exemple.fr", "d@exemple.fr"} {
		if _, err := limited.ChangeAddress(t.Context(), d.manage(s), email); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if _, err := limited.ChangeAddress(t.Context(), d.manage(s), "e@exemple.fr"); !errors.Is(err, registration.ErrTooMany) {
		t.Errorf("the fifth request of a day: %v, want ErrTooMany", err)
	}
	d.clock.Set(d.Now().Add(24 * time.Hour))
	if _, err := limited.ChangeAddress(t.Context(), d.manage(s), "e@exemple.fr"); err != nil {
		t.Errorf("on the next day: %v", err)
	}
	d.clock.Set(d.Now().Add(24 * time.Hour))
	if _, err := d.SignUp(t.Context(), slug, request(2)); err != nil {
		t.Fatal(err)
	}
	d.confirmLast(t)
	d.mails(t)
	sent, both := 0, []registration.Signup{s, d.all(t)[2]}
	for i := range 6 { // two people name the same address
		who := both[i%2]
		if _, err := limited.ChangeAddress(t.Context(), d.manage(who), "paul@exemple.fr"); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		for _, k := range d.mails(t) {
			if k == registration.MailAddress {
				sent++
			}
		}
		d.clock.Set(d.Now().Add(2 * time.Minute))
	}
	if sent != 4 {
		t.Errorf("%d mails to one new address on one day, want 4", sent)
	}
}

// TestErasedTransfer: the address that somebody named goes with them, also from
// the mails that wait.
func TestErasedTransfer(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	if _, err := d.Replace(t.Context(), d.manage(s), registration.Companion{GivenName: "Paul", FamilyName: "Kéré", Email: "paul@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	if got := d.all(t)[0]; got.Transfer.Email != "paul@exemple.fr" {
		t.Fatalf("transfer %+v", got.Transfer)
	}
	if err := d.Erase(t.Context(), d.manage(s)); err != nil {
		t.Fatal(err)
	}
	if got := d.all(t)[0]; got.Transfer != (registration.Transfer{}) {
		t.Errorf("transfer %+v of somebody erased", got.Transfer)
	}
	batch, err := d.store.Claim(t.Context(), d.Now(), time.Minute, 50)
	if err != nil || len(batch) == 0 {
		t.Fatalf("%d mails, %v; want some that wait", len(batch), err)
	}
	for _, m := range batch {
		if _, err := d.Letter(t.Context(), m, nil); !errors.Is(err, registration.ErrNobody) || m.To != "" {
			t.Errorf("%s: to %q, %v; want ErrNobody", m.Kind, m.To, err)
		}
	}
}

// TestIfUnchanged: of two acts from the same page the second does nothing.
func TestIfUnchanged(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	ali := d.all(t)[1]
	page := d.IfUnchanged(s.Revision)
	if _, err := page.ChooseSessions(t.Context(), d.manage(s), []registration.SessionID{"attractivite", "innovation"}); err != nil {
		t.Fatal(err)
	}
	for name, act := range map[string]func(context.Context) error{
		"sessions": func(ctx context.Context) error { _, err := page.ChooseSessions(ctx, d.manage(s), nil); return err },
		"answers":  func(ctx context.Context) error { _, err := page.Edit(ctx, d.manage(s), request(1)); return err },
		"address": func(ctx context.Context) error {
			_, err := page.ChangeAddress(ctx, d.manage(s), "x@exemple.fr")
			return err
		},
	} {
		if err := act(t.Context()); !errors.Is(err, registration.ErrStale) {
			t.Errorf("%s from the older page: %v, want ErrStale", name, err)
		}
	}
	if got := d.all(t)[0].Sessions(); len(got) != 2 {
		t.Errorf("sessions %v; want both", got)
	}
	// A companion's name has a revision of its own.
	if _, err := d.IfUnchanged(ali.Revision).RenameCompanion(t.Context(), d.manage(s), ali.ID, " Alí ", "Petit"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.IfUnchanged(ali.Revision).RenameCompanion(t.Context(), d.manage(s), ali.ID, "Alo", "Petit"); !errors.Is(err, registration.ErrStale) {
		t.Errorf("the second correction: %v, want ErrStale", err)
	}
	if got := d.all(t)[1].GivenName; got != "Alí" {
		t.Errorf("the companion is called %q", got)
	}
	if _, err := d.RenameCompanion(t.Context(), d.manage(s), s.ID, "X", "Y"); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a lead's own name as a companion's: %v, want ErrNotFound", err)
	}
}

// TestAnswersThatAreNotAskedAgain stay the person's when the rest is edited.
func TestAnswersThatAreNotAskedAgain(t *testing.T) {
	t.Parallel()
	d, s := seatedDesk(t)
	v, err := d.Meeting(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	v.Meeting.Questions = nil
	if err := d.store.PutMeeting(t.Context(), v.Meeting); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Edit(t.Context(), d.manage(s), request(1)); err != nil {
		t.Fatal(err)
	}
	got := d.all(t)[0]
	if diff := cmp.Diff(registration.Answers{"besoin": {"plain-pied"}}, got.Answers); diff != "" || got.Function != "" {
		t.Errorf("function %q; answers (-want +got):\n%s", got.Function, diff)
	}
	if err := d.Erase(t.Context(), d.manage(s)); err != nil || d.all(t)[0].Answers != nil {
		t.Errorf("after erasing: %v, %v", d.all(t)[0].Answers, err)
	}
}
