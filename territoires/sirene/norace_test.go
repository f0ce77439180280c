//go:build !race

package sirene_test

const raceEnabled = false
