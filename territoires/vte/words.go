package vte

import (
	"database/sql/driver"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/text"
)

// The words of the package's closed lists: their labels, and how they are written
// to JSON and to databases.

var candidateStatuses = text.Words[CandidateStatus]{
	{CandidateStudent, "étudiant", "student"},
	{CandidateGraduate, "jeune diplômé", "graduate"},
}

var parseCandidateStatus = candidateStatuses.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "status of a candidate", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// CandidateStatuses returns what a candidate may be.
func CandidateStatuses() []CandidateStatus { return candidateStatuses.All() }

// String returns the word.
func (s CandidateStatus) String() string { return string(s) }

// Valid reports whether s is one of the words above.
func (s CandidateStatus) Valid() bool { return candidateStatuses.Has(s) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (s CandidateStatus) Label(lang string) string { return candidateStatuses.Label(s, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (s CandidateStatus) MarshalText() ([]byte, error) { return text.Marshal(s, parseCandidateStatus) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (s *CandidateStatus) UnmarshalText(b []byte) error {
	return text.Unmarshal(s, string(b), parseCandidateStatus)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (s CandidateStatus) Value() (driver.Value, error) { return text.Column(s, parseCandidateStatus) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (s *CandidateStatus) Scan(src any) error { return text.Scan(s, src, parseCandidateStatus) }

var missions = text.Words[Mission]{
	{MissionLeadership, "bras droit du dirigeant", "right hand of the head of the company"},
	{MissionTransformation, "transformation numérique ou du modèle économique", "transformation, digital or of the business model"},
	{MissionInnovation, "innovation", "innovation"},
	{MissionInternational, "développement à l’international", "international development"},
	{MissionFinance, "finance", "finance"},
	{MissionMarketing, "marketing", "marketing"},
	{MissionOther, "autre", "other"},
}

var parseMission = missions.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "mission", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// Missions returns the categories of mission, [MissionOther] last.
func Missions() []Mission { return missions.All() }

// String returns the word.
func (m Mission) String() string { return string(m) }

// Valid reports whether m is one of the words above.
func (m Mission) Valid() bool { return missions.Has(m) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (m Mission) Label(lang string) string { return missions.Label(m, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (m Mission) MarshalText() ([]byte, error) { return text.Marshal(m, parseMission) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (m *Mission) UnmarshalText(b []byte) error { return text.Unmarshal(m, string(b), parseMission) }

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (m Mission) Value() (driver.Value, error) { return text.Column(m, parseMission) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (m *Mission) Scan(src any) error { return text.Scan(m, src, parseMission) }

var employmentContracts = text.Words[EmploymentContract]{
	{ContractApprenticeship, "contrat d’apprentissage", "apprenticeship"},
	{ContractProfessionalisation, "contrat de professionnalisation", "contrat de professionnalisation"},
	{ContractFixedTerm, "CDD", "fixed-term contract"},
	{ContractPermanent, "CDI", "permanent contract"},
}

var parseEmploymentContract = employmentContracts.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "contract of employment", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// EmploymentContracts returns the kinds of contract that sources admit.
func EmploymentContracts() []EmploymentContract { return employmentContracts.All() }

// String returns the word.
func (c EmploymentContract) String() string { return string(c) }

// Valid reports whether c is one of the words above.
func (c EmploymentContract) Valid() bool { return employmentContracts.Has(c) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (c EmploymentContract) Label(lang string) string { return employmentContracts.Label(c, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (c EmploymentContract) MarshalText() ([]byte, error) {
	return text.Marshal(c, parseEmploymentContract)
}

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (c *EmploymentContract) UnmarshalText(b []byte) error {
	return text.Unmarshal(c, string(b), parseEmploymentContract)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (c EmploymentContract) Value() (driver.Value, error) {
	return text.Column(c, parseEmploymentContract)
}

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (c *EmploymentContract) Scan(src any) error { return text.Scan(c, src, parseEmploymentContract) }

var sizeCategories = text.Words[SizeCategory]{
	{SizePME, "petite ou moyenne entreprise", "small or medium-sized enterprise"},
	{SizeETI, "entreprise de taille intermédiaire", "mid-sized enterprise"},
	{SizeGE, "grande entreprise", "large enterprise"},
}

var parseSizeCategory = sizeCategories.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "category of size", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (c SizeCategory) String() string { return string(c) }

// Valid reports whether c is one of the words above.
func (c SizeCategory) Valid() bool { return sizeCategories.Has(c) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (c SizeCategory) Label(lang string) string { return sizeCategories.Label(c, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (c SizeCategory) MarshalText() ([]byte, error) { return text.Marshal(c, parseSizeCategory) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (c *SizeCategory) UnmarshalText(b []byte) error {
	return text.Unmarshal(c, string(b), parseSizeCategory)
}

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (c SizeCategory) Value() (driver.Value, error) { return text.Column(c, parseSizeCategory) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (c *SizeCategory) Scan(src any) error { return text.Scan(c, src, parseSizeCategory) }

var verdicts = text.Words[Verdict]{
	{VerdictMet, "rempli", "met"},
	{VerdictNotMet, "non rempli", "not met"},
	{VerdictUndecided, "à préciser", "undecided"},
	{VerdictDisputed, "sources en désaccord", "disputed"},
}

var parseVerdict = verdicts.Parser(func(words []string) error {
	return &territoires.ParseError{Kind: "verdict", Cause: territoires.CauseUnknown, Words: words, Err: territoires.ErrUnknown}
})

// String returns the word.
func (v Verdict) String() string { return string(v) }

// Valid reports whether v is one of the words above.
func (v Verdict) Valid() bool { return verdicts.Has(v) }

// Label names it for people: in English when lang begins with "en", otherwise in
// French. It is "" for a value that is not valid.
func (v Verdict) Label(lang string) string { return verdicts.Label(v, lang) }

// MarshalText writes the word, and an empty text for the zero value. A value
// that is not valid is an error.
func (v Verdict) MarshalText() ([]byte, error) { return text.Marshal(v, parseVerdict) }

// UnmarshalText reads what MarshalText writes. On an error the receiver is the
// zero value.
func (v *Verdict) UnmarshalText(b []byte) error { return text.Unmarshal(v, string(b), parseVerdict) }

// Value implements [driver.Valuer]: the word, or NULL for the zero value. A
// value that is not valid is an error.
func (v Verdict) Value() (driver.Value, error) { return text.Column(v, parseVerdict) }

// Scan implements the Scanner interface of database/sql for text columns; NULL
// gives the zero value. On an error the receiver is the zero value.
func (v *Verdict) Scan(src any) error { return text.Scan(v, src, parseVerdict) }
