package programme

import (
	"database/sql/driver"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// The words of the package's closed lists: their labels, and how they are written
// to JSON and to databases.

var documentKinds = text.Words[DocumentKind]{
	{DocumentProtocol, "protocole d’accord", "protocol"},
	{DocumentContract, "contrat", "contract"},
}

var parseDocumentKind = documentKinds.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "kind of document", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (k DocumentKind) String() string { return string(k) }

// Valid reports whether k is one of the words above.
func (k DocumentKind) Valid() bool { return documentKinds.Has(k) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (k DocumentKind) Label(lang string) string { return documentKinds.Label(k, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (k DocumentKind) MarshalText() ([]byte, error) { return text.Marshal(k, parseDocumentKind) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (k *DocumentKind) UnmarshalText(b []byte) error {
	return text.Unmarshal(k, string(b), parseDocumentKind)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (k DocumentKind) Value() (driver.Value, error) { return text.Column(k, parseDocumentKind) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (k *DocumentKind) Scan(src any) error { return text.Scan(k, src, parseDocumentKind) }

var organisationKinds = text.Words[OrganisationKind]{
	{OrganisationOperator, "opérateur de l’État", "operator of the State"},
	{OrganisationAssociation, "association", "association"},
	{OrganisationAdministration, "administration", "administration"},
	{OrganisationService, "service", "service"},
}

var parseOrganisationKind = organisationKinds.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "kind of organisation", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (k OrganisationKind) String() string { return string(k) }

// Valid reports whether k is one of the words above.
func (k OrganisationKind) Valid() bool { return organisationKinds.Has(k) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (k OrganisationKind) Label(lang string) string { return organisationKinds.Label(k, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (k OrganisationKind) MarshalText() ([]byte, error) {
	return text.Marshal(k, parseOrganisationKind)
}

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (k *OrganisationKind) UnmarshalText(b []byte) error {
	return text.Unmarshal(k, string(b), parseOrganisationKind)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (k OrganisationKind) Value() (driver.Value, error) { return text.Column(k, parseOrganisationKind) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (k *OrganisationKind) Scan(src any) error { return text.Scan(k, src, parseOrganisationKind) }

var sessionKinds = text.Words[SessionKind]{
	{SessionAnalysis, "analyse", "analysis"},
	{SessionRoundTable, "table ronde", "round table"},
	{SessionExchange, "échanges", "exchange"},
}

var parseSessionKind = sessionKinds.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "kind of session", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (k SessionKind) String() string { return string(k) }

// Valid reports whether k is one of the words above.
func (k SessionKind) Valid() bool { return sessionKinds.Has(k) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (k SessionKind) Label(lang string) string { return sessionKinds.Label(k, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (k SessionKind) MarshalText() ([]byte, error) { return text.Marshal(k, parseSessionKind) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (k *SessionKind) UnmarshalText(b []byte) error {
	return text.Unmarshal(k, string(b), parseSessionKind)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (k SessionKind) Value() (driver.Value, error) { return text.Column(k, parseSessionKind) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (k *SessionKind) Scan(src any) error { return text.Scan(k, src, parseSessionKind) }

var questions = text.Words[Question]{
	{QuestionList124, "sur la liste des 124 territoires du 22 novembre 2018", "in the list of 124 territories of 22 November 2018"},
	{QuestionList136, "sur la liste des 136 territoires du 5 mars 2019", "in the list of 136 territories of 5 March 2019"},
	{QuestionPilot, "territoire pilote au début de 2019", "pilot in early 2019"},
}

var parseQuestion = questions.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "question", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (q Question) String() string { return string(q) }

// Valid reports whether q is one of the words above.
func (q Question) Valid() bool { return questions.Has(q) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (q Question) Label(lang string) string { return questions.Label(q, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (q Question) MarshalText() ([]byte, error) { return text.Marshal(q, parseQuestion) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (q *Question) UnmarshalText(b []byte) error { return text.Unmarshal(q, string(b), parseQuestion) }

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (q Question) Value() (driver.Value, error) { return text.Column(q, parseQuestion) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (q *Question) Scan(src any) error { return text.Scan(q, src, parseQuestion) }
