package sqldb

import (
	"database/sql"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// ahead are sign-ups that changes of a group will ask for, read in one question for all
// of them: to a server each question is a journey. They have come alone.
//
// None of them is ever stale. They are read under the lock of the meeting, which is kept
// until the transaction ends and without which no process writes a sign-up, a place or
// an arrival, but to empty networks: one that is written back is emptied the next time.
// And a change of this transaction that writes one, or adds somebody to the party,
// forgets it: if that change is undone, it is only read once more.
//
// nil stands for one that was asked for and is to be read by [tx.stored], so that nobody
// is asked for ahead twice.
type ahead map[registration.ID]*stored

// hasRead reports whether all these sign-ups were asked for ahead.
func (a ahead) hasRead(ids []registration.ID) bool {
	return !slices.ContainsFunc(ids, func(id registration.ID) bool { _, ok := a[id]; return !ok })
}

// readAhead reads sign-ups that changes to come will ask for. It leaves to [tx.stored]
// those who have companions or are some, and whom something concerns that the
// transaction has not written yet: this question would not find it.
func (t *tx) readAhead(ids []registration.ID) error {
	ids = slices.DeleteFunc(ids, func(id registration.ID) bool {
		return t.ahead.hasRead([]registration.ID{id}) || t.unwrittenOf(mayBeWith(id))
	})
	if len(ids) < 2 { // the change asks as well
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i], t.ahead[id] = id.String(), nil
	}
	for n := len(ids); n&(n-1) != 0; n++ { // of few lengths, so that few statements are kept prepared
		args = append(args, args[0])
	}
	// By ids alone: PostgreSQL without statistics would look for them among all of the meeting.
	rows, err := t.conn.QueryContext(t.ctx, selectStored+`
		WHERE id IN (`+placeholders(1, len(args))+`)`, args...)
	list, err := collect(rows, err, func(r *sql.Rows) (stored, error) { return scanStored(r) })
	for _, u := range list {
		if u.Meeting == t.meeting.Slug && u.led == 1 {
			t.ahead[u.ID] = &u
		}
	}
	return err
}

// forget has a sign-up, or the lead of a party that it is new in, read again when it is
// next asked for.
func (t *tx) forget(id, party registration.ID) {
	delete(t.read, id)
	for _, id := range []registration.ID{id, party} {
		if t.ahead[id] != nil {
			t.ahead[id] = nil
		}
	}
}
