// Package smalldisk gives a test a small disk, which is soon full.
package smalldisk

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// env is the environment variable with the folder to mount the disk on. It is set in
// the second process, which runs the test in a mount namespace of its own. The disk
// disappears with that process.
const env = "TEST_SMALL_DISK"

// Mount returns the folder of a disk of that size, as tmpfs writes it, such as 3m.
// In the test's first process it runs the test again in a mount namespace, and
// returns "": the caller then returns. Where there are no namespaces it skips the
// test, or fails it if TEST_REQUIRE is set.
func Mount(t *testing.T, size string) (dir string) {
	t.Helper()
	if dir := os.Getenv(env); dir != "" {
		if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mount("none", dir, "tmpfs", 0, "size="+size); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	dir = t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // a server of another user's reaches it
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), env+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	switch _, ran := errors.AsType[*exec.ExitError](err); {
	case err == nil && strings.Contains(string(out), "--- PASS: "+t.Name()):
	case ran:
		t.Errorf("%s", out)
	case os.Getenv("TEST_REQUIRE") != "":
		t.Fatalf("no mount namespace: %v\n%s", err, out)
	default:
		t.Skipf("no mount namespace: %v", err)
	}
	return ""
}
