package export

import (
	"regexp"
	"strings"
)

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

// suspect reports whether text may have a trigger: most have none, and are looked
// at once.
func suspect(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '=', '+', '-', '@', '\t', '\r', '\n', 0, 0xef: // the last begins the full-width forms
			return true
		}
	}
	return false
}

// rewrite changes the number of apostrophes before each trigger that stands at
// the start of the text or after a separator.
func rewrite(text string, change func(int) int) string {
	if !suspect(text) {
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

// month matches the months that French Excel knows, in both languages: MARS1 and
// « 3 janv » are dates to it.
var month = regexp.MustCompile(`(?i)^[\d .,/-]*(janv?(ier|uary)?|f[ée]v(r(ier)?)?|feb(ruary)?|mar(s|ch)?|avr(il)?|apr(il)?|mai|may|juin|june?|juil(let)?|july?|ao[ûu]t|aug(ust)?|sept?(embre|ember)?|oct(obre|ober)?|nov(embre|ember)?|d[ée]c(embre|ember)?)\.?[\d .,/-]*$`)

// readAsAnother reports whether Excel would take a text for something else and
// show another: 0012 for a number, 1E5 for a power of ten, 3/4 for a day, 12:30
// for an hour, VRAI for a truth. Short whole numbers are shown as they are.
func readAsAnother(text string) bool {
	if len(text) > 40 {
		return false
	}
	digits, signs, others := 0, 0, 0
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case strings.ContainsRune(" \u00a0\u202f/.,:-+%€$£()eE", r):
			signs++
		default:
			others++
		}
	}
	switch {
	case others > 0:
		return digits > 0 && month.MatchString(text) || isTruth(text)
	case signs > 0:
		return digits > 0
	}
	return digits > 1 && text[0] == '0' || digits >= 12
}

func isTruth(text string) bool {
	switch strings.ToUpper(text) {
	case "VRAI", "FAUX", "TRUE", "FALSE":
		return true
	}
	return false
}
