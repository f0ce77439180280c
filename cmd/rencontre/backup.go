package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/sqldb/postgres"
	"github.com/territoires-industrie/sdk/registration/sqldb/sqlite"
)

// backupCmd is `rencontre backup`.
type backupCmd struct {
	databaseFlag
	File string `arg:"" type:"path" help:"Where to put the backup; an older one of that name is replaced."`
}

// Run saves the database, while the site serves.
func (c backupCmd) Run(ctx context.Context, t terminal) (err error) {
	if c.server() {
		err = postgres.Backup(ctx, c.Database, c.File)
	} else {
		err = sqlite.Backup(ctx, c.file(), c.File)
	}
	if err == nil {
		_, err = fmt.Fprintf(t.out, "saved to %s; keep the key of links as well, it is not in it\n", c.File)
	}
	return err
}

// restoreCmd is `rencontre restore`.
type restoreCmd struct {
	databaseFlag
	secretFlag
	clockFlag
	File     string `arg:"" type:"existingfile" help:"A file that rencontre backup has written."`
	Erasures string `type:"existingfile" placeholder:"FILE" help:"Erase again those whom rencontre erasures listed since the backup."`
	Force    bool   `help:"Replace the sign-ups that are there."`
}

// Run restores a backup. Before that it checks the whole backup and the list of
// erasures.
func (c restoreCmd) Run(ctx context.Context, t terminal) (err error) {
	ids, err := readErasures(c.Erasures)
	if err != nil {
		return err
	}
	if c.server() {
		err = postgres.Restore(ctx, c.File, c.Database, c.Force)
	} else {
		err = sqlite.Restore(ctx, c.File, c.file(), c.Force)
	}
	if err != nil {
		return err
	}
	if c.Erasures != "" {
		n, err := c.eraseAgain(ctx, ids)
		if err != nil {
			return fmt.Errorf("restored, but not all of %s is erased again: do not serve it, and restore once more with --force: %w", c.Erasures, err)
		}
		fmt.Fprintf(t.out, "%d sign-ups erased again\n", n)
	}
	fmt.Fprintf(t.out, "restored from %s\n", c.File)
	return c.tellKey(ctx, t)
}

// tellKey warns if the key on this machine is not the one that signed the links in
// people's mailboxes.
func (c restoreCmd) tellKey(ctx context.Context, t terminal) error {
	store, err := c.store(ctx, t.log())
	if err != nil {
		return err
	}
	defer store.Close()
	if err := c.fits(ctx, c.databaseFlag, store); err != nil {
		fmt.Fprintf(t.err, "rencontre: warning: %v\n", err)
	}
	return nil
}

func (c restoreCmd) eraseAgain(ctx context.Context, ids []registration.ID) (int, error) {
	o, err := c.open(ctx, opening{clock: c.clockFlag})
	if err != nil {
		return 0, err
	}
	defer o.Close()
	return o.EraseAgain(ctx, ids)
}

// readErasures reads a file that rencontre erasures has printed; without a file it
// returns nil.
func readErasures(file string) (ids []registration.ID, err error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		id, err := uuid.Parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: not an id as rencontre erasures prints it", file, n)
		}
		ids = append(ids, id)
	}
	return ids, lines.Err()
}

// erasuresCmd is `rencontre erasures`.
type erasuresCmd struct{ databaseFlag }

// Run prints one id per line. An id says nothing about the person.
func (c erasuresCmd) Run(ctx context.Context, t terminal) error {
	o, err := c.open(ctx, opening{})
	if err != nil {
		return err
	}
	defer o.Close()
	ids, err := o.store.Erased(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(t.out)
	for _, id := range ids {
		fmt.Fprintln(out, id)
	}
	return out.Flush()
}

// server reports whether the database is on a server, not in a file.
func (f databaseFlag) server() bool {
	return strings.HasPrefix(f.Database, "postgres://") || strings.HasPrefix(f.Database, "postgresql://")
}
