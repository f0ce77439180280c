package registration_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// apply signs up so many people, who wait for an organiser.
func (d desk) apply(t *testing.T, n int) (ids []registration.ID) {
	t.Helper()
	s := d.join(t, 0, 0)
	ids = append(ids, s.ID)
	err := d.store.Change(t.Context(), slug, func(tx registration.Tx) error {
		for i := 1; i < n; i++ {
			s.ID = registration.NewID()
			s.Party, s.Code, s.AddressKey = s.ID, registration.MintCode(), fmt.Sprintf("jeanne+%d@exemple.fr", i)
			s.Email = s.AddressKey
			if err := tx.Insert(s); err != nil {
				return err
			}
			ids = append(ids, s.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	return ids
}

// TestRunBulkAction: a hundred in a transaction, seats in the order of the sign-ups,
// and who cannot be acted for is passed over by name.
func TestRunBulkAction(t *testing.T) {
	t.Parallel()
	d := queueing(t, 150, func(m *registration.Meeting) { m.Approval = true })
	ids := d.apply(t, 230)
	ctx := t.Context()
	if err := d.CancelFor(ctx, slug, ids[7], false); err != nil { // a second before
		t.Fatal(err)
	}
	if err := d.Decide(ctx, slug, ids[8], false); err != nil {
		t.Fatal(err)
	}
	d.kinds(t)
	var e registration.Effects
	tried, err := d.Preview(&e).RunBulkAction(ctx, slug, registration.BulkApprove, ids[:100], "")
	if err != nil || len(tried) != 1 || len(tried[0].Done) != 98 || len(e.Mails) != 98 {
		t.Errorf("preview: %d batches, %d mails, %v", len(tried), len(e.Mails), err)
	}
	d.wantKinds(t, "a preview", map[registration.Kind]int{})
	batches, err := d.RunBulkAction(ctx, slug, registration.BulkApprove, append(ids, ids[0]), "")
	if err != nil {
		t.Fatal(err)
	}
	var done []int
	for _, b := range batches {
		done = append(done, len(b.Done))
	}
	if fmt.Sprint(done) != "[98 100 30]" || len(batches[0].Skipped) != 2 {
		t.Fatalf("batches of %v, %+v", done, batches[0].Skipped)
	}
	for _, p := range batches[0].Skipped {
		want := map[registration.ID]error{ids[7]: registration.ErrNotFound, ids[8]: registration.ErrNotFound}[p.Signup.ID]
		if !errors.Is(p.Err, want) || want == nil {
			t.Errorf("passed over %v: %v", p.Signup.ID, p.Err)
		}
	}
	d.wantKinds(t, "approved", map[registration.Kind]int{registration.MailApproved: 228})
	for i, s := range d.all(t) {
		want := registration.StatusConfirmed
		switch {
		case i == 7:
			want = registration.StatusCancelled
		case i == 8:
			want = registration.StatusRefused
		case i >= 152:
			want = registration.StatusWaitlisted
		}
		if s.Status() != want {
			t.Errorf("number %d is %s, want %s", i, s.Status(), want)
		}
	}
	d.check(t)
	again, err := d.RunBulkAction(ctx, slug, registration.BulkApprove, ids[:3], "")
	if err != nil || len(again[0].Done) != 0 || len(again[0].Skipped) != 3 {
		t.Errorf("twice: %+v, %v", again, err)
	}
	if _, err := d.RunBulkAction(ctx, slug, registration.BulkCancel, ids[:2], ""); err != nil {
		t.Fatal(err)
	}
	if got := d.kinds(t); got[registration.MailCancelled] != 2 || got[registration.MailOffer] != 2 {
		t.Errorf("mails %v, want two cancellations and two offers", got)
	}
	if b, err := d.RunBulkAction(ctx, slug, registration.BulkResend, ids[:4], ""); err != nil || len(b[0].Done) != 2 || !errors.Is(b[0].Skipped[0].Err, registration.ErrCancelled) {
		t.Errorf("send again: %+v, %v", b, err)
	}
	d.check(t)
}

// TestRunBulkActionDecidesParties: a party is decided once, whoever of it was chosen,
// and each of it reads the reason.
func TestRunBulkActionDecidesParties(t *testing.T) {
	t.Parallel()
	d := queueing(t, 9, func(m *registration.Meeting) { m.Approval = true })
	d.join(t, 1, 2)
	var ids []registration.ID
	for _, s := range d.all(t) {
		ids = append(ids, s.ID)
	}
	d.kinds(t)
	b, err := d.RunBulkAction(t.Context(), slug, registration.BulkRefuse, ids, "Complet.")
	if err != nil || len(b) != 1 || len(b[0].Done) != 3 || len(b[0].Skipped) != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
	for _, s := range d.all(t) {
		if s.Status() != registration.StatusRefused || s.Refusal != "Complet." {
			t.Errorf("%s is %s, %q", s.GivenName, s.Status(), s.Refusal)
		}
	}
	d.wantKinds(t, "refused", map[registration.Kind]int{registration.MailRefused: 1})
}

// TestRunBulkActionFails: what cannot be is said before anything is done; a batch
// that fails leaves those before it, and says who is left.
func TestRunBulkActionFails(t *testing.T) {
	t.Parallel()
	d := queueing(t, 300, func(m *registration.Meeting) { m.Approval = true })
	ids := d.apply(t, 120)
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"reason": func() error {
			_, err := d.RunBulkAction(ctx, slug, registration.BulkRefuse, ids, strings.Repeat("é", 1001))
			return err
		},
		"2,001": func() error {
			_, err := d.RunBulkAction(ctx, slug, registration.BulkCancel, make([]registration.ID, 2001), "")
			return err
		},
	} {
		if call() == nil {
			t.Errorf("%s: done", name)
		}
	}
	d.want(t, 0, registration.StatusApproval)
	unknown := append(ids[:110:110], registration.NewID()) // in the second batch
	b, err := d.RunBulkAction(ctx, slug, registration.BulkApprove, unknown, "")
	if err != nil || len(b) != 2 || len(b[0].Done) != 100 || b[1].Err == nil || len(b[1].Left) != 11 || len(b[1].Done) != 0 {
		t.Errorf("%+v, %v", b, err)
	}
	if n := d.kinds(t)[registration.MailApproved]; n != 100 {
		t.Errorf("%d mails, want those of the first batch", n)
	}
	d.check(t)
}
