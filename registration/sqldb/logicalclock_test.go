package sqldb_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// logicalClock is the crowd's time. What the crowd does moves it and the wall
// never does, so that a busy machine makes a run longer and changes nothing
// else. It shows [opening] plus one second for each byte of a file: processes
// share it, and one that is killed leaves it as it is.
type logicalClock struct{ file *os.File }

// clockFile returns the path of a new clock, for [openClock].
func clockFile(t *testing.T) string { return filepath.Join(t.TempDir(), "clock") }

func openClock(path string) *logicalClock {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	return &logicalClock{f}
}

func (c *logicalClock) now() time.Time {
	info, err := c.file.Stat()
	if err != nil {
		panic(err)
	}
	return opening.Add(time.Duration(info.Size()) * time.Second)
}

// pass moves the clock by d, which is whole seconds.
func (c *logicalClock) pass(d time.Duration) {
	if _, err := c.file.Write(make([]byte, d/time.Second)); err != nil {
		panic(err)
	}
}

func (c *logicalClock) close() { c.file.Close() }
