// Package smalldisk gives a test a disk that is soon full.
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

// env names the folder to mount the disk on, in a test that runs in a mount
// namespace of its own: the disk is gone with the process.
const env = "TEST_SMALL_DISK"

// Mount runs the test again in such a namespace and returns "", or returns the
// disk's folder when it is there. The size is as tmpfs takes it, such as 3m. Where
// there are no namespaces it skips the test; with TEST_REQUIRE set, it fails it.
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
