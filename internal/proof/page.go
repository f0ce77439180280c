package proof

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PageMisprints is [Misprints] for an HTML document. It reads the texts and
// attributes that people see or hear, each in the language of the nearest lang
// attribute, or in lang if there is none. It skips scripts, styles, code and data
// attributes.
func PageMisprints(lang, document string, typed ...string) []Misprint {
	root, err := html.Parse(strings.NewReader(document))
	if err != nil { // only for a reader that fails
		return []Misprint{{Rule: "a page that can be parsed", Near: err.Error()}}
	}
	p := proof{typed: typed}
	p.walk(root, lang)
	p.flush(lang)
	return p.found
}

// proof reads a page block by block: a sentence goes on through links and
// emphasis, so that the space before a closing » is seen where it is.
type proof struct {
	typed []string
	block strings.Builder
	found []Misprint
}

func (p *proof) flush(lang string) {
	text := strings.Join(strings.FieldsFunc(p.block.String(), htmlSpace), " ")
	p.found = append(p.found, Misprints(lang, text, p.typed...)...)
	p.block.Reset()
}

// htmlSpace reports the spaces that a browser collapses; no-break spaces are not
// among them.
func htmlSpace(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

func (p *proof) walk(n *html.Node, lang string) {
	switch n.Type {
	case html.TextNode:
		p.block.WriteString(n.Data)
		return
	case html.CommentNode:
		return
	}
	outer := lang
	for _, a := range n.Attr {
		if a.Key == "lang" {
			lang = a.Val[:min(len(a.Val), 2)]
		}
	}
	if skipped(n) {
		return
	}
	p.attributes(n, lang)
	block := !inline[n.DataAtom] || lang != outer
	if block {
		p.flush(outer)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.walk(c, lang)
	}
	if block {
		p.flush(lang)
	}
}

func (p *proof) attributes(n *html.Node, lang string) {
	for _, a := range n.Attr {
		switch a.Key {
		case "alt", "title", "aria-label", "placeholder", "label":
		case "content":
			if !named(n, "description") {
				continue
			}
		default:
			continue
		}
		p.found = append(p.found, Misprints(lang, a.Val, p.typed...)...)
	}
}

// skipped reports the elements without text for people, or whose text is shown
// verbatim.
func skipped(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Code, atom.Pre, atom.Kbd, atom.Samp, atom.Textarea, atom.Template:
		return true
	}
	return false
}

func named(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == "name" && a.Val == name {
			return true
		}
	}
	return false
}

// inline elements are part of the sentence around them.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Cite: true, atom.Em: true, atom.I: true,
	atom.Mark: true, atom.Q: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true,
	atom.Sup: true, atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}
