package sqldb

import (
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
)

// micros is how an instant is stored; the zero time is NULL.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// instant is the inverse of micros.
func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}

// text is how an id is stored; the zero id, which names nothing, is NULL.
func text(id registration.ID) sql.NullString {
	return sql.NullString{String: id.String(), Valid: id != uuid.Nil}
}

// name is how a name is stored where its absence is NULL.
func name(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }
