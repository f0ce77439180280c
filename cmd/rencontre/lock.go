package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// lockPatience is how long a second serve waits for the first to end, as in a
// restart.
const lockPatience = 15 * time.Second

var errLocked = errors.New("locked")

// sole makes this process the only one that serves the embedded database, until
// release is called or the process ends. A second process would take over the mails
// that the first is sending, and send them twice. The lock is on a file beside the
// database, because SQLite has locks of its own on the database file.
func (f databaseFlag) sole(ctx context.Context, log *slog.Logger, patience time.Duration) (release func(), err error) {
	path := f.file()
	if path == "" {
		return func() {}, nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if !embeddable(path) {
		return func() {}, nil // opening says what is wrong with it
	}
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return func() {}, nil // opening the database reports the missing directory
	}
	if err != nil {
		return nil, fmt.Errorf("--database: %w", err)
	}
	for end, said := time.Now().Add(patience), false; ; {
		err := lockFile(file)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if !errors.Is(err, errLocked) || !time.Now().Before(end) {
			file.Close()
			if errors.Is(err, errLocked) {
				err = fmt.Errorf("--database: another rencontre serves %s: stop it first, or use PostgreSQL for several", path)
			}
			return nil, err
		}
		if !said {
			log.WarnContext(ctx, "another process serves this database: waiting for its end", "event", "waiting", "patience", patience)
			said = true
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// embeddable reports whether path may be a database of SQLite: a file that begins as
// one, an empty one, or none yet. Beside anything else no lock is left behind.
func embeddable(path string) bool {
	i, err := os.Stat(path)
	if err != nil || !i.Mode().IsRegular() {
		return errors.Is(err, os.ErrNotExist)
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	const begins = "SQLite format 3\x00"
	start := make([]byte, len(begins))
	_, err = io.ReadFull(f, start)
	return err == io.EOF || string(start) == begins
}
