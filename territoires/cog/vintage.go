package cog

import "strconv"

// Vintage is a state of the Code officiel géographique: the year on whose
// 1 January it was in force. The zero value is no vintage and has no places.
type Vintage int

// The vintages that the package holds.
const (
	V2019 Vintage = 2019 // when the programme began
	V2026 Vintage = 2026 // the latest
)

// Vintages returns the vintages that the package holds, oldest first.
func Vintages() []Vintage { return []Vintage{V2019, V2026} }

// Valid reports whether the package holds v.
func (v Vintage) Valid() bool { return v == V2019 || v == V2026 }

// String returns the year.
func (v Vintage) String() string { return strconv.Itoa(int(v)) }
