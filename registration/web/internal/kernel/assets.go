package kernel

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"sync"
)

//go:embed assets
var assetFiles embed.FS

// assets are the style sheet and the pictures. Their addresses carry a hash of
// all of them, so that browsers may keep them for good. Each is compressed once, when
// it is first asked for.
type assets struct {
	version string
	files   map[string]func() content
}

// readAssets returns the assets, which all sites of a program share.
var readAssets = sync.OnceValues(newAssets)

var comment = regexp.MustCompile(`(?s)/\*.*?\*/\s*`)

func newAssets() (assets, error) {
	a := assets{files: map[string]func() content{}}
	sum := sha256.New()
	err := fs.WalkDir(assetFiles, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(assetFiles, name)
		sum.Write(b)
		a.files[path.Base(name)] = sync.OnceValue(func() content {
			if path.Ext(name) == ".css" { // browsers have no use for what explains it
				b = comment.ReplaceAll(b, nil)
			}
			return newContent(b)
		})
		return err
	})
	a.version = hex.EncodeToString(sum.Sum(nil)[:6])
	return a, err
}

func (a assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[r.PathValue("file")]
	if !ok {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	// An address of an older version still gets the current file, briefly.
	cache := "max-age=60"
	if r.PathValue("version") == a.version {
		cache = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.PathValue("file"))))
	file().serve(w, r)
}
