package mailbox

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"
)

// Message is one that was received.
type Message struct {
	ID      int       `json:"id"`   // 1 for the first; never used twice
	From    string    `json:"from"` // of the envelope
	To      string    `json:"to"`   // recipient of the envelope; several are joined by ", "
	Subject string    `json:"subject"`
	Kind    string    `json:"kind"` // X-Rencontre-Kind, "" if there is none
	Date    time.Time `json:"date"` // the date in the message, zero if it has none
	Text    string    `json:"text"` // line ends as LF
	HTML    string    `json:"html"`
	Links   []string  `json:"links"` // of the HTML in its order, each once
	Files   []File    `json:"files"`

	source   []byte
	pictures map[string][]byte // PNGs that the HTML shows, by Content-ID
	problem  string            // why the message could not be read to its end
}

// File is an attachment.
type File struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content []byte `json:"content"` // base64 in JSON
}

// parse reads as much of a message as it can. A message with a fault is not
// refused: it is shown together with the fault.
func parse(from, to string, source []byte) Message {
	m := Message{From: from, To: to, Links: []string{}, Files: []File{}, source: source}
	r, err := mail.CreateReader(bytes.NewReader(source))
	if err != nil {
		m.problem = err.Error()
		return m
	}
	m.Subject, _ = r.Header.Subject() // the raw value if it cannot be decoded
	m.Date, _ = r.Header.Date()
	m.Kind = r.Header.Get("X-Rencontre-Kind")
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = m.addPart(p)
		}
		if err != nil {
			m.problem = err.Error()
			break
		}
	}
	m.Links = append(m.Links, links(m.HTML)...)
	return m
}

func (m *Message) addPart(p *mail.Part) error {
	content, err := io.ReadAll(p.Body)
	switch h := p.Header.(type) {
	case *mail.AttachmentHeader:
		name, _ := h.Filename()
		kind, _, _ := h.ContentType()
		m.Files = append(m.Files, File{Name: name, Type: kind, Content: content})
	case *mail.InlineHeader:
		if kind, _, _ := h.ContentType(); kind == "image/png" {
			if m.pictures == nil {
				m.pictures = map[string][]byte{}
			}
			m.pictures[strings.Trim(h.Get("Content-Id"), "<>")] = content
			return err
		}
		text := strings.ReplaceAll(string(content), "\r\n", "\n")
		if kind, _, _ := h.ContentType(); kind == "text/html" {
			m.HTML += text
		} else {
			m.Text += text
		}
	}
	return err
}

// links returns the addresses that a document links to.
func links(document string) []string {
	var list []string
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return list
		case html.StartTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data == "a" && a.Key == "href" && !slices.Contains(list, a.Val) {
					list = append(list, a.Val)
				}
			}
		}
	}
}
