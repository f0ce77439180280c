package export

import "strings"

// triggers are what a spreadsheet takes for the beginning of a formula (ASVS
// 5.0, 1.2.10), in the width of Latin and of East Asian scripts.
const triggers = "=+-@\t\r\n\x00＝＋－＠"

// separators end a cell in one CSV dialect or another: a file opened with the
// wrong one is cut there, so a guard stands after each as well.
const separators = ";,\t\r\n"

// Guard returns text as the CSV formats carry it: with an apostrophe before
// each place where a spreadsheet could begin to read a formula. Apostrophes
// that already stand there are kept, and [Unguard] knows one too many from
// none: « 't Hooft » stays as it is.
func Guard(text string) string {
	return rewrite(text, func(apostrophes int) int { return apostrophes + 1 })
}

// Unguard returns the text that [Guard] was given.
func Unguard(cell string) string {
	return rewrite(cell, func(apostrophes int) int { return max(0, apostrophes-1) })
}

// rewrite changes the number of apostrophes that stand before a trigger, at
// the start of a cell, of the text or after a separator.
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
