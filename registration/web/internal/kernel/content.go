package kernel

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// content is the body of an answer that many visitors get, with its
// compressed form. It does not change.
type content struct {
	body       []byte
	compressed []byte // by gzip; nil if that saves nothing
	tag        string // of the body, without quotes
}

func newContent(body []byte) content {
	sum := sha256.Sum256(body)
	c := content{body: body, tag: hex.EncodeToString(sum[:12])}
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	var b bytes.Buffer
	z.Reset(&b)
	_, _ = z.Write(body) // a buffer takes all
	_ = z.Close()
	if b.Len() < len(body) {
		c.compressed = b.Bytes()
	}
	return c
}

// compressors are gzip writers to be reused, because each takes most of a
// megabyte.
var compressors = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	return z
}}

// serve sends c with the Content-Type that is set already, or says that the
// visitor's copy is still good.
func (c content) serve(w http.ResponseWriter, r *http.Request) {
	h, body, tag := w.Header(), c.body, c.tag
	if c.compressed != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header) {
			body, tag = c.compressed, c.tag+"-gzip"
			h.Set("Content-Encoding", "gzip")
			if r.Header["If-Match"] == nil { // 412 has no body
				h.Set("Content-Length", strconv.Itoa(len(body)))
			}
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	if !slices.ContainsFunc(conditions, func(name string) bool { return r.Header[name] != nil }) && r.Method == http.MethodGet {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // the reader may be gone; written by ServeContent it would be copied once more
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// conditions are the headers of requests that need not be answered with the
// whole content.
var conditions = []string{"If-None-Match", "Range", "If-Match", "If-Range"}

// takesGzip reports whether the browser accepts gzip.
func takesGzip(h http.Header) bool {
	for _, line := range h["Accept-Encoding"] {
		for coding := range strings.SplitSeq(line, ",") {
			name, parameter, _ := strings.Cut(coding, ";")
			if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
				continue
			}
			q, has := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !has || err == nil && weight > 0
		}
	}
	return false
}
