package territoires

// Operator is one of the four operators of the State that signed a convention
// de mobilisation for the programme. The zero value is none. Their names are
// those of 2019; programme.Organisations says what they
// became.
type Operator string

// The four operators (announcement of 16 May 2019).
const (
	BanqueDesTerritoires Operator = "banque-des-territoires"
	Bpifrance            Operator = "bpifrance"
	BusinessFrance       Operator = "business-france"
	PoleEmploi           Operator = "pole-emploi"
)

// Operators returns the four operators, in the order of the announcement.
func Operators() []Operator {
	return []Operator{BanqueDesTerritoires, Bpifrance, BusinessFrance, PoleEmploi}
}

// Valid reports whether o is one of the four.
func (o Operator) Valid() bool {
	switch o {
	case BanqueDesTerritoires, Bpifrance, BusinessFrance, PoleEmploi:
		return true
	}
	return false
}
