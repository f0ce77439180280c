package mail

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, a := range []Algorithm{Ed25519, RSA} {
		k, err := GenerateKey(a, "exemple.fr", "rencontre-"+string(a))
		if err != nil {
			t.Fatal(err)
		}
		path, err := k.WriteFile(dir)
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(dir, "rencontre-"+string(a)+"._domainkey.exemple.fr.pem"); path != want {
			t.Errorf("written to %s, want %s", path, want)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v; want mode 0600", info, err)
		}
		got, err := ReadKey(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.Zone() != k.Zone() {
			t.Errorf("read back %s, want %s", got.Zone(), k.Zone())
		}
		if _, err := k.WriteFile(dir); !errors.Is(err, os.ErrExist) {
			t.Errorf("a second time: %v, want ErrExist", err)
		}
	}
}

func TestReadKeyRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"key.pem", "rencontre._domainkey.exemple.fr", "a b._domainkey.exemple.fr.pem", "rencontre._domainkey..pem"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("-----BEGIN PRIVATE KEY-----\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(path); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := ReadKey(filepath.Join(dir, "away._domainkey.exemple.fr.pem")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v, want ErrNotExist", err)
	}
}
