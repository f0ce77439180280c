package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/territoires-industrie/sdk/registration"
)

// TestSyncFails: when a disk takes the pages of a commit and fails to keep them, the
// process that reads the file next may find them, as it does where SQLite is left
// alone. Whoever asked is not told that nothing was written.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	const env = "TEST_SYNC_FAILS"
	if path := os.Getenv(env); path != "" {
		s, alone := open(t, path), run(t, path+"-alone", "PRAGMA journal_mode = wal", "CREATE TABLE note (id INTEGER)")
		if err := put(t.Context(), s, "before@exemple.fr"); err != nil {
			t.Fatal(err)
		}
		if err := failSyncs(); err != nil {
			fmt.Println("no filter:", err)
			os.Exit(0)
		}
		err := put(t.Context(), s, "lost@exemple.fr")
		_, noted := alone.ExecContext(t.Context(), "INSERT INTO note (id) VALUES (1)")
		fmt.Printf("unsure: %v (%v)\nalone: %v\n", errors.Is(err, registration.ErrUnsure), err, noted)
		os.Exit(0) // as if killed: closing would empty the log
	}
	path := filepath.Join(t.TempDir(), "sign-ups.db")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), env+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "no filter") {
		if os.Getenv("TEST_REQUIRE") != "" {
			t.Fatalf("%s", out)
		}
		t.Skipf("%s", out)
	}
	if !strings.Contains(string(out), "unsure: true") || !strings.Contains(string(out), "alone: disk I/O error") {
		t.Errorf("commits that were not synchronised: %s", out)
	}
	s := open(t, path)
	defer s.Close()
	wantKept(t, s, []string{"before@exemple.fr"})
	n := 0
	if err := run(t, path+"-alone").QueryRowContext(t.Context(), "SELECT count(*) FROM note").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows of a commit that SQLite said had failed (%v): the test shows nothing", n, err)
	}
}

// failSyncs lets every fsync and fdatasync of this process fail from now on: a filter
// of system calls (seccomp(2)), for all of its threads.
func failSyncs() error {
	const (
		setNoNewPrivileges = 38
		filterMode, sync   = 1, 1
		allow, refuse      = 0x7fff0000, 0x00050000
	)
	number := map[string]uintptr{"amd64": 317, "arm64": 277}[runtime.GOARCH]
	if number == 0 {
		return errors.New("another architecture")
	}
	filter := []syscall.SockFilter{
		{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS}, // the call's number
		{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.SYS_FSYNC, Jt: 2},
		{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: syscall.SYS_FDATASYNC, Jt: 1},
		{Code: syscall.BPF_RET | syscall.BPF_K, K: allow},
		{Code: syscall.BPF_RET | syscall.BPF_K, K: refuse | uint32(syscall.EIO)},
	}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread() // the others get both from this one
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0); e != 0 {
		return e
	}
	if _, _, e := syscall.RawSyscall(number, filterMode, sync, uintptr(unsafe.Pointer(&program))); e != 0 {
		return e
	}
	return nil
}
