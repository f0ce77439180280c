package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
	"github.com/territoires-industrie/sdk/registration/team"
)

// databaseFlag is shared by the commands that work on a database.
type databaseFlag struct {
	Database string `required:"" placeholder:"sqlite:PATH|postgres://…" help:"Where sign-ups are kept."`
}

// errDatabase says what a database address looks like, without repeating one
// that may hold a password.
var errDatabase = usageError{errors.New("--database: want sqlite:PATH or postgres://USER@HOST/NAME")}

// Validate refuses an address that can be none, before anything is done.
func (f databaseFlag) Validate() error {
	if f.Database != "" && f.file() == "" && !f.server() { // a missing one is kong's to report
		return errDatabase
	}
	return nil
}

// openExisting is open for commands that have nothing to do in a new database.
func (f databaseFlag) openExisting(ctx context.Context) (*sqldb.Store, error) {
	if path := f.file(); path != "" {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("--database: there is no file %s", path)
		}
	}
	return f.open(ctx)
}

// open opens the database and brings it to the schema of this program.
func (f databaseFlag) open(ctx context.Context) (*sqldb.Store, error) {
	if path := f.file(); path != "" {
		return sqlite.Open(ctx, path, sqlite.Options{})
	}
	return postgres.Open(ctx, f.Database, postgres.Options{})
}

// file returns the path of an embedded database, "" for a server.
func (f databaseFlag) file() string {
	path, _ := strings.CutPrefix(f.Database, "sqlite:")
	if path == f.Database {
		return ""
	}
	return path
}

// secretFlag finds the key of links and sessions: in the environment or a file,
// never on the command line, which other users of the machine can read.
type secretFlag struct {
	SecretFile string `type:"path" placeholder:"FILE" help:"File that holds the key of links and sessions, 32 bytes or more."`
}

// desk returns a desk on an open database.
func (f secretFlag) desk(db databaseFlag, store *sqldb.Store, clock func() time.Time) (*registration.Desk, error) {
	keys, err := f.keyring(db)
	if err != nil {
		return nil, err
	}
	return registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys, Clock: clock})
}

// keyring returns the keyring of the site.
func (f secretFlag) keyring(db databaseFlag) (*link.Keyring, error) {
	secret, err := f.read(db)
	if err != nil {
		return nil, err
	}
	return link.NewKeyring(secret)
}

// read returns the secret: from the environment, a file, or, for an embedded
// database, the file beside it, which is made when it is missing.
func (f secretFlag) read(db databaseFlag) ([]byte, error) {
	path, missing := f.SecretFile, false
	switch {
	case os.Getenv("RENCONTRE_SECRET") != "":
		return enough([]byte(os.Getenv("RENCONTRE_SECRET")), "RENCONTRE_SECRET")
	case path == "" && db.file() == "":
		return nil, usageError{errors.New("with PostgreSQL, RENCONTRE_SECRET or --secret-file must hold the key of links and sessions")}
	case path == "":
		path, missing = db.file()+".secret", true
	}
	b, err := os.ReadFile(path)
	if missing && errors.Is(err, os.ErrNotExist) {
		return newSecret(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return enough(b, path)
}

func enough(b []byte, where string) ([]byte, error) {
	if len(b) < link.MinSecret {
		return nil, usageError{fmt.Errorf("%s holds %d bytes, want %d or more", where, len(b), link.MinSecret)}
	}
	return b, nil
}

// newSecret makes the secret of a new site at path. When two programs start at
// once, both end up with the one that was written first.
func newSecret(path string) ([]byte, error) {
	b := link.NewSecret()
	tmp, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return os.ReadFile(path)
}

// linkless returns a desk on an open database for commands that print and check
// no link: they need no secret.
func (f clockFlag) linkless(store *sqldb.Store) (*registration.Desk, error) {
	keys, err := link.NewKeyring(link.NewSecret())
	if err != nil {
		return nil, err
	}
	clock, _ := f.clock()
	return registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys, Clock: clock})
}

// team is [clockFlag.linkless] for what organisers may do.
func (f clockFlag) team(store *sqldb.Store, t terminal) (*team.Team, error) {
	keys, err := link.NewKeyring(link.NewSecret())
	if err != nil {
		return nil, err
	}
	clock, _ := f.clock()
	return team.New(team.Options{Store: store, Keyring: keys, Clock: clock, Log: t.log()})
}

// clockFlag starts the site's clock at another instant.
type clockFlag struct {
	Now time.Time `placeholder:"2019-05-16T09:00:00+02:00" help:"Start the site's clock at this instant and let it run."`
}

// clock returns the clock to use, and whether it is another than the real one.
func (f clockFlag) clock() (now func() time.Time, rehearsal bool) {
	if f.Now.IsZero() {
		return time.Now, false
	}
	began := time.Now()
	return func() time.Time { return f.Now.Add(time.Since(began)) }, true
}
