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
	"github.com/territoires-industrie/sdk/registration/address"
)

// unstored is a sign-up whose row does not yet say what it is: a newcomer, or one that
// was confirmed. The stored row is found by what this has of it.
type unstored struct {
	registration.Signup
	derived
}

// current runs statements that see what the changes of a transaction have written:
// the rows of sign-ups are written before. What concerns none of them may be asked
// without: see [tx.asking].
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

// QueryRowContext implements [Querier]. An error of what is written before spoils the
// change, whatever it makes of the answer.
func (c current) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = c.t.writeSignups()
	return c.t.conn.QueryRowContext(ctx, query, args...)
}

// asking returns what answers a question that these sign-ups alone concern.
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

// mayBeWith are a sign-up and those who may be of its party.
func mayBeWith(id registration.ID) func(unstored) bool {
	return func(u unstored) bool { return u.ID == id || u.ID != u.Party }
}

// writeSignups writes the rows of sign-ups. If that fails, the change that runs may
// not be the one to blame.
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

// confirmsLate leaves s to be written with others at the end of the group, and reports
// true, if all that makes it differ from what is stored is that the address is
// confirmed, and nobody came with it, for whom that would count too.
func (t *tx) confirmsLate(was stored, s registration.Signup, d derived) bool {
	if !t.shared || !was.AddressConfirmedAt.IsZero() || s.AddressConfirmedAt.IsZero() || len(t.parties[s.Party]) != 1 ||
		!bytes.Equal(was.nameKey, d.nameKey) || !slices.Equal(was.terms, d.terms) { // derived by another version
		return false
	}
	as := was.Signup
	as.AddressConfirmedAt = s.AddressConfirmedAt
	if !reflect.DeepEqual(as, s) {
		return false
	}
	d.network, d.mailbox = was.Network, address.Mailbox(was.AddressKey) // that count until it is written
	t.confirmed = append(t.confirmed, unstored{s, d})
	return true
}

// writeConfirmed writes which addresses were confirmed. Each sign-up is among them
// once: who confirms it again reads it before, and so has it written.
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
