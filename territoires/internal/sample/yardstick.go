package sample

import (
	"slices"
	"strconv"
	"time"
)

// Yardstick returns how long this machine takes for a piece of work that never changes,
// the best of some tries: it puts two thousand words into a map and sorts them. A promise
// of time is a multiple of it, so that it is the same on a slow machine and on a fast one.
func Yardstick() time.Duration {
	best := time.Hour
	for range 50 {
		start := time.Now()
		seen, words := map[string]int{}, make([]string, 0, 2000)
		for i := range cap(words) {
			word := strconv.Itoa(i * 7919 % 100_003)
			seen[word]++
			words = append(words, word)
		}
		slices.Sort(words)
		best = min(best, time.Since(start))
	}
	return best
}
