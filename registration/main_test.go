package registration_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain sets how many runs of random acts each of the property tests makes: TEST_FULL
// makes ten times as many. A flag, such as -rapid.checks=1000, has the last word.
func TestMain(m *testing.M) {
	runs := "40"
	if os.Getenv("TEST_FULL") != "" {
		runs = "400"
	}
	if err := flag.Set("rapid.checks", runs); err != nil {
		panic(err)
	}
	m.Run()
}
