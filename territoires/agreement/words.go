package agreement

import (
	"database/sql/driver"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// The words of the package's closed lists: their labels, and how they are written
// to JSON and to databases.

var signatoryKinds = text.Words[SignatoryKind]{
	{SignatoryEPCI, "intercommunalité", "intercommunalité"},
	{SignatoryEPT, "établissement public territorial", "établissement public territorial"},
	{SignatoryCommune, "commune", "commune"},
	{SignatoryPETR, "PETR ou pays", "PETR or pays"},
	{SignatoryPole, "pôle métropolitain", "pôle métropolitain"},
	{SignatoryRegion, "région", "région"},
	{SignatoryState, "État", "the State"},
	{SignatoryRectorate, "rectorat", "rectorate"},
	{SignatoryOperator, "opérateur de l’État", "operator of the State"},
	{SignatoryAgency, "autre organisme public", "other public body"},
	{SignatoryCompany, "entreprise", "company"},
	{SignatoryChamber, "chambre consulaire", "chamber"},
	{SignatorySchool, "établissement de formation", "school or university"},
	{SignatoryOrganisation, "organisation professionnelle", "professional body"},
}

var parseSignatoryKind = signatoryKinds.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "kind of signatory", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// SignatoryKinds returns the kinds of party, in the order of the colleges.
func SignatoryKinds() []SignatoryKind { return signatoryKinds.All() }

// String returns the word.
func (k SignatoryKind) String() string { return string(k) }

// Valid reports whether k is one of the words above.
func (k SignatoryKind) Valid() bool { return signatoryKinds.Has(k) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (k SignatoryKind) Label(lang string) string { return signatoryKinds.Label(k, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (k SignatoryKind) MarshalText() ([]byte, error) { return text.Marshal(k, parseSignatoryKind) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (k *SignatoryKind) UnmarshalText(b []byte) error {
	return text.Unmarshal(k, string(b), parseSignatoryKind)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (k SignatoryKind) Value() (driver.Value, error) { return text.Column(k, parseSignatoryKind) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (k *SignatoryKind) Scan(src any) error { return text.Scan(k, src, parseSignatoryKind) }

var colleges = text.Words[College]{
	{CollegeLocal, "intercommunalités", "intercommunalités"},
	{CollegePublic, "partenaires publics", "public partners"},
	{CollegeOther, "autres partenaires", "other partners"},
}

var parseCollege = colleges.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "college", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// Colleges returns the three colleges, in their order.
func Colleges() []College { return colleges.All() }

// String returns the word.
func (c College) String() string { return string(c) }

// Valid reports whether c is one of the words above.
func (c College) Valid() bool { return colleges.Has(c) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (c College) Label(lang string) string { return colleges.Label(c, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (c College) MarshalText() ([]byte, error) { return text.Marshal(c, parseCollege) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (c *College) UnmarshalText(b []byte) error { return text.Unmarshal(c, string(b), parseCollege) }

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (c College) Value() (driver.Value, error) { return text.Column(c, parseCollege) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (c *College) Scan(src any) error { return text.Scan(c, src, parseCollege) }
