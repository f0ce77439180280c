package mail

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The name of a key's file is that of its DNS record, so that selector and
// domain are known from it.
const (
	keyInfix  = "._domainkey."
	keySuffix = ".pem"
)

// ReadKey reads the file of a private key, named
// SELECTOR._domainkey.DOMAIN.pem as [Key.WriteFile] names it.
func ReadKey(path string) (Key, error) {
	name, isPEM := strings.CutSuffix(filepath.Base(path), keySuffix)
	selector, domain, ok := strings.Cut(name, keyInfix)
	if !ok || !isPEM {
		return Key{}, errors.New("mail: the file of a DKIM key is named SELECTOR._domainkey.DOMAIN.pem")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("mail: DKIM key: %w", err)
	}
	return ParseKey(b, domain, selector)
}

// WriteFile writes the private key to a new file in dir, which only the
// file's owner may read, and returns its path. It returns an error if there
// is such a file already.
func (k Key) WriteFile(dir string) (path string, err error) {
	b, err := k.PEM()
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, k.Selector+keyInfix+k.Domain+keySuffix)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("mail: DKIM key: %w", err)
	}
	_, err = f.Write(b)
	return path, errors.Join(err, f.Sync(), f.Close())
}
