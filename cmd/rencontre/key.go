package main

import (
	"context"
	"encoding/hex"
	"errors"

	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/sqldb"
)

// errOtherKey stops a command whose key does not match the database.
var errOtherKey = errors.New("this is not the key that signed the links in people's mailboxes, or its file is missing: every link would be dead. " +
	"Put the right key back (RENCONTRE_SECRET, --secret-file or the file beside the database), or give up those links on purpose with --new-secret")

// check returns an error if the key cannot be read, before a database is opened. A
// key file that does not exist yet is no error.
func (f secretFlag) check(db databaseFlag) error {
	_, err := f.existing(db)
	if errors.Is(err, errNoKey) {
		return nil
	}
	return err
}

// errNoKey says that the key file beside the database does not exist yet.
var errNoKey = errors.New("no key yet")

// bind returns the key of the site, and makes one if there is none. It compares the
// key's fingerprint with the one in the database, or stores it there.
func (f secretFlag) bind(ctx context.Context, db databaseFlag, store *sqldb.Store) ([]byte, error) {
	secret, err := f.existing(db)
	if errors.Is(err, errNoKey) {
		was, err := store.KeyFingerprint(ctx)
		if err != nil {
			return nil, err
		}
		if was != "" && !f.NewSecret {
			return nil, errOtherKey
		}
		if secret, err = newSecret(db.file() + ".secret"); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	print, err := fingerprintOf(secret)
	if err != nil {
		return nil, err
	}
	if err := store.BindKey(ctx, print, f.NewSecret); errors.Is(err, sqldb.ErrKey) {
		return nil, errOtherKey
	} else if err != nil {
		return nil, err
	}
	return secret, nil
}

// fingerprintOf returns a value that identifies a key without revealing it.
func fingerprintOf(secret []byte) (string, error) {
	keys, err := link.NewKeyring(secret)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(keys.Derive("fingerprint", 16)), nil
}

// fits returns errOtherKey unless the key that the flags name matches the database.
// doctor and restore report the error.
func (f secretFlag) fits(ctx context.Context, db databaseFlag, store *sqldb.Store) error {
	was, err := store.KeyFingerprint(ctx)
	if err != nil || was == "" {
		return err
	}
	secret, err := f.existing(db)
	if errors.Is(err, errNoKey) {
		return errOtherKey
	}
	if err != nil {
		return err
	}
	if is, err := fingerprintOf(secret); err != nil || is != was {
		return errors.Join(err, errOtherKey)
	}
	return nil
}
