package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"mime/quotedprintable"
	"strings"

	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"
)

// assemble writes the message. Text and HTML are alternatives of each other;
// the HTML part comes with the picture that it shows. If something is
// attached, it stands beside the two.
func (c *Composer) assemble(w io.Writer, h gomail.Header, b body) error {
	lay := layout{strings.Trim(h.Get("Message-Id"), "<>")[:36]}
	kind, attached := "multipart/alternative", b.ics != nil || b.pdf != nil
	if attached {
		kind = "multipart/mixed"
	}
	h.SetContentType(kind, lay.boundary("outer"))
	h.Set("MIME-Version", "1.0")
	if err := textproto.WriteHeader(w, h.Header.Header); err != nil {
		return err
	}
	if !attached {
		return c.alternatives(w, lay, "outer", b)
	}
	outer, err := lay.parts(w, "outer")
	if err != nil {
		return err
	}
	both, err := lay.nest(outer, "multipart/alternative", "inner")
	if err == nil {
		err = c.alternatives(both, lay, "inner", b)
	}
	if b.pdf != nil && err == nil {
		err = attach(outer, "application/pdf", b.Words.T("mail.file")+".pdf", b.pdf, nil)
	}
	if b.ics != nil && err == nil {
		params := map[string]string{"method": string(b.ics.Method), "charset": "utf-8"}
		err = attach(outer, "text/calendar", "rencontre.ics", []byte(crlf(string(b.ics.ICS()))), params)
	}
	return errors.Join(err, outer.Close())
}

// layout makes the boundaries between the parts of one message. They contain
// the message's id, so that the same letter gives the same message.
type layout struct{ id string }

func (l layout) boundary(part string) map[string]string {
	return map[string]string{"boundary": "=_" + part + "_" + l.id}
}

// parts writes the parts of the message, or of the part of it, that has this name.
func (l layout) parts(w io.Writer, name string) (*textproto.MultipartWriter, error) {
	parts := textproto.NewMultipartWriter(w)
	return parts, parts.SetBoundary(l.boundary(name)["boundary"])
}

// nest begins a part that holds other parts.
func (l layout) nest(w *textproto.MultipartWriter, kind, name string) (io.Writer, error) {
	var h message.Header
	h.SetContentType(kind, l.boundary(name))
	return w.CreatePart(h.Header)
}

// alternatives writes the text and the HTML of b as the parts of w, the multipart of
// this name.
func (c *Composer) alternatives(w io.Writer, lay layout, name string, b body) error {
	both, err := lay.parts(w, name)
	if err != nil {
		return err
	}
	text, err := both.CreatePart(plainHeader)
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(text) // ends each line with CR LF
	_, err = io.WriteString(q, plainText(b))
	if err := errors.Join(err, q.Close()); err != nil {
		return err
	}
	if b.QR == nil {
		return errors.Join(c.html(both, b), both.Close())
	}
	inner, err := lay.nest(both, "multipart/related", "related")
	if err != nil {
		return err
	}
	together, err := lay.parts(inner, "related")
	if err != nil {
		return err
	}
	var h message.Header
	h.SetContentType("image/png", map[string]string{"name": "qr.png"})
	h.SetContentDisposition("inline", map[string]string{"filename": "qr.png"})
	h.Set("Content-Id", "<"+strings.TrimPrefix(string(b.Picture), "cid:")+">")
	h.Set("Content-Transfer-Encoding", "base64")
	return errors.Join(c.html(together, b), writeFile(together, h, b.QR), together.Close(), both.Close())
}

func (c *Composer) html(w *textproto.MultipartWriter, b body) error {
	part, err := w.CreatePart(htmlHeader)
	if err != nil {
		return err
	}
	return c.pages.quoted(part, b)
}

// plainHeader and htmlHeader are the headers of the parts that mail programs show.
var plainHeader, htmlHeader = textHeader("text/plain"), textHeader("text/html")

func textHeader(kind string) (h textproto.Header) {
	h.AddRaw([]byte("Content-Transfer-Encoding: quoted-printable\r\n"))
	h.AddRaw([]byte("Content-Type: " + kind + "; charset=utf-8\r\n"))
	return h
}

// attach adds a file. Params are further parameters of its type.
func attach(w *textproto.MultipartWriter, kind, name string, content []byte, params map[string]string) error {
	var h message.Header
	h.SetContentDisposition("attachment", map[string]string{"filename": name})
	h.Set("Content-Transfer-Encoding", "base64")
	all := map[string]string{"name": name}
	maps.Copy(all, params)
	h.SetContentType(kind, all)
	return writeFile(w, h, content)
}

// writeFile adds a part that is not text, as base64.
func writeFile(w *textproto.MultipartWriter, h message.Header, content []byte) error {
	part, err := w.CreatePart(h.Header)
	if err != nil {
		return err
	}
	const line = 76 // RFC 2045, 6.8
	encoded := base64.StdEncoding.AppendEncode(nil, content)
	wrapped := bytes.NewBuffer(make([]byte, 0, len(encoded)+2*(len(encoded)/line)))
	for len(encoded) > line {
		wrapped.Write(encoded[:line])
		wrapped.WriteString("\r\n")
		encoded = encoded[line:]
	}
	wrapped.Write(encoded)
	_, err = wrapped.WriteTo(part)
	return err
}

// crlf makes every line of a text end with CR LF.
func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}
