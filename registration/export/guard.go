package export

import (
	"regexp"
	"strings"
)

// triggers are the characters that begin a formula in a spreadsheet, with
// their full-width forms (ASVS 5.0, 1.2.10).
const triggers = "=+-@\t\r\n\x00＝＋－＠"

// separators are the characters that separate cells in some dialect of CSV. A
// program that assumes the wrong dialect begins a cell after them, so a
// trigger after them is guarded too.
const separators = ";,\t\r\n"

// Guard puts an apostrophe before each place in text where a spreadsheet
// could begin to read a formula. An apostrophe that stands at such a place
// already is kept, so that [Unguard] gives back the same text. Other
// apostrophes, as in « 't Hooft », are left alone.
func Guard(text string) string {
	return rewrite(text, func(apostrophes int) int { return apostrophes + 1 })
}

// Unguard returns the text that [Guard] was given.
func Unguard(cell string) string {
	return rewrite(cell, func(apostrophes int) int { return max(0, apostrophes-1) })
}

// mayNeedGuard is a quick test that most texts fail: then they need no guard.
func mayNeedGuard(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '=', '+', '-', '@', '\t', '\r', '\n', 0, 0xef: // the last begins the full-width forms
			return true
		}
	}
	return false
}

// rewrite changes the number of apostrophes before each trigger that stands
// at the start of the text or after a separator.
func rewrite(text string, change func(int) int) string {
	if !mayNeedGuard(text) {
		return text
	}
	var b strings.Builder
	start := true // a trigger after spaces or quotation marks counts as well
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

// month matches texts with the name of a month that French Excel reads as
// dates, such as MARS1 and « 3 janv ».
var month = regexp.MustCompile(`(?i)^[\d .,/-]*(janv?(ier|uary)?|f[ée]v(r(ier)?)?|feb(ruary)?|mar(s|ch)?|avr(il)?|apr(il)?|mai|may|juin|june?|juil(let)?|july?|ao[ûu]t|aug(ust)?|sept?(embre|ember)?|oct(obre|ober)?|nov(embre|ember)?|d[ée]c(embre|ember)?)\.?[\d .,/-]*$`)

// readAsAnother reports whether Excel would read a text as a value and show
// it differently: 0012 as a number, 1E5 as a power of ten, 3/4 as a day,
// 12:30 as a time, VRAI as a truth value. Short whole numbers are shown
// unchanged.
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
