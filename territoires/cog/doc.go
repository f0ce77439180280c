// Package cog holds the Code officiel géographique, the official list of
// French places, as it was on two dates: 1 January 2019 ([V2019]), when the
// programme began, and 1 January 2026 ([V2026]).
//
// Places change their limits, merge and are renamed. So every question is put
// to a [Vintage]: cog.V2019.Region("27"). Codes are string types, one per kind
// of place, because the same characters name a région and a département.
//
// The tables are part of the program and read on first use. Looking up a code
// allocates nothing, and every function may be called from several goroutines
// at once. The package imports the standard library alone. The origin of the
// tables is in territoires/internal/data/SOURCES.md.
package cog
