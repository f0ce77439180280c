package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"mime/quotedprintable"
	"slices"
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
	h.SetContentType(kind, lay.params("outer"))
	h.Set("MIME-Version", "1.0")
	if err := textproto.WriteHeader(w, h.Header.Header); err != nil {
		return err
	}
	outer, err := lay.parts(w, "outer")
	if err != nil {
		return err
	}
	if !attached {
		return errors.Join(c.alternatives(outer, lay, b), outer.Close())
	}
	both, err := lay.nest(outer, "multipart/alternative", "inner")
	if err == nil {
		err = errors.Join(c.alternatives(both, lay, b), both.Close())
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

// boundary is that between the parts of the multipart with this name.
func (l layout) boundary(name string) string { return "=_" + name + "_" + l.id }

// params are the parameters of the content type of that multipart.
func (l layout) params(name string) map[string]string {
	return map[string]string{"boundary": l.boundary(name)}
}

// parts returns a writer of the parts of a multipart whose header was written to w.
func (l layout) parts(w io.Writer, name string) (*textproto.MultipartWriter, error) {
	parts := textproto.NewMultipartWriter(w)
	return parts, parts.SetBoundary(l.boundary(name))
}

// nest begins a multipart that is a part of w.
func (l layout) nest(w *textproto.MultipartWriter, kind, name string) (*textproto.MultipartWriter, error) {
	var h message.Header
	h.SetContentType(kind, l.params(name))
	part, err := w.CreatePart(h.Header)
	if err != nil {
		return nil, err
	}
	return l.parts(part, name)
}

// alternatives writes the text and the HTML of b as parts of w.
func (c *Composer) alternatives(w *textproto.MultipartWriter, lay layout, b body) error {
	text, err := w.CreatePart(plainHeader)
	if err != nil {
		return err
	}
	if err := writeQuoted(text, plainText(b)); err != nil {
		return err
	}
	if b.QR == nil {
		return c.writeHTML(w, b)
	}
	together, err := lay.nest(w, "multipart/related", "related")
	if err != nil {
		return err
	}
	var h message.Header
	h.SetContentType("image/png", map[string]string{"name": "qr.png"})
	h.SetContentDisposition("inline", map[string]string{"filename": "qr.png"})
	h.Set("Content-Id", "<"+strings.TrimPrefix(string(b.Picture), "cid:")+">")
	h.Set("Content-Transfer-Encoding", "base64")
	return errors.Join(c.writeHTML(together, b), writeFile(together, h, b.QR), together.Close())
}

func (c *Composer) writeHTML(w *textproto.MultipartWriter, b body) error {
	part, err := w.CreatePart(htmlHeader)
	if err != nil {
		return err
	}
	return c.html.write(part, b)
}

// writeQuoted writes a text as quoted-printable, in which each line ends with CR LF.
func writeQuoted(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	_, err := io.WriteString(q, text)
	return errors.Join(err, q.Close())
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
	encoded := make([]byte, 0, len(content)*3/2)
	for line := range slices.Chunk(content, 57) { // 76 characters as base64: RFC 2045, 6.8
		encoded = append(base64.StdEncoding.AppendEncode(encoded, line), "\r\n"...)
	}
	_, err = part.Write(bytes.TrimSuffix(encoded, []byte("\r\n")))
	return err
}

// crlf makes every line of a text end with CR LF.
func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}
