//go:build !linux

package pgtest

import (
	"os"
	"os/exec"
	"syscall"
)

// quit ends the server. On systems other than Linux, a test binary that is killed
// leaves the server running.
var quit = os.Interrupt

func give(string) error { return nil }

func attributes() *syscall.SysProcAttr { return nil }

func run(cmd *exec.Cmd, done chan struct{}) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		cmd.Wait()
		close(done)
	}()
	return nil
}
