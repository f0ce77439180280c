package sqldb

import (
	"database/sql"
	"slices"

	"github.com/territoires-industrie/sdk/registration"
)

// prefetched holds sign-ups that the changes of a group are about to ask for. One query
// reads them all, which saves round trips to a server. It holds nobody who has
// companions or is one.
//
// No entry is ever stale. Entries are read under the lock of the meeting, which is
// held until the transaction ends. Without that lock no process writes a sign-up, a
// place or an arrival, except that [Store.DeleteNetworks] empties networks: if a
// change here writes an old network back, the next run empties it again. A change
// of this transaction that writes a sign-up, or adds somebody to its party, forgets
// the entry: see [tx.forget]. If that change is undone, the sign-up is only read
// once more.
//
// A nil entry stands for a sign-up that was asked for but is left to [tx.stored],
// so that nobody is read ahead twice.
type prefetched map[registration.ID]*stored

// hasRead reports whether all these sign-ups were asked for ahead.
func (p prefetched) hasRead(ids []registration.ID) bool {
	return !slices.ContainsFunc(ids, func(id registration.ID) bool { _, ok := p[id]; return !ok })
}

// prefetch reads, in one query, sign-ups that later changes of the group will ask
// for. It leaves two kinds to [tx.stored]: those who have companions or are some, and
// those whose party may have unwritten rows, which the query would not see.
func (t *tx) prefetch(ids []registration.ID) error {
	ids = slices.DeleteFunc(ids, func(id registration.ID) bool {
		return t.prefetched.hasRead([]registration.ID{id}) || t.unwrittenOf(mayBeWith(id))
	})
	if len(ids) < 2 { // a single one: the change reads it in one query itself
		return nil
	}
	for _, id := range ids {
		t.prefetched[id] = nil
	}
	args := idArgs(ids)
	// By ids alone: with the meeting too, PostgreSQL without statistics would search all of it.
	rows, err := t.conn.QueryContext(t.ctx, selectStored+`
		WHERE id IN (`+placeholders(1, len(args))+`)`, args...)
	list, err := collect(rows, err, func(r *sql.Rows) (stored, error) { return scanStored(r) })
	for _, u := range list {
		if u.Meeting == t.meeting.Slug && u.led == 1 {
			t.prefetched[u.ID] = &u
		}
	}
	return err
}

// forget drops what was read of a sign-up, and what was read ahead of the lead of
// its party. The next request reads them again.
func (t *tx) forget(id, party registration.ID) {
	delete(t.read, id)
	for _, id := range []registration.ID{id, party} {
		if t.prefetched[id] != nil {
			t.prefetched[id] = nil
		}
	}
}
