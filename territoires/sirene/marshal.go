package sirene

import (
	"database/sql/driver"
	"fmt"
)

// MarshalText writes the canonical form. It fails on a value that is neither
// empty nor valid, so that a wrong number is caught on its way out as well.
func (s SIREN) MarshalText() ([]byte, error) { return marshal(s, ParseSIREN) }

// MarshalText is [SIREN.MarshalText] for an establishment.
func (s SIRET) MarshalText() ([]byte, error) { return marshal(s, ParseSIRET) }

// MarshalText is [SIREN.MarshalText] for an activity.
func (c NAF) MarshalText() ([]byte, error) { return marshal(c, ParseNAF) }

// UnmarshalText parses b with [ParseSIREN]; an empty b gives "". On an error
// the receiver is "".
func (s *SIREN) UnmarshalText(b []byte) error { return unmarshal(s, string(b), ParseSIREN) }

// UnmarshalText is [SIREN.UnmarshalText] for an establishment.
func (s *SIRET) UnmarshalText(b []byte) error { return unmarshal(s, string(b), ParseSIRET) }

// UnmarshalText is [SIREN.UnmarshalText] for an activity.
func (c *NAF) UnmarshalText(b []byte) error { return unmarshal(c, string(b), ParseNAF) }

// Value implements [driver.Valuer]: text, or NULL for "". A value that is not
// valid is an error.
func (s SIREN) Value() (driver.Value, error) { return value(s, ParseSIREN) }

// Value is [SIREN.Value] for an establishment.
func (s SIRET) Value() (driver.Value, error) { return value(s, ParseSIRET) }

// Value is [SIREN.Value] for an activity.
func (c NAF) Value() (driver.Value, error) { return value(c, ParseNAF) }

// Scan implements the Scanner interface of database/sql for text columns. NULL
// gives "". On an error the receiver is "".
func (s *SIREN) Scan(src any) error { return scan(s, src, ParseSIREN) }

// Scan is [SIREN.Scan] for an establishment.
func (s *SIRET) Scan(src any) error { return scan(s, src, ParseSIRET) }

// Scan is [SIREN.Scan] for an activity.
func (c *NAF) Scan(src any) error { return scan(c, src, ParseNAF) }

func marshal[T ~string](v T, parse func(string) (T, error)) ([]byte, error) {
	if v == "" {
		return []byte{}, nil
	}
	v, err := parse(string(v))
	return []byte(v), err
}

func unmarshal[T ~string](dst *T, s string, parse func(string) (T, error)) (err error) {
	*dst = ""
	if s != "" {
		*dst, err = parse(s)
	}
	return err
}

func value[T ~string](v T, parse func(string) (T, error)) (driver.Value, error) {
	if v == "" {
		return nil, nil
	}
	v, err := parse(string(v))
	if err != nil {
		return nil, err
	}
	return string(v), nil
}

func scan[T ~string](dst *T, src any, parse func(string) (T, error)) error {
	*dst = ""
	switch src := src.(type) {
	case nil:
		return nil
	case string:
		return unmarshal(dst, src, parse)
	case []byte:
		return unmarshal(dst, string(src), parse)
	}
	return fmt.Errorf("sirene: cannot scan a %T: a number column loses leading zeros, use text", src)
}
