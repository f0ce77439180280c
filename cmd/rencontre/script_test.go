package main

import (
	"database/sql"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// commands are what the scripts have besides those of testscript.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"await": await,
	"get":   get,
	"dns":   nameServer,
	"sql":   statement,
}

// statement is the command sql FILE STATEMENT: it makes a database what an older
// version may have left.
func statement(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

// patience is how long a script waits for what must come: a busy machine is
// slow.
const patience = 2 * time.Minute

// await FILE PATTERN NAME waits until a program in the background has written
// a line that matches to FILE, and puts the first group into the variable NAME.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: await FILE PATTERN NAME")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		b, err := os.ReadFile(ts.MkAbs(args[0]))
		if m := re.FindSubmatch(b); err == nil && m != nil {
			ts.Setenv(args[2], string(m[1]))
			return
		}
	}
	ts.Fatalf("nothing in %s matches %s:\n%s", args[0], args[1], ts.ReadFile(args[0]))
}

// get URL TEXT waits until the page answers 200 and holds TEXT: what a request
// or a mail causes may come after its answer.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get URL TEXT")
	}
	var status string
	var body []byte
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(args[0])
		ts.Check(err)
		body, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		ts.Check(err)
		if status = resp.Status; resp.StatusCode == http.StatusOK && strings.Contains(string(body), args[1]) {
			return
		}
	}
	ts.Fatalf("GET %s: %s, want 200 with %q in\n%s", args[0], status, args[1], body)
}
