package registration_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// failing is a store of whose calls within changes one fails: that with number at.
type failing struct {
	registration.Store
	calls, at int
}

var errFails = errors.New("the store fails")

func (f *failing) Change(ctx context.Context, slug string, change func(registration.Tx) error, about ...registration.ID) error {
	return f.Store.Change(ctx, slug, func(tx registration.Tx) error { return change(failingTx{tx, f}) }, about...)
}

type failingTx struct {
	registration.Tx
	f *failing
}

func (t failingTx) fails() error {
	if t.f.calls++; t.f.calls == t.f.at {
		return errFails
	}
	return nil
}

func or[T any](t failingTx, call func() (T, error)) (v T, err error) {
	if err := t.fails(); err != nil {
		return v, err
	}
	return call()
}

func (t failingTx) do(call func() error) error {
	_, err := or(t, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func (t failingTx) Occupancy() ([]registration.Occupancy, error) { return or(t, t.Tx.Occupancy) }

func (t failingTx) Signup(id registration.ID) (registration.Signup, error) {
	return or(t, func() (registration.Signup, error) { return t.Tx.Signup(id) })
}

func (t failingTx) ByAddress(key string) (registration.Signup, error) {
	return or(t, func() (registration.Signup, error) { return t.Tx.ByAddress(key) })
}

func (t failingTx) SameAddress(key string) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.SameAddress(key) })
}

func (t failingTx) Party(lead registration.ID) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.Party(lead) })
}

func (t failingTx) Signups(after registration.ID, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.Signups(after, n) })
}

func (t failingTx) Select(f registration.Filter, after registration.ID, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.Select(f, after, n) })
}

func (t failingTx) Waiting(id registration.SessionID, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.Waiting(id, n) })
}

func (t failingTx) Next(id registration.SessionID, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.Next(id, n) })
}

func (t failingTx) Waits(id registration.SessionID, n int, rank time.Time, other registration.ID) (bool, error) {
	return or(t, func() (bool, error) { return t.Tx.Waits(id, n, rank, other) })
}

func (t failingTx) Ranks(id registration.SessionID) (first, last time.Time, err error) {
	if err := t.fails(); err != nil {
		return first, last, err
	}
	return t.Tx.Ranks(id)
}

func (t failingTx) ExpiredHolds(now time.Time, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.ExpiredHolds(now, n) })
}

func (t failingTx) ExpiredOffers(now time.Time, n int) ([]registration.Signup, error) {
	return or(t, func() ([]registration.Signup, error) { return t.Tx.ExpiredOffers(now, n) })
}

func (t failingTx) PostedTo(key string, since time.Time) ([]registration.Posted, error) {
	return or(t, func() ([]registration.Posted, error) { return t.Tx.PostedTo(key, since) })
}

func (t failingTx) Mailings() ([]registration.Mailing, error) { return or(t, t.Tx.Mailings) }

func (t failingTx) Retention() (registration.Retention, error) { return or(t, t.Tx.Retention) }

func (t failingTx) Insert(s registration.Signup) error {
	return t.do(func() error { return t.Tx.Insert(s) })
}

func (t failingTx) Update(s registration.Signup) error {
	return t.do(func() error { return t.Tx.Update(s) })
}

func (t failingTx) Record(e registration.Event) error {
	return t.do(func() error { return t.Tx.Record(e) })
}

func (t failingTx) Post(m registration.Mail) error {
	return t.do(func() error { return t.Tx.Post(m) })
}

func (t failingTx) PutMailing(m registration.Mailing) error {
	return t.do(func() error { return t.Tx.PutMailing(m) })
}

func (t failingTx) PutVersion(v registration.Version) error {
	return t.do(func() error { return t.Tx.PutVersion(v) })
}

func (t failingTx) Configure(m registration.Meeting) error {
	return t.do(func() error { return t.Tx.Configure(m) })
}

func (t failingTx) RaiseCeiling(id registration.SessionID) error {
	return t.do(func() error { return t.Tx.RaiseCeiling(id) })
}

// only returns the error of an act that returns something else too.
func only[T any](_ T, err error) error { return err }

