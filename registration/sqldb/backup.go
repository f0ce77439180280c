package sqldb

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A backup is one file: a header line, then the data in the format that the
// engine's own program reads, so that it can be taken out by hand:
//
//	rencontre-backup 1 sqlite schema 3 bytes 123456 sha256 9f86…
//
// The header has a fixed length, since it is filled in last, once size and checksum
// are known.

// The errors of backups. The text around them says which file, and what to do.
var (
	// ErrBackup: not a backup, not a whole one, or one of the other engine.
	ErrBackup = errors.New("sqldb: not a usable backup")

	// ErrOccupied: a restore would replace a database, or one that is in use.
	ErrOccupied = errors.New("sqldb: database not empty")
)

const (
	headerBegins = "rencontre-backup "
	headerFormat = headerBegins + "1 %s schema %d bytes %d sha256 %s"
	headerLength = 160
)

// Backup is a backup file that was opened and found whole. The caller closes it.
type Backup struct {
	Schema int64 // version of the schema of what it holds
	file   *os.File
}

// CreateBackup writes a backup to file: a header with engine and schema, and the
// data that write produces. The file appears whole or not at all: an older backup
// of that name is replaced once the new one is on disk. Anything else of that name
// stays, such as the database itself: the error wraps [ErrBackup].
func CreateBackup(file, engine string, schema int64, write func(w io.Writer) error) error {
	if !replaceable(file) {
		return fmt.Errorf("%w: %s is something else, which a backup does not replace: name another file", ErrBackup, file)
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".backup-*") // mode 0600: it holds names
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if err := fill(tmp, engine, schema, write); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return syncDir(filepath.Dir(file))
}

// replaceable reports whether there is no file of that name, or an empty one, or one
// that begins as a backup does.
func replaceable(file string) bool {
	i, err := os.Stat(file)
	if err != nil || !i.Mode().IsRegular() || i.Size() == 0 {
		return errors.Is(err, os.ErrNotExist) || err == nil && i.Mode().IsRegular()
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	begins := make([]byte, len(headerBegins))
	_, err = io.ReadFull(f, begins)
	return err == nil && string(begins) == headerBegins
}

func fill(f *os.File, engine string, schema int64, write func(w io.Writer) error) error {
	if _, err := f.Seek(headerLength, io.SeekStart); err != nil {
		return err
	}
	sum := &counting{Hash: sha256.New()}
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	if err := write(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	header := fmt.Sprintf(headerFormat, engine, schema, sum.n, hex.EncodeToString(sum.Sum(nil)))
	if _, err := f.WriteAt(fmt.Appendf(nil, "%-*s\n", headerLength-1, header), 0); err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// counting is a hash that counts the bytes it has seen.
type counting struct {
	hash.Hash
	n int64
}

func (c *counting) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.Hash.Write(p)
}

// syncDir makes a new name in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// OpenBackup opens a backup and verifies its checksum. files holds the engine's
// migrations in its folder migrations. The error wraps [ErrBackup] if file is not a
// whole backup of the engine, and [ErrNewer] if the schema in it is newer than the
// migrations.
func OpenBackup(file, engine string, files fs.FS) (*Backup, error) {
	known, err := Latest(files)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	b := &Backup{file: f}
	if err := b.verify(engine); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %s: %w", ErrBackup, file, err)
	}
	if err := newer(b.Schema, known); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return b, nil
}

func (b *Backup) verify(engine string) error {
	line := make([]byte, headerLength)
	if _, err := io.ReadFull(b.file, line); err != nil {
		return errors.New("too short")
	}
	var of, want string
	var size int64
	if _, err := fmt.Sscanf(strings.TrimSpace(string(line)), headerFormat, &of, &b.Schema, &size, &want); err != nil {
		return errors.New("not written by `rencontre backup`")
	}
	if of != engine {
		return fmt.Errorf("of %s, not of %s", of, engine)
	}
	sum := sha256.New()
	n, err := io.Copy(sum, b.file)
	switch {
	case err != nil:
		return err
	case n != size:
		return fmt.Errorf("%d bytes long, want %d", n, size)
	case hex.EncodeToString(sum.Sum(nil)) != want:
		return errors.New("its checksum is wrong: the file was damaged")
	}
	return nil
}

// WriteTo writes the data to w, without the header, in the format that the engine's
// own program reads.
func (b *Backup) WriteTo(w io.Writer) (int64, error) {
	if _, err := b.file.Seek(headerLength, io.SeekStart); err != nil {
		return 0, err
	}
	return io.Copy(w, b.file)
}

// Close closes the file.
func (b *Backup) Close() error { return b.file.Close() }
