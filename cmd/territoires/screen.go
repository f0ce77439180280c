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

// screen is standard output and what is known of it.
type screen struct {
	io.Writer
	notes  io.Writer // for what is beside the answer: standard error
	lang   string    // fr or en
	width  int       // columns of the terminal; 0 when it is none
	color  bool      // whether to use escape sequences
	header bool      // whether tables have a header where the output is no terminal
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

// language is that of the environment, as POSIX orders its variables: English
// where it says so, French elsewhere, like what the answers are about.
func language(getenv func(string) string) string {
	if strings.HasPrefix(cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG")), "en") {
		return "en"
	}
	return "fr"
}

// say chooses between a text in English and in French.
func (s *screen) say(en, fr string) string {
	if s.lang == "en" {
		return en
	}
	return fr
}

// note says something beside the answer.
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

// table writes rows under a header. On a terminal the columns are aligned and
// the widest are cut with "…" until a row fits its width. Elsewhere rows are
// separated by tabs, whole, and without header unless it is asked for, for cut
// and sort.
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

// gap separates columns.
const gap = 2

// fit returns the width of each column so that a row has at most total
// characters: natural widths, the widest reduced one character at a time. No
// column gets narrower than five.
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
