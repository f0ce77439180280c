package mail

import "strings"

// lineLength is the number of characters after which a line of the text part
// is broken (RFC 5322, 2.1.1). A longer word, such as an address, stays
// whole.
const lineLength = 72

// plainText writes b as the text part. Each address stands alone on its line,
// so that it can be copied.
func plainText(b body) string {
	var w strings.Builder
	para := func(s string) { w.WriteString(wrap(s, "") + "\n\n") }
	w.WriteString(b.Title + "\n\n")
	para(b.Hello)
	for _, p := range b.Before {
		para(p)
	}
	act := func() {
		para(b.Words.T("mail.fact", "Label", b.Button.Label, "Value", "") + "\n" + b.Button.URL)
	}
	if b.Code != "" {
		para(b.Words.T("mail.fact", "Label", b.Words.T("mail.label.code"), "Value", b.Code))
	}
	if b.ActFirst {
		act()
	}
	for _, list := range b.Lists {
		w.WriteString(wrap(list.Title, "") + "\n")
		for _, item := range list.Items {
			w.WriteString(wrap("- "+item, "  ") + "\n")
		}
		w.WriteString("\n")
	}
	writeFacts(&w, b)
	if !b.ActFirst {
		act()
	}
	for _, p := range b.After {
		para(p)
	}
	for _, more := range b.More {
		para(more.Label + "\n" + more.URL)
	}
	w.WriteString("-- \n") // what follows is a signature: RFC 3676, 4.3
	for _, p := range b.Footer {
		w.WriteString(wrap(p, "") + "\n")
	}
	return w.String()
}

// writeFacts writes each fact on one line. If a fact has several lines, they
// stand under its label.
func writeFacts(w *strings.Builder, b body) {
	for _, f := range b.Facts {
		label := b.Words.T("mail.fact", "Label", f.Label, "Value", "")
		if len(f.Lines) == 1 {
			w.WriteString(wrap(label+f.Lines[0], "  ") + "\n")
			continue
		}
		w.WriteString(strings.TrimSpace(label) + "\n")
		for _, line := range f.Lines {
			w.WriteString("  " + wrap(line, "  ") + "\n")
		}
	}
	if len(b.Facts) > 0 {
		w.WriteString("\n")
	}
	if b.Note != "" {
		w.WriteString(wrap(b.Note, "") + "\n\n")
	}
}

// wrap breaks each line of s at ordinary spaces, not at no-break spaces. The
// lines after a break begin with indent.
func wrap(s, indent string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		var out strings.Builder
		width := 0
		for word := range strings.SplitSeq(strings.TrimRight(line, " "), " ") {
			n := len([]rune(word))
			switch {
			case out.Len() == 0:
			case width+1+n > lineLength:
				out.WriteString("\n" + indent)
				width = len(indent)
			default:
				out.WriteString(" ")
				width++
			}
			out.WriteString(word)
			width += n
		}
		lines = append(lines, out.String())
	}
	return strings.Join(lines, "\n")
}
