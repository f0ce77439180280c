package registration

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Note is what an organiser writes to many: plain text, a paragraph a line, in
// which [Placeholders] stand for what differs from one person to the next. An
// English text that is empty reads as the French one.
type Note struct {
	Subject Text
	Body    Text
	To      []Status // empty: everybody active
}

// The bounds of a note, in characters.
const (
	maxNoteSubject = 120
	maxNoteBody    = 10_000
)

// Placeholders lists what a note may hold in braces, such as {prenom}: given
// name, family name, short code, title of the meeting, its day, its place, and
// the address of the person's own page.
func Placeholders() []string {
	return []string{"prenom", "nom", "code", "rencontre", "date", "lieu", "lien"}
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// Fill returns text with each placeholder replaced by its value. What a value
// holds is not looked at again.
func Fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := values[p[1:len(p)-1]]; ok {
			return v
		}
		return p
	})
}

func (n Note) clean() Note {
	body := func(s string) string {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
		return strings.TrimSpace(norm.NFC.String(s))
	}
	n.Subject = Text{cleanLine(n.Subject.FR), cleanLine(n.Subject.EN)}
	n.Body = Text{body(n.Body.FR), body(n.Body.EN)}
	return n
}

// check returns a [*validation.Error] with everything that is wrong
// with n; its paths are subject, body, their English twins with _en, and to.
func (n Note) check() error {
	var all []validation.FieldError
	add := func(path, rule, param string) {
		all = append(all, validation.FieldError{Path: path, Rule: rule, Param: param, Kind: "string"})
	}
	for _, f := range []struct {
		path, text string
		most       int
		line       bool
	}{
		{"subject", n.Subject.FR, maxNoteSubject, true}, {"subject_en", n.Subject.EN, maxNoteSubject, true},
		{"body", n.Body.FR, maxNoteBody, false}, {"body_en", n.Body.EN, maxNoteBody, false},
	} {
		switch {
		case f.text == "" && !strings.HasSuffix(f.path, "_en"):
			add(f.path, "required", "")
		case utf8.RuneCountInString(f.text) > f.most:
			add(f.path, "max", strconv.Itoa(f.most))
		case f.line && !isLine(f.text), !isLine(strings.NewReplacer("\n", "", "\t", "").Replace(f.text)):
			add(f.path, "line", "")
		default:
			if !filled(f.text) {
				add(f.path, "placeholder", strings.Join(Placeholders(), " "))
			}
		}
	}
	if (n.Subject.EN == "") != (n.Body.EN == "") {
		add("body_en", "pair", "") // half a message would mix the languages
	}
	if slices.ContainsFunc(n.To, func(s Status) bool { return !slices.Contains(Statuses(), s) }) {
		add("to", "status", "")
	}
	if len(all) == 0 {
		return nil
	}
	return &validation.Error{Fields: all}
}

// filled reports whether every brace of text is part of a placeholder that
// there is.
func filled(text string) bool {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(Placeholders(), m[1]) {
			return false
		}
	}
	return !strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}")
}
