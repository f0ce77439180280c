package sqldb

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// unstored is a sign-up whose present state is not in the database yet: a newcomer
// without a row, or one whose confirmation is not written. Its network and mailbox
// are those by which queries find it: for a confirmation, those of the stored row.
type unstored struct {
	registration.Signup
	derived
}

// current runs statements that see everything that the changes of a transaction
// wrote: it writes the waiting rows of sign-ups before each. A query that none of
// these rows concerns can do without: see [tx.asking].
type current struct{ t *tx }

// ExecContext implements [Querier].
func (c current) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.t.writeSignups(); err != nil {
		return nil, err
	}
	return c.t.conn.ExecContext(ctx, query, args...)
}

// QueryContext implements [Querier].
func (c current) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := c.t.writeSignups(); err != nil {
		return nil, err
	}
	return c.t.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [Querier]. An error of writing the waiting rows is not
// lost: it spoils the change.
func (c current) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = c.t.writeSignups()
	return c.t.conn.QueryRowContext(ctx, query, args...)
}

// asking returns what to run a query on that concerns only these sign-ups: the bare
// connection if none of them is unwritten, so that nothing is written early.
func (t *tx) asking(concerned func(unstored) bool) Querier {
	if t.unwrittenOf(concerned) {
		return t.q
	}
	return t.conn
}

// unwrittenOf reports whether one of these sign-ups is not written yet.
func (t *tx) unwrittenOf(these func(unstored) bool) bool {
	return slices.ContainsFunc(t.newcomers, func(n *newcomer) bool { return these(n.unstored) }) || slices.ContainsFunc(t.confirmed, these)
}

// mayBeWith selects a sign-up and all who may be in its party, that is, everybody's
// companions.
func mayBeWith(id registration.ID) func(unstored) bool {
	return func(u unstored) bool { return u.ID == id || u.ID != u.Party }
}

// writeSignups writes the waiting rows of sign-ups. If that fails in a group,
// another change may be to blame, so each is run again alone: see [errAlone].
func (t *tx) writeSignups() error {
	err := t.writeNewcomers()
	if err == nil {
		err = t.writeConfirmed()
	}
	if err != nil && t.shared && t.store.engine.Fault(err) != FaultUnavailable {
		err = fmt.Errorf("%w: %w", errAlone, err)
	}
	return t.spoil("write sign-ups", err)
}

// confirmsLate reports whether s can be written with others at the end of the
// group, and if so leaves it to that. The confirmation of its address must be all
// that differs from what is stored, and s must have no companions, whom a
// confirmation concerns too.
func (t *tx) confirmsLate(was stored, s registration.Signup, d derived) bool {
	if !t.shared || !was.AddressConfirmedAt.IsZero() || s.AddressConfirmedAt.IsZero() || len(t.parties[s.Party]) != 1 ||
		!bytes.Equal(was.nameKey, d.nameKey) || !bytes.Equal(was.organisationKey, d.organisationKey) || !slices.Equal(was.terms, d.terms) { // derived by another version
		return false
	}
	as := was.Signup
	as.AddressConfirmedAt = s.AddressConfirmedAt
	if !reflect.DeepEqual(as, s) {
		return false
	}
	d.network, d.mailbox = was.Network, was.mailbox // by which the stored row is found until then
	t.confirmed = append(t.confirmed, unstored{s, d})
	return true
}

// writeConfirmed writes the confirmations that wait. No sign-up is among them
// twice: a change that confirms it again reads it first, which writes what waits.
func (t *tx) writeConfirmed() error {
	rows := t.confirmed
	t.confirmed = nil
	for some := range slices.Chunk(rows, rowsAtOnce) {
		var args []any
		values := make([]string, len(some))
		for i, u := range some {
			n := len(args)
			args = append(args, u.ID.String(), u.AddressConfirmedAt.UnixMicro(), string(u.status))
			values[i] = "(CAST($" + strconv.Itoa(n+1) + " AS TEXT), CAST($" + strconv.Itoa(n+2) + " AS BIGINT), $" + strconv.Itoa(n+3) + ")"
		}
		_, err := t.conn.ExecContext(t.ctx, `
			WITH confirmed (id, at, status) AS (VALUES `+strings.Join(values, ", ")+`)
			UPDATE signup
			SET address_confirmed_at = confirmed.at, status = confirmed.status, network = '', mailbox = '', revision = revision + 1
			FROM confirmed
			WHERE signup.id = confirmed.id`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
