//go:build !race

package cog_test

const raceEnabled = false
