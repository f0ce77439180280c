//go:build race

package sample

// Race says that the race detector slows this program, unevenly.
const Race = true
