package export

import "strings"

// triggers are the characters that begin a formula in a spreadsheet (ASVS 5.0,
// 1.2.10), with their full-width forms.
const triggers = "=+-@\t\r\n\x00＝＋－＠"

// separators end a cell in some CSV dialect. A program that reads the file with
// the wrong dialect starts a cell after them, so triggers are guarded there
// too.
const separators = ";,\t\r\n"

// Guard returns text with an apostrophe before each place where a spreadsheet
// could start to read a formula, as the CSV formats have it. An apostrophe that
// already precedes such a place is kept, so that [Unguard] gives back the same
// text; one elsewhere, as in « 't Hooft », is left alone.
func Guard(text string) string {
	return rewrite(text, func(apostrophes int) int { return apostrophes + 1 })
}

// Unguard returns the text that [Guard] was given.
func Unguard(cell string) string {
	return rewrite(cell, func(apostrophes int) int { return max(0, apostrophes-1) })
}

// rewrite changes the number of apostrophes before each trigger that stands at
// the start of the text or after a separator.
func rewrite(text string, change func(int) int) string {
	if !strings.ContainsAny(text, triggers) {
		return text
	}
	var b strings.Builder
	start := true // spaces and quotation marks leave a cell at its start
	for i := 0; i < len(text); {
		if start {
			n := len(text[i:]) - len(strings.TrimLeft(text[i:], "'"))
			rest := text[i+n:]
			if strings.IndexAny(rest, triggers) == 0 {
				b.WriteString(strings.Repeat("'", change(n)))
				i, start = i+n, false
				continue
			}
		}
		c := text[i]
		start = strings.IndexByte(separators, c) >= 0 || start && (c == ' ' || c == '"')
		b.WriteByte(c)
		i++
	}
	return b.String()
}
