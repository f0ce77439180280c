//go:build race

package cog_test

// raceEnabled says that the race detector slows this program, unevenly.
const raceEnabled = true
