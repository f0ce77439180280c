package mail

import (
	"strings"
	"unicode/utf8"
)

// lineLength is the number of characters after which a line of the text part
// is broken (RFC 5322, 2.1.1). A longer word, such as an address, stays
// whole.
const lineLength = 72

// plainText writes b as the text part. Each address stands alone on its line,
// so that it can be copied.
func plainText(b body) string {
	var w textWriter
	w.Grow(2 << 10) // most fit
	w.WriteString(b.Title + "\n\n")
	w.para(b.Hello)
	for _, p := range b.Before {
		w.para(p)
	}
	if b.Code != "" {
		w.para(b.Words.T("mail.fact", "Label", b.Words.T("mail.label.code"), "Value", b.Code))
	}
	if b.ActFirst {
		w.act(b)
	}
	for _, list := range b.Lists {
		w.line(list.Title, "")
		for _, item := range list.Items {
			w.line("- "+item, "  ")
		}
		w.WriteString("\n")
	}
	w.facts(b)
	if !b.ActFirst {
		w.act(b)
	}
	for _, p := range b.After {
		w.para(p)
	}
	for _, more := range b.More {
		w.para(more.Label + "\n" + more.URL)
	}
	w.WriteString("-- \n") // what follows is a signature: RFC 3676, 4.3
	for _, p := range b.Footer {
		w.line(p, "")
	}
	return w.String()
}

// textWriter is a text part that is being written.
type textWriter struct{ strings.Builder }

// para writes a paragraph.
func (w *textWriter) para(s string) {
	w.line(s, "")
	w.WriteString("\n")
}

// act writes the button of b as its address.
func (w *textWriter) act(b body) {
	w.para(b.Words.T("mail.fact", "Label", b.Button.Label, "Value", "") + "\n" + b.Button.URL)
}

// facts writes each fact on one line. If a fact has several lines, they
// stand under its label.
func (w *textWriter) facts(b body) {
	for _, f := range b.Facts {
		label := b.Words.T("mail.fact", "Label", f.Label, "Value", "")
		if len(f.Lines) == 1 {
			w.line(label+f.Lines[0], "  ")
			continue
		}
		w.line(strings.TrimSpace(label), "")
		for _, line := range f.Lines {
			w.WriteString("  ")
			w.line(line, "  ")
		}
	}
	if len(b.Facts) > 0 {
		w.WriteString("\n")
	}
	if b.Note != "" {
		w.para(b.Note)
	}
}

// line writes s and ends the line. It breaks each line of s at ordinary spaces, not
// at no-break spaces. The lines after a break begin with indent.
func (w *textWriter) line(s, indent string) {
	for line := range strings.SplitSeq(s, "\n") {
		width := 0
		for word := range strings.SplitSeq(strings.TrimRight(line, " "), " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case width == 0:
			case width+1+n > lineLength:
				w.WriteString("\n" + indent)
				width = len(indent)
			default:
				w.WriteString(" ")
				width++
			}
			w.WriteString(word)
			width += n
		}
		w.WriteString("\n")
	}
}
