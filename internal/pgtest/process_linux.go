package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// quit makes PostgreSQL end at once, with its children.
const quit = syscall.SIGQUIT

// owner returns the user that runs the server: PostgreSQL refuses root.
func owner() (uid, gid int) {
	if os.Getuid() != 0 {
		return os.Getuid(), os.Getgid()
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ = strconv.Atoi(u.Uid)
			gid, _ = strconv.Atoi(u.Gid)
			return uid, gid
		}
	}
	return 65534, 65534
}

func give(path string) error {
	uid, gid := owner()
	return os.Chown(path, uid, gid)
}

// attributes makes the kernel end the server when the thread that started it ends,
// for whatever reason.
func attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: quit}
	if os.Getuid() == 0 {
		uid, gid := owner()
		a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return a
}

// run starts cmd on a thread that does nothing else until cmd has ended, and then lives
// on: others may have been started by it.
func run(cmd *exec.Cmd, done chan struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
			close(done)
		}
	}()
	return <-started
}
