package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"html/template"
	"io"
	"mime/quotedprintable"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// merger writes the HTML part of mails. Mails with the same words differ between people
// in a few strings only, the merge fields. So the template is executed once for each
// wording, with a placeholder for each field, and each mail fills in its own strings. It
// may be used by many goroutines.
type merger struct {
	template    *template.Template
	placeholder string // begins each placeholder; random, so that nobody can write one

	mu   sync.RWMutex
	kept map[string][]segment // pages by their wording: all that walk visits beside the fields
}

// segment is the part of a page before a field, or behind the last one.
type segment struct {
	quoted []byte // as quoted-printable
	field  int    // the number of the field behind it, or -1 if the page ends here
}

// mostKept is how many pages are kept at most, each of some 15 kB.
const mostKept = 100

func newMerger(t *template.Template) *merger {
	return &merger{template: t, placeholder: "q" + strings.ToLower(rand.Text()), kept: make(map[string][]segment)}
}

// write writes the page of a mail as quoted-printable. There is a soft line break before
// and behind each field, so that only the fields have to be encoded anew.
func (m *merger) write(w io.Writer, b body) error {
	if !b.merges() {
		q := quotedprintable.NewWriter(w)
		return errors.Join(m.template.Execute(q, b), q.Close())
	}
	fields := make([]string, 0, 32)
	wording := make([]byte, 0, 1<<10)
	b.walk(func(s *string) { fields = append(fields, *s) }, func(s string) {
		wording = append(binary.AppendUvarint(wording, uint64(len(s))), s...)
	})
	page, err := m.page(wording, b)
	if err != nil {
		return err
	}
	for _, s := range page {
		if _, err := w.Write(s.quoted); err != nil {
			return err
		}
		if s.field < 0 {
			break
		}
		if err := writeQuoted(w, escaper.Replace(fields[s.field])); err != nil {
			return err
		}
		if _, err := io.WriteString(w, softBreak); err != nil {
			return err
		}
	}
	return nil
}

const softBreak = "=\r\n" // RFC 2045, 6.7

// page returns the page that b fills in, which has this wording.
func (m *merger) page(wording []byte, b body) ([]segment, error) {
	m.mu.RLock()
	page := m.kept[string(wording)]
	m.mu.RUnlock()
	if page != nil {
		return page, nil
	}
	page, err := m.split(b)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= mostKept {
		clear(m.kept)
	}
	m.kept[string(wording)] = page
	return page, nil
}

// split executes the template with placeholders for the fields of b, and splits the page
// at them.
func (m *merger) split(b body) (all []segment, err error) {
	// The caller has the same lists, which must keep what they say.
	b.Before, b.More, b.Facts = slices.Clone(b.Before), slices.Clone(b.More), slices.Clone(b.Facts)
	for i := range b.Facts {
		b.Facts[i].Lines = slices.Clone(b.Facts[i].Lines)
	}
	const end = "z" // of a placeholder, behind the number of the field
	n := 0
	b.walk(func(s *string) {
		*s = m.placeholder + strconv.Itoa(n) + end
		n++
	}, func(string) {})
	var page strings.Builder
	if err := m.template.Execute(&page, b); err != nil {
		return nil, err
	}
	rest := page.String()
	for more := true; more; {
		var html string
		html, rest, more = strings.Cut(rest, m.placeholder)
		var quoted bytes.Buffer
		if err := writeQuoted(&quoted, html); err != nil {
			return nil, err
		}
		s := segment{field: -1}
		if more {
			var number string
			number, rest, _ = strings.Cut(rest, end)
			if s.field, err = strconv.Atoi(number); err != nil {
				return nil, err
			}
			quoted.WriteString(softBreak)
		}
		s.quoted = quoted.Bytes()
		all = append(all, s)
	}
	return all, nil
}

// escaper escapes a text as [html/template] does.
var escaper = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// walk visits all that the template shows of b: with field the merge fields, with fixed
// everything else. What only bodies have that do not merge is left out.
func (b *body) walk(field func(*string), fixed func(string)) {
	count := func(n int) { fixed(strconv.Itoa(n)) }
	flag := func(set bool) { fixed(strconv.FormatBool(set)) }
	fixed(b.Words.Lang())
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
		fixed(f.Label)
		flag(f.Rich)
		count(len(f.Lines))
		for j := range f.Lines {
			if f.Rich {
				fixed(f.Lines[j])
			} else {
				field(&f.Lines[j])
			}
		}
	}
	fixed(b.Note)
	flag(b.ActFirst)
	fixed(b.Button.Label)
	field(&b.Button.URL)
	count(len(b.After))
	for _, s := range b.After {
		fixed(s)
	}
	count(len(b.More))
	for i := range b.More {
		fixed(b.More[i].Label)
		field(&b.More[i].URL)
	}
	count(len(b.Footer))
	for _, s := range b.Footer {
		fixed(s)
	}
}

// merges reports whether the page of b can be merged. It cannot if an organiser wrote the
// paragraphs, in which addresses become links, if there are lists, or if the template may
// change the address of a button, a link or a picture: it filters what it shows, but
// cannot filter what will stand for a placeholder.
func (b *body) merges() bool {
	kept := func(l link) bool {
		web := strings.HasPrefix(l.URL, "https://") || strings.HasPrefix(l.URL, "http://")
		return l.URL == "" || web && !escapes(l.URL)
	}
	for _, l := range b.More {
		if !kept(l) {
			return false
		}
	}
	return kept(b.Button) && !escapes(string(b.Picture)) && !b.Rich && len(b.Lists) == 0
}

// escapes reports whether the template may escape a letter of an address.
func escapes(address string) bool {
	return strings.ContainsFunc(address, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/:._~-@", r))
	})
}
