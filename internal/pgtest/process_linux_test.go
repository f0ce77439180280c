package pgtest

import (
	"os/exec"
	"testing"
)

// TestRunEndsNobodyElse: a program that the kernel ends together with the thread that
// started it, as initdb and browsers are, outlives the servers that end beside it.
func TestRunEndsNobodyElse(t *testing.T) {
	t.Parallel()
	var others []*exec.Cmd
	ended := make(chan error, 20)
	for range cap(ended) {
		other := exec.Command("sleep", "60")
		other.Dir, other.SysProcAttr = "/", attributes()
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		go func() { ended <- other.Wait() }()
		others = append(others, other)
		done := make(chan struct{})
		if err := run(exec.Command("true"), done); err != nil {
			t.Fatal(err)
		}
		<-done
	}
	for _, other := range others {
		other.Process.Kill()
	}
	for range others {
		if err := <-ended; err.Error() != "signal: killed" {
			t.Errorf("one was ended before: %v", err)
		}
	}
}
