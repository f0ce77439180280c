package locale

import (
	"regexp"
	"strings"
)

// Part is a piece of a line of text. Href is the address of a link, "" for plain
// text. It is always an http, https, mailto or tel address.
type Part struct{ Text, Href string }

// linkable matches addresses of pages, mailboxes and French telephone numbers.
var linkable = regexp.MustCompile(`https?://[^\s\x{a0}\x{202f}<>"«»]+|[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+|(?:\+33[ \x{a0}\x{202f}]?|\b0)[1-9](?:[ .\x{a0}\x{202f}]?\d\d){4}\b`)

// Linked returns the lines of a text that an organiser wrote, with a link for each
// address. Blank lines are left out.
func Linked(text string) [][]Part {
	var lines [][]Part
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, parts(line))
		}
	}
	return lines
}

func parts(line string) []Part {
	var list []Part
	plain := func(s string) {
		if s != "" {
			list = append(list, Part{Text: s})
		}
	}
	from := 0
	for _, at := range addresses(line) {
		found := address(line[at[0]:at[1]])
		plain(line[from:at[0]])
		list = append(list, Part{found, href(found)})
		from = at[0] + len(found)
	}
	plain(line[from:])
	return list
}

// address returns what was found without what ends the sentence.
func address(found string) string { return strings.TrimRight(found, ".,;:!?)’") }

// addresses returns where the addresses in a line begin and end. Most lines have none,
// and the search is slow: a line without ten digits, "@" and "://" is not searched.
func addresses(line string) [][]int {
	digits := 0
	for i := range len(line) {
		if '0' <= line[i] && line[i] <= '9' {
			digits++
		}
	}
	if digits < 10 && !strings.Contains(line, "@") && !strings.Contains(line, "://") {
		return nil
	}
	return linkable.FindAllStringIndex(line, -1)
}

func href(found string) string {
	switch {
	case strings.HasPrefix(found, "http"):
		return found
	case strings.Contains(found, "@"):
		return "mailto:" + found
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, found)
	if strings.HasPrefix(found, "+") {
		return "tel:+" + digits
	}
	return "tel:+33" + digits[1:]
}
