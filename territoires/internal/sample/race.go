//go:build race

package sample

// Race reports whether the race detector is on, which slows a program unevenly.
const Race = true
