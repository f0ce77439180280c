package kernel

import (
	"bufio"
	"io"
	"mime"
	"net/http"
)

// Download sends a file from memory. Its name must not need escaping.
func (r *Request) Download(contentType, name string, file []byte) error {
	r.W.Header().Set("Content-Type", contentType)
	r.W.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	r.status = http.StatusOK
	_, _ = r.W.Write(file) // the reader may be gone
	return nil
}

// Stream sends a file while write writes it. If write fails before anything was
// sent, Stream returns its error, which gets a page. If it fails later, Stream cuts
// the connection, so that nobody takes a part of the file for the whole.
func (r *Request) Stream(contentType, name string, write func(io.Writer) error) error {
	file := &stream{ResponseWriter: r.W, contentType: contentType, name: name}
	buffer := bufio.NewWriterSize(file, 32<<10)
	err := write(buffer)
	switch {
	case err != nil && file.begun:
		r.Site.Log.ErrorContext(r.Context(), "download cut", "file", name, "err", err)
		panic(http.ErrAbortHandler)
	case err != nil:
		return err
	}
	r.status = http.StatusOK
	_ = buffer.Flush() // the reader may be gone
	return nil
}

// stream sends a file whose headers go out with its first byte.
type stream struct {
	http.ResponseWriter
	contentType, name string
	begun             bool
}

// Write sends a part of the file.
func (s *stream) Write(b []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.Header().Set("Content-Type", s.contentType)
		s.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": s.name}))
	}
	return s.ResponseWriter.Write(b)
}
