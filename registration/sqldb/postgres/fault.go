package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// state is the SQLSTATE of err, "" for an error that is not the server's. See
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func state(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

func fault(err error) sqldb.Fault {
	switch s := state(err); s {
	case "":
		if lost(err) {
			return sqldb.FaultUnavailable
		}
	case "23505":
		return sqldb.FaultDuplicate
	case "23514":
		return sqldb.FaultBarrier
	case "22021": // a byte that is no character
		return sqldb.FaultText
	case "40001", "40P01": // serialization failure, deadlock
		return sqldb.FaultRace
	case "55P03", "57014", "25006", "25P03": // timeouts, a read-only server
		return sqldb.FaultUnavailable
	default:
		switch s[:2] {
		case "08", "28", "53", "57", "58", "XX": // connection, login, resources, operator, system, broken files
			return sqldb.FaultUnavailable
		}
	}
	return sqldb.FaultOther
}

// lost reports whether err says that a connection failed.
func lost(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	for _, e := range []error{pgconn.ErrConnClosed, driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, e) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

// explain puts an error of opening into one line that says what to do.
func explain(config *pgx.ConnConfig, err error) error {
	where := fmt.Sprintf("database %q on %s:%d", config.Database, config.Host, config.Port)
	switch s := state(err); {
	case errors.Is(err, sqldb.ErrNewer):
		return fmt.Errorf("%s: %w", where, err)
	case errors.Is(err, sqldb.ErrForeign):
		return fmt.Errorf("%w: %s holds other tables: name an empty database or schema", sqldb.ErrForeign, where)
	case s == "28P01" || s == "28000":
		return fmt.Errorf("%w: %s refuses user %q: check the user and the password", sqldb.ErrAddress, where, config.User)
	case s == "3D000":
		return fmt.Errorf("%w: there is no %s: create it first", sqldb.ErrAddress, where)
	case s == "42704" || s == "22023" || s == "3F000" || s == "42501":
		return fmt.Errorf("%w: %s: %s", sqldb.ErrAddress, where, message(err))
	case fault(err) == sqldb.FaultUnavailable:
		return fmt.Errorf("%w: %s does not answer: %s", registration.ErrUnavailable, where, message(err))
	}
	return fmt.Errorf("%s: %w", where, err)
}

// message is what the server or the network says, in one line.
func message(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Message
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		err = e.Err
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
