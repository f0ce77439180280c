package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rencontre": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	deploy, err := filepath.Abs("../../docs/deploy")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: commands, Setup: func(e *testscript.Env) error {
		e.Setenv("DEPLOY", deploy)
		e.Setenv("GORACE", "atexit_sleep_ms=0") // or each command that the race detector watches ends a second late
		return nil
	}})
}