// TestStoreFails: whichever call of the store fails, no act says that it was done. What
// it had written is not kept: the same act succeeds afterwards.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	d := queueing(t, 3, nil)
	store := &failing{Store: d.store}
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: store, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, innovation := t.Context(), []registration.SessionID{"innovation"} // one seat
	manage := func(n int) string { return d.manage(d.byNumber(t, n)) }
	id := func(n int) registration.ID { return d.byNumber(t, n).ID }
	colleague := func(n int) registration.Companion {
		return registration.Companion{GivenName: "Ana", FamilyName: "Roy", Email: request(n).Email}
	}
	confirm := func(n int) error { return only(d.Confirm(ctx, d.token(link.ForConfirm, d.byNumber(t, n)))) }
	signUp := func(n int, others ...int) error {
		r := request(n)
		r.Sessions = innovation
		for _, o := range others {
			r.Companions = append(r.Companions, colleague(o))
		}
		return only(d.SignUp(ctx, slug, r))
	}
	accept := func(n int) error {
		s := d.byNumber(t, n)
		return only(d.AcceptTransfer(ctx, d.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number)))
	}
	apply := func(change func(*registration.Meeting)) error {
		m, err := d.store.Meeting(ctx, slug)
		if err != nil {
			return err
		}
		change(&m)
		return only(d.Apply(ctx, m, registration.ApplyOptions{Yes: true}))
	}
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{"sign up with a companion", func() error { return signUp(1, 2) }},
		{"confirm", func() error { return confirm(1) }},
		{"a companion confirms", func() error { return confirm(2) }},
		{"sign up with two, for one seat", func() error { return signUp(3, 4, 5) }},
		{"confirm into the queue", func() error { return confirm(3) }},
		{"sign up again", func() error { return signUp(3) }},
		{"bring somebody", func() error { return only(d.AddCompanion(ctx, manage(1), colleague(6))) }},
		{"rename", func() error { return only(d.RenameCompanion(ctx, manage(1), id(6), "Anne", "Roy")) }},
		{"choose less", func() error { return only(d.ChooseSessions(ctx, manage(1), nil)) }},
		{"choose more", func() error { return only(d.ChooseSessionsFor(ctx, slug, id(1), innovation)) }},
		{"bring nobody any longer", func() error { return only(d.RemoveCompanion(ctx, manage(1), id(6))) }},
		{"some of a party", func() error { return only(d.TakePart(ctx, manage(3), registration.MeetingSession, nil)) }},
		{"cancel", func() error { return only(d.Cancel(ctx, manage(1))) }},
		{"undo", func() error { return only(d.Undo(ctx, manage(1))) }},
		{"one more", func() error { return signUp(7) }},
		{"one more confirms", func() error { return confirm(7) }},
		{"cancel, and all is offered", func() error { return d.CancelFor(ctx, slug, id(1), false) }},
		{"accept", func() error { return only(d.Accept(ctx, manage(3))) }},
		{"another address", func() error { return only(d.ChangeAddress(ctx, manage(7), request(8).Email)) }},
		{"from there", func() error { return accept(7) }},
		{"a colleague", func() error { return only(d.Replace(ctx, manage(8), colleague(9))) }},
		{"withdrawn", func() error { return only(d.WithdrawTransfer(ctx, manage(8))) }},
		{"a colleague again", func() error { return only(d.Replace(ctx, manage(8), colleague(9))) }},
		{"who comes", func() error { return accept(8) }},
		{"correct an address", func() error { return d.CorrectAddress(ctx, slug, id(9), request(10).Email) }},
		{"replace", func() error { return only(d.ReplaceFor(ctx, slug, id(10), colleague(11))) }},
		{"erase", func() error { return d.Erase(ctx, manage(11)) }},
		{"enlist", func() error { return only(d.Enlist(ctx, slug, request(12))) }},
		{"enlist one more", func() error { return only(d.Enlist(ctx, slug, request(13))) }},
		{"enlist the last", func() error { return only(d.Enlist(ctx, slug, request(14))) }},
		{"promote", func() error { return only(d.Promote(ctx, slug, id(14), true)) }},
		{"new links", func() error { return d.Reissue(ctx, slug, id(14)) }},
		{"sign up for an hour", func() error { return signUp(15) }},
		{"holds and offers end", func() error { d.clock.Set(at(t, "2019-05-20 09:00")); return d.Release(ctx) }},
		{"write", func() error { return d.Write(ctx, slug, registration.ID{9}, note(), registration.Filter{}) }},
		{"stop", func() error { return d.StopMailing(ctx, slug, registration.ID{9}) }},
		{"write again", func() error { return d.Write(ctx, slug, registration.ID{10}, note(), registration.Filter{}) }},
		{"send", func() error { return d.Release(ctx) }},
		{"more seats", func() error { return apply(func(m *registration.Meeting) { m.Seats += 2 }) }},
		{"import", func() error {
			return only(d.Import(ctx, slug, []registration.ImportRow{row(16), row(17)}, registration.ImportOptions{From: "csv"}))
		}},
		{"undo the import", func() error {
			list, err := d.Imports(ctx, slug)
			if err != nil || len(list) == 0 {
				return err
			}
			return only(d.UndoImport(ctx, slug, list[0].At))
		}},
		{"with approval", func() error { return apply(func(m *registration.Meeting) { m.Approval = true }) }},
		{"sign up for approval", func() error { return signUp(18, 19) }},
		{"confirm for approval", func() error { return confirm(18) }},
		{"refuse", func() error { return d.Refuse(ctx, slug, id(18), "non") }},
		{"approve", func() error { return d.Decide(ctx, slug, id(18), true) }},
		{"arrive", func() error {
			d.clock.Set(at(t, "2019-06-12 09:00"))
			_, _, err := d.Arrive(ctx, slug, id(18), registration.CheckIn{})
			return err
		}},
		{"did not arrive", func() error { return d.UndoArrival(ctx, slug, id(18), "", "") }},
		{"admit", func() error {
			return only(d.Admit(ctx, slug, registration.WalkIn{GivenName: "Ana", FamilyName: "Ici", Sure: true, CheckIn: registration.CheckIn{Beyond: true}}))
		}},
		{"cancel the meeting", func() error { return apply(func(m *registration.Meeting) { m.CancelledAt = d.Now() }) }},
	} {
		for store.calls, store.at = 0, 1; ; store.calls, store.at = 0, store.at+1 {
			err := act.do()
			if store.calls < store.at { // none failed
				if err != nil {
					t.Fatalf("%s: %v", act.name, err)
				}
				break
			}
			if !errors.Is(err, errFails) {
				t.Errorf("%s = %v though call %d of the store failed", act.name, err, store.at)
			}
		}
		if store.at == 1 {
			t.Errorf("%s: not seen to fail", act.name)
		}
	}
	d.check(t)
}
