package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen is standard output, with the language and the properties of the terminal.
type screen struct {
	io.Writer
	notes  io.Writer // standard error, for notes that are not part of the answer
	lang   string    // fr or en
	width  int       // columns of the terminal; 0 when it is none
	color  bool      // whether to use escape sequences
	header bool      // whether tables have a header also when the output is no terminal
}

// newScreen finds out whether f is a terminal. NO_COLOR (no-color.org) and
// TERM=dumb turn escape sequences off.
func newScreen(f *os.File, getenv func(string) string) *screen {
	s := &screen{Writer: f, notes: io.Discard, lang: language(getenv)}
	if !term.IsTerminal(int(f.Fd())) {
		return s
	}
	if w, _, err := term.GetSize(int(f.Fd())); err == nil {
		s.width = max(w, 20)
	}
	s.color = s.width > 0 && wantsColor(getenv)
	return s
}

// language returns the language of the environment, by the order in which POSIX
// reads its variables: English if they say so, otherwise French, the language of the
// programme.
func language(getenv func(string) string) string {
	if strings.HasPrefix(cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")), "en") {
		return "en"
	}
	return "fr"
}

// say returns the text in the language of the screen.
func (s *screen) say(en, fr string) string {
	if s.lang == "en" {
		return en
	}
	return fr
}

// colon returns the colon between a thing and what is said of it.
func (s *screen) colon() string { return s.say(": ", " : ") }

// note writes a line that is not part of the answer.
func (s *screen) note(text string) {
	if s.notes != nil {
		fmt.Fprintln(s.notes, "territoires:", text)
	}
}

func wantsColor(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// writeJSON writes a value for another program to read.
func (s *screen) writeJSON(v any) error {
	e := json.NewEncoder(s)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// bold marks a text on a terminal that can show it.
func (s *screen) bold(text string) string {
	if !s.color {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// table writes rows under a header. On a terminal the columns are aligned, and the
// widest are cut with "…" until a row fits the width. Elsewhere, for cut and sort,
// columns are whole and separated by tabs, and there is a header only if s.header
// says so.
func (s *screen) table(header []string, rows [][]string) error {
	var b strings.Builder
	if s.width == 0 {
		if s.header {
			rows = slices.Insert(slices.Clone(rows), 0, header)
		}
		for _, row := range rows {
			b.WriteString(strings.Join(row, "\t"))
			b.WriteByte('\n')
		}
		_, err := io.WriteString(s, b.String())
		return err
	}
	widths := fit(header, rows, s.width)
	b.WriteString(s.bold(line(header, widths)))
	b.WriteByte('\n')
	for _, row := range rows {
		b.WriteString(line(row, widths))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(s, b.String())
	return err
}

// gap is the number of spaces between columns.
const gap = 2

// fit returns the width of each column so that a row has at most total characters.
// It starts from the natural widths and takes one character at a time off the widest
// column. No column becomes narrower than five.
func fit(header []string, rows [][]string, total int) []int {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	for ; sum > total; sum-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 5 {
			break
		}
		widths[widest]--
	}
	return widths
}

func line(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		cell = cut(cell, widths[i])
		b.WriteString(cell)
		if i < len(row)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+gap))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
