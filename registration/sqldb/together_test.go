package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// newcomer is somebody who signs up with a seat, held for an hour.
func newcomer(code, address string) registration.Signup {
	u := registration.Signup{ID: registration.NewID(), Meeting: slug, Code: code, Language: registration.French,
		Person:     registration.Person{GivenName: "Ana", FamilyName: "Personne", Email: address},
		AddressKey: address, CreatedAt: opening, HeldUntil: opening.Add(time.Hour), Network: "network",
		Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated, Since: opening}}}
	u.Party = u.ID
	return u
}

// enters looks for the address and inserts: what may wait until the end of the group.
func enters(u registration.Signup) func(registration.Tx) error {
	return func(tx registration.Tx) error {
		if _, err := tx.ByAddress(u.AddressKey); !errors.Is(err, registration.ErrNotFound) {
			return errors.Join(errors.New("known"), err)
		}
		mail := registration.Mail{ID: registration.NewID(), Kind: registration.MailConfirm, Meeting: slug, Signup: u.ID, CreatedAt: opening}
		return errors.Join(tx.Insert(u), tx.Post(mail))
	}
}

// confirm confirms the address of somebody: a change of a row that is there.
func confirm(id registration.ID) func(registration.Tx) error {
	return func(tx registration.Tx) error {
		u, err := tx.Signup(id)
		if err != nil {
			return err
		}
		u.AddressConfirmedAt = opening
		return tx.Update(u)
	}
}

// fragile is an engine whose transaction ends with any question about one of two
// addresses.
type fragile struct{ sqldb.Engine }

var (
	errDisk  = errors.New("disk I/O error")
	errOther = errors.New("some error")
)

func (f fragile) Write(ctx context.Context, work func(context.Context, sqldb.Querier) error) error {
	return f.Engine.Write(ctx, func(ctx context.Context, q sqldb.Querier) error { return work(ctx, breaking{q}) })
}

type breaking struct{ sqldb.Querier }

func (b breaking) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	for _, err := range []error{errDisk, errOther} {
		if slices.Contains(args, any(err.Error())) {
			_, _ = b.Querier.ExecContext(ctx, "ROLLBACK")
			return nil, err
		}
	}
	return b.Querier.QueryContext(ctx, query, args...)
}

func (f fragile) Fault(err error) sqldb.Fault {
	if errors.Is(err, errDisk) {
		return sqldb.FaultUnavailable
	}
	return f.Engine.Fault(err)
}

// TestQuestionEndsGroup: an I/O error of a question ends the transaction of SQLite, with
// all that was written in it. Nobody whose rows are gone is told that they are
// stored, whatever those do who come after in the same group.
func TestQuestionEndsGroup(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{errDisk, errOther} {
		bad := func(tx registration.Tx) error { _, err := tx.SameAddress(fault.Error()); return err }
		t.Run(fault.Error(), func(t *testing.T) {
			engines(t, func(t *testing.T, database string) {
				s := sqldb.Patient(sqldb.Wrap(prepared(t, database), func(e sqldb.Engine) sqldb.Engine { return fragile{e} }))
				people := []registration.Signup{newcomer("CODE0001", "a@exemple.fr"), newcomer("CODE0002", "b@exemple.fr"), newcomer("CODE0003", "c@exemple.fr")}
				for _, u := range people {
					if err := s.Change(t.Context(), slug, enters(u)); err != nil {
						t.Fatal(err)
					}
				}
				late := newcomer("CODE0004", "d@exemple.fr")
				errs := together(t, s, confirm(people[0].ID), bad, confirm(people[1].ID), enters(late), confirm(people[2].ID))
				if errs[1] == nil {
					t.Error("the change that lost the transaction succeeded")
				}
				for i, n := range []int{0, 2, 4} {
					got, err := s.Signup(t.Context(), people[i].ID)
					if err != nil || got.AddressConfirmedAt.IsZero() == (errs[n] == nil) {
						t.Errorf("confirmation %d = %v; stored as of %v, %v", i, errs[n], got.AddressConfirmedAt, err)
					}
				}
				if _, err := s.Signup(t.Context(), late.ID); (err == nil) != (errs[3] == nil) {
					t.Errorf("sign-up = %v; stored: %v", errs[3], err)
				}
				a := audit(t, database)
				a.look()
				for _, w := range a.wrong {
					t.Error(w)
				}
				if err := s.Change(context.Background(), slug, confirm(people[0].ID)); err != nil {
					t.Errorf("the next change = %v", err)
				}
			})
		})
	}
}

// TestMovedInGroup: the mails of somebody who signs up and moves to another address in
// the same transaction are those of the new address.
func TestMovedInGroup(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, database string) {
		s, u := sqldb.Patient(prepared(t, database)), newcomer("CODE0001", "a@exemple.fr")
		sent := make(map[string]int)
		for i, err := range together(t, s, enters(u), func(tx registration.Tx) error {
			moved := u
			moved.Email, moved.AddressKey = "b@exemple.fr", "b@exemple.fr"
			return tx.Update(moved)
		}, func(tx registration.Tx) error {
			for _, key := range []string{"b@exemple.fr", "a@exemple.fr"} {
				list, err := tx.PostedTo(key, opening)
				if err != nil {
					return err
				}
				sent[key] = len(list)
			}
			return nil
		}) {
			if err != nil {
				t.Errorf("change %d = %v", i, err)
			}
		}
		if sent["a@exemple.fr"] != 0 || sent["b@exemple.fr"] != 1 {
			t.Errorf("mails by address: %v; want one, for the new one", sent)
		}
	})
}
