package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

// errDatabase says what a database address looks like. It does not repeat the
// wrong one, which may contain a password.
var errDatabase = usageError{errors.New("--database: want sqlite:PATH or postgres://USER@HOST/NAME")}

// Validate refuses a malformed address before anything is done.
func (f databaseFlag) Validate() error {
	if f.Database != "" && f.file() == "" && !f.server() { // a missing one is kong's to report
		return errDatabase
	}
	return nil
}

// opening says how a command opens its database.
type opening struct {
	create bool        // make the database if it does not exist
	keys   *secretFlag // where the key of links is; nil for a command that prints and checks none
	clock  clockFlag
	log    *slog.Logger // nil means that nothing is logged
}

// office is an open database with the desk on it.
type office struct {
	*registration.Desk
	team  *team.Team
	store *sqldb.Store
}

// open opens a database and migrates it to the schema of this program. Every
// command gets its database and its desk from it. The caller closes the office.
func (f databaseFlag) open(ctx context.Context, o opening) (*office, error) {
	if path := f.file(); path != "" && !o.create {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("--database: there is no file %s", path)
		}
	}
	if o.keys != nil {
		if err := o.keys.check(f); err != nil {
			return nil, err
		}
	}
	store, err := f.store(ctx, o.log)
	if err != nil {
		return nil, err
	}
	secret := link.NewSecret()
	if o.keys != nil {
		if secret, err = o.keys.bind(ctx, f, store); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	keys, err := link.NewKeyring(secret)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	clock, _ := o.clock.clock()
	desk, err := registration.NewDesk(registration.DeskOptions{Store: store, Organisers: store, Keyring: keys, Clock: clock})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	people, err := team.New(team.Options{Store: store, Keyring: keys, Clock: clock, Log: o.log})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &office{desk, people, store}, nil
}

// openMeeting opens the database as [databaseFlag.open] does and returns the meeting
// of that slug as well. If there is none, the error says how to list the meetings.
func (f databaseFlag) openMeeting(ctx context.Context, o opening, slug string) (*office, registration.Meeting, error) {
	opened, err := f.open(ctx, o)
	if err != nil {
		return nil, registration.Meeting{}, err
	}
	m, err := opened.store.Meeting(ctx, slug)
	if errors.Is(err, registration.ErrNotFound) {
		err = usageError{fmt.Errorf("no meeting %q in this database (see rencontre meeting list)", slug)}
	}
	if err != nil {
		return nil, m, errors.Join(err, opened.Close())
	}
	return opened, m, nil
}

// Close closes the database.
func (o *office) Close() error { return o.store.Close() }

// store opens the database without a desk: the site makes its own.
func (f databaseFlag) store(ctx context.Context, log *slog.Logger) (*sqldb.Store, error) {
	if path := f.file(); path != "" {
		return sqlite.Open(ctx, path, sqlite.Options{Log: log})
	}
	return postgres.Open(ctx, f.Database, postgres.Options{Log: log})
}

// file returns the path of an embedded database, "" for a server.
func (f databaseFlag) file() string {
	path, _ := strings.CutPrefix(f.Database, "sqlite:")
	if path == f.Database {
		return ""
	}
	return path
}

// spare returns a usage error if output is a file of the embedded database or its
// key: a list or a paper would take its place.
func (f databaseFlag) spare(output string) error {
	there, err := os.Stat(output)
	if f.file() == "" || err != nil {
		return nil
	}
	for _, rest := range []string{"", "-wal", "-shm", ".secret", ".lock"} {
		if own, err := os.Stat(f.file() + rest); err == nil && os.SameFile(there, own) {
			return usageError{fmt.Errorf("--output: %s is of the database: name another file", output)}
		}
	}
	return nil
}

// secretFlag finds the key of links and sessions: in the environment or a file,
// never on the command line, which other users of the machine can read.
type secretFlag struct {
	SecretFile string `type:"path" placeholder:"FILE" help:"File that holds the key of links and sessions, 32 bytes or more."`
	NewSecret  bool   `name:"new-secret" help:"Accept another key than the one that signed the links in people's mailboxes, which are dead then."`
}

// existing returns the secret: from the environment, a file, or, for an embedded
// database, the file beside it. It returns errNoKey if that file does not exist
// yet.
func (f secretFlag) existing(db databaseFlag) ([]byte, error) {
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
		return nil, errNoKey
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

// clockFlag starts the site's clock at another instant.
type clockFlag struct {
	Now time.Time `placeholder:"2019-05-16T09:00:00+02:00" help:"Start the site's clock at this instant and let it run."`
}

// clock returns the clock to use, and whether it differs from the real one.
func (f clockFlag) clock() (now func() time.Time, rehearsal bool) {
	if f.Now.IsZero() {
		return time.Now, false
	}
	began := time.Now()
	return func() time.Time { return f.Now.Add(time.Since(began)) }, true
}
