//go:build !race

package territoires_test

const raceEnabled = false
