package territoires

import "strconv"

// Phase is a period of the programme. Each phase has its own list of territories,
// and both lists use the same numbers: an [ID] means something only together with
// its phase. The zero value is no phase and has no territory.
type Phase int

// The phases of the programme.
const (
	PhaseI  Phase = 1 // from November 2018; the list is that of the end of 2022
	PhaseII Phase = 2 // 2023 to 2027
)

// ParsePhase reads "I" or "II" in either case, or "1" or "2", and ignores spaces.
// The error is a [*ParseError] wrapping [ErrSyntax].
func ParsePhase(s string) (Phase, error) {
	switch s {
	case "I":
		return PhaseI, nil
	case "II":
		return PhaseII, nil
	}
	switch tidy(s) {
	case "i", "1":
		return PhaseI, nil
	case "ii", "2":
		return PhaseII, nil
	}
	return 0, malformed("phase", "a phase is I or II")
}

// Valid reports whether p is one of the phases.
func (p Phase) Valid() bool { return p == PhaseI || p == PhaseII }

// String returns "I" or "II", "" for the zero value, and "Phase(3)" for a number
// that is no phase.
func (p Phase) String() string {
	switch p {
	case 0:
		return ""
	case PhaseI:
		return "I"
	case PhaseII:
		return "II"
	}
	return "Phase(" + strconv.Itoa(int(p)) + ")"
}
