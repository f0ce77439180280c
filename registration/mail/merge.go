package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/quotedprintable"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// merger writes the HTML part of mails. Those with the same words differ between
// people in a few strings: the merge fields. So the template is executed once for all
// of them, with marks in the place of the fields, and each mail fills in its own. It
// may be used by many goroutines.
type merger struct {
	page *template.Template
	mark string // begins each mark; random, so that nobody can write one

	mu   sync.RWMutex
	kept map[string][]stretch // by all that walk visits beside the fields
}

// stretch is a part of a page, and the field behind it.
type stretch struct {
	html   []byte
	quoted []byte // the same, as it stands in the message
	field  int    // its number, or -1 if the page ends here
}

// mostKept is how many pages are kept at most, each of about 15 kB.
const mostKept = 100

func newMerger(page *template.Template) *merger {
	return &merger{page: page, mark: "q" + strings.ToLower(rand.Text()), kept: make(map[string][]stretch)}
}

// html writes the page of a mail.
func (m *merger) html(w io.Writer, b body) error {
	page, fields, err := m.form(b)
	if page == nil {
		return errors.Join(err, m.page.Execute(w, b))
	}
	for _, s := range page {
		if _, err := w.Write(s.html); err != nil {
			return err
		}
		if s.field >= 0 {
			if _, err := io.WriteString(w, escaper.Replace(fields[s.field])); err != nil {
				return err
			}
		}
	}
	return nil
}

// quoted writes the page of a mail as quoted-printable. A soft line break parts each
// field from what stands around it, so that only the fields are encoded anew.
func (m *merger) quoted(w io.Writer, b body) error {
	page, fields, err := m.form(b)
	if page == nil {
		q := quotedprintable.NewWriter(w)
		return errors.Join(err, m.page.Execute(q, b), q.Close())
	}
	for _, s := range page {
		if _, err := w.Write(s.quoted); err != nil {
			return err
		}
		if s.field < 0 {
			break
		}
		q := quotedprintable.NewWriter(w)
		_, err := io.WriteString(q, escaper.Replace(fields[s.field]))
		if err := errors.Join(err, q.Close()); err != nil {
			return err
		}
		if _, err := io.WriteString(w, softBreak); err != nil {
			return err
		}
	}
	return nil
}

const softBreak = "=\r\n" // RFC 2045, 6.7

// form returns the page that b fills in, and its fields; no page if b has one of its own.
func (m *merger) form(b body) (page []stretch, fields []string, err error) {
	if !b.merges() {
		return nil, nil, nil
	}
	key := make([]byte, 0, 4<<10)
	fields = make([]string, 0, 32)
	b.walk(func(s *string) { fields = append(fields, *s) }, func(s string) {
		key = append(binary.AppendUvarint(key, uint64(len(s))), s...)
	})
	m.mu.RLock()
	page = m.kept[string(key)]
	m.mu.RUnlock()
	if page != nil || len(fields) > 1<<8 {
		return page, fields, nil
	}
	if page, err = m.split(b); err != nil {
		return nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= mostKept {
		clear(m.kept)
	}
	m.kept[string(key)] = page
	return page, fields, nil
}

// split executes the template with marks in the place of the fields of b.
func (m *merger) split(b body) (all []stretch, err error) {
	b.Before, b.More, b.Facts = slices.Clone(b.Before), slices.Clone(b.More), slices.Clone(b.Facts)
	for i := range b.Facts {
		b.Facts[i].Lines = slices.Clone(b.Facts[i].Lines)
	}
	n := 0
	b.walk(func(s *string) {
		*s = fmt.Sprintf("%s%02x", m.mark, n)
		n++
	}, func(string) {})
	var page bytes.Buffer
	if err := m.page.Execute(&page, b); err != nil {
		return nil, err
	}
	rest := page.Bytes()
	for more := true; more; {
		s := stretch{field: -1}
		s.html, rest, more = bytes.Cut(rest, []byte(m.mark))
		var quoted bytes.Buffer
		q := quotedprintable.NewWriter(&quoted)
		_, err := q.Write(s.html)
		if err := errors.Join(err, q.Close()); err != nil {
			return nil, err
		}
		if more {
			field, err := strconv.ParseUint(string(rest[:2]), 16, 8)
			if err != nil {
				return nil, err
			}
			s.field, rest = int(field), rest[2:]
			quoted.WriteString(softBreak)
		}
		s.quoted = quoted.Bytes()
		all = append(all, s)
	}
	return all, nil
}

// escaper escapes what [html/template] escapes in a text.
var escaper = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// walk visits all that the page of b is made from: with field the merge fields, with
// word everything else. A new field of body, or a new one that the template shows,
// belongs here.
func (b *body) walk(field func(*string), word func(string)) {
	count := func(n int) { word(strconv.Itoa(n)) }
	flag := func(set bool) { word(strconv.FormatBool(set)) }
	word(b.Lang)
	word(b.Copy)
	field(&b.Subject)
	field(&b.Title)
	field(&b.Hello)
	count(len(b.Before))
	for i := range b.Before {
		field(&b.Before[i])
	}
	if flag(b.Code != ""); b.Code != "" {
		field(&b.Code)
	}
	if flag(b.Picture != ""); b.Picture != "" {
		field((*string)(&b.Picture))
	}
	count(len(b.Facts))
	for _, f := range b.Facts {
		word(f.Label)
		flag(f.Rich)
		count(len(f.Lines))
		for j := range f.Lines {
			if f.Rich {
				word(f.Lines[j])
			} else {
				field(&f.Lines[j])
			}
		}
	}
	word(b.Note)
	flag(b.ActFirst)
	word(b.Button.Label)
	field(&b.Button.URL)
	count(len(b.After))
	for _, s := range b.After {
		word(s)
	}
	count(len(b.More))
	for i := range b.More {
		word(b.More[i].Label)
		field(&b.More[i].URL)
	}
	count(len(b.Footer))
	for _, s := range b.Footer {
		word(s)
	}
}

// merges reports whether b fills in a page: unless its paragraphs have links in them or
// it has lists, as mails to organisers do. Addresses must be of letters that no part
// of the page escapes.
func (b *body) merges() bool {
	odd := func(l link) bool { return strings.ContainsFunc(l.URL, isOdd) }
	return !b.Rich && len(b.Lists) == 0 && !odd(b.Button) && !slices.ContainsFunc(b.More, odd) && !odd(link{URL: string(b.Picture)})
}

// isOdd reports whether r may be escaped in an address.
func isOdd(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/:._~-@", r))
}
