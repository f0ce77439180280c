package territoires

import (
	"database/sql/driver"
	"strings"

	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// Span is a date as precise as its source: a day (From and To are the same), a
// day between two others, or a day on or before To (From is zero). The zero value
// is an unknown date. There is none of a day on or after another: a span without To
// is not [Span.Valid].
type Span struct {
	From, To Date
}

// OnDay is the span of one day.
func OnDay(d Date) Span { return Span{d, d} }

// ParseSpan reads "2019-03-18" for a day, "2019-03-18/2019-03-24" for a day
// between two, "../2019-05-16" for a day on or before another, each as
// [ParseDate] does. The error is a [*ParseError] wrapping [ErrSyntax].
func ParseSpan(s string) (Span, error) {
	from, to, interval := strings.Cut(s, "/")
	if !interval {
		d, err := ParseDate(s)
		return OnDay(d), err
	}
	var span Span
	var err error
	if text.Tidy(from) != ".." {
		if span.From, err = ParseDate(from); err != nil {
			return Span{}, err
		}
	}
	if span.To, err = ParseDate(to); err != nil {
		return Span{}, err
	}
	switch span.From.Compare(span.To) {
	case 0:
		return Span{}, &ParseError{Kind: "date", Cause: CauseSame, Part: "a single day is written once", Err: ErrSyntax}
	case 1:
		return Span{}, &ParseError{Kind: "date", Cause: CauseOrder, Part: "an interval has its first day before its last", Err: ErrSyntax}
	}
	return span, nil
}

// Valid reports whether To is a day, and From the same day, an earlier one or
// none.
func (s Span) Valid() bool {
	return s.To.Valid() && (s.From.IsZero() || s.From.Valid() && !s.From.After(s.To))
}

// IsZero reports whether the date is unknown.
func (s Span) IsZero() bool { return s == Span{} }

// Day returns the day of a span of one day, and false for any other span.
func (s Span) Day() (Date, bool) { return s.From, s.From == s.To && !s.IsZero() }

// By reports whether the date is certainly d or earlier. It is false for an
// unknown date, and for a span that is not valid.
func (s Span) By(d Date) bool { return s.Valid() && !s.To.After(d) }

// Before reports whether s is certainly earlier than t. It is false where an end
// is open or unknown, and where a span is not valid.
func (s Span) Before(t Span) bool {
	return s.Valid() && t.Valid() && s.To.Before(t.From)
}

// String returns what [ParseSpan] reads, and "" when the date is unknown.
func (s Span) String() string {
	switch {
	case s.From == s.To:
		return s.To.String()
	case s.From.IsZero():
		return "../" + s.To.String()
	}
	return s.From.String() + "/" + s.To.String()
}

// MarshalText writes what [Span.String] returns. A span that is neither zero
// nor valid is an error.
func (s Span) MarshalText() ([]byte, error) { return text.Marshal(s, ParseSpan) }

// UnmarshalText reads what MarshalText writes; an empty text gives the zero
// span. On an error the receiver is the zero span.
func (s *Span) UnmarshalText(b []byte) error { return text.Unmarshal(s, string(b), ParseSpan) }

// Value implements [driver.Valuer]: the text, or NULL when the date is unknown.
func (s Span) Value() (driver.Value, error) { return text.Column(s, ParseSpan) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero span. On an error the receiver is the zero span.
func (s *Span) Scan(src any) error { return text.Scan(s, src, ParseSpan) }
