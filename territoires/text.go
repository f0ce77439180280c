package territoires

import (
	"database/sql/driver"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// How the types of the package are written to JSON and to databases. Those of
// dates and spans are in date.go and span.go.

// MarshalText writes the text "I" or "II", and an empty text for the zero value.
// A value that is not valid is an error.
func (p Phase) MarshalText() ([]byte, error) { return text.Marshal(p, ParsePhase) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (p *Phase) UnmarshalText(b []byte) error { return text.Unmarshal(p, string(b), ParsePhase) }

// Value implements [driver.Valuer]: the text "I" or "II", or NULL for the zero
// value. A value that is not valid is an error.
func (p Phase) Value() (driver.Value, error) { return text.Column(p, ParsePhase) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (p *Phase) Scan(src any) error { return text.Scan(p, src, ParsePhase) }

// Valid reports whether one of the phases has the territory.
func (id ID) Valid() bool {
	known, err := ParseID(string(id))
	return err == nil && known == id
}

// MarshalText writes the identifier, and an empty text for the zero value. A
// value that is not valid is an error.
func (id ID) MarshalText() ([]byte, error) { return text.Marshal(id, ParseID) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (id *ID) UnmarshalText(b []byte) error { return text.Unmarshal(id, string(b), ParseID) }

// Value implements [driver.Valuer]: the identifier, or NULL for the zero value. A
// value that is not valid is an error.
func (id ID) Value() (driver.Value, error) { return text.Column(id, ParseID) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (id *ID) Scan(src any) error { return text.Scan(id, src, ParseID) }

// String returns the key.
func (a Axis) String() string { return string(a) }

// Valid reports whether a is an axis of either phase.
func (a Axis) Valid() bool { _, ok := axisOf(a); return ok }

// MarshalText writes the key, and an empty text for the zero value. A value
// that is not valid is an error.
func (a Axis) MarshalText() ([]byte, error) { return text.Marshal(a, parseAnyAxis) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (a *Axis) UnmarshalText(b []byte) error { return text.Unmarshal(a, string(b), parseAnyAxis) }

// Value implements [driver.Valuer]: the key, or NULL for the zero value. A
// value that is not valid is an error.
func (a Axis) Value() (driver.Value, error) { return text.Column(a, parseAnyAxis) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (a *Axis) Scan(src any) error { return text.Scan(a, src, parseAnyAxis) }

// String returns the key.
func (o Operator) String() string { return string(o) }

// Valid reports whether o is one of the four.
func (o Operator) Valid() bool { return operators.Has(o) }

// MarshalText writes the key, and an empty text for the zero value. A value
// that is not valid is an error.
func (o Operator) MarshalText() ([]byte, error) { return text.Marshal(o, ParseOperator) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (o *Operator) UnmarshalText(b []byte) error { return text.Unmarshal(o, string(b), ParseOperator) }

// Value implements [driver.Valuer]: the key, or NULL for the zero value. A
// value that is not valid is an error.
func (o Operator) Value() (driver.Value, error) { return text.Column(o, ParseOperator) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (o *Operator) Scan(src any) error { return text.Scan(o, src, ParseOperator) }
