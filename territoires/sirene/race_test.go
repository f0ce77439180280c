//go:build race

package sirene_test

// raceEnabled says that the race detector slows this program, unevenly.
const raceEnabled = true
