package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/territoires-industrie/sdk/internal/proof"
)

// checkPage reports what no page may do: lack a heading or a label, point at
// nothing, carry a script or a style of its own, ask somebody else for
// something, or have a misprint.
func checkPage(t testing.TB, name, page string, typed ...string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c := checker{t: t, name: name, ids: map[string]int{}, labelled: map[string]bool{}}
	c.collect(root)
	c.walk(root, false)
	if c.headings != 1 {
		t.Errorf("%s: %d h1, want 1", name, c.headings)
	}
	if c.lang != "fr" && c.lang != "en" {
		t.Errorf("%s: lang %q", name, c.lang)
	}
	if c.lang == "en" {
		for _, text := range frenchIn(root, typed) {
			t.Errorf("%s: French on an English page, without its lang attribute: %q", name, text)
		}
	}
	if title(page) == "" {
		t.Errorf("%s: no title", name)
	}
	for _, m := range proof.PageMisprints(c.lang, page, typed...) {
		t.Errorf("%s: misprint: %s", name, m)
	}
}

// frenchWord is a word that English texts do not have.
var frenchWord = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(le|la|les|des|du|une?|votre|vos|vous|nous|est|sont|avec|pour|dans|sur|aux?|qui|que|[ldnsj]’\pL+|inscriptions?|rencontres?|salle|confirmée?s?|annulée?s?|à)(?:[^\pL\pN]|$)`)

// frenchNames are proper names, which stay French in English, and what the
// people of the fixtures write.
var frenchNames = strings.NewReplacer("Territoires d’industrie", "", "Territoire d’industrie", "", "ministère de la Cohésion des territoires", "",
	"Agence nationale de la cohésion des territoires", "", "Code officiel géographique", "", "Défenseur des droits", "", "Banque des Territoires", "",
	"La Réunion", "", "organisation@rencontre.example", "", "https://rencontres.example/", "", "dpo@rencontre.example", "", "L’Hôpital", "", "un fauteuil", "")

// isFrench reports whether a text has a French word, and remembers it: most of a
// page stands on other pages too.
func isFrench(text string) bool {
	known, ok := readBefore.Load(text)
	if !ok {
		known = frenchWord.MatchString(frenchNames.Replace(text))
		readBefore.Store(text, known)
	}
	return known.(bool)
}

var readBefore sync.Map // of text to whether it is French

// frenchIn returns the texts with French words of a page outside the parts
// that say that they are French.
func frenchIn(root *html.Node, typed []string) (list []string) {
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if attr(n, "lang") == "fr" {
			return
		}
		texts := []string{attr(n, "aria-label"), attr(n, "title")}
		if n.Type == html.TextNode {
			texts = append(texts, n.Data)
		}
		for _, text := range texts {
			for _, word := range typed {
				if word != "" {
					text = strings.ReplaceAll(text, word, "X")
				}
			}
			if isFrench(text) {
				list = append(list, strings.TrimSpace(text))
			}
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	for child := range root.ChildNodes() {
		for part := range child.ChildNodes() { // head and body: the document's own lang is that of the page
			walk(part)
		}
	}
	return list
}

type checker struct {
	t        testing.TB
	name     string
	lang     string
	headings int
	ids      map[string]int
	labelled map[string]bool // ids that a label is for
}

// collect finds what others point at.
func (c *checker) collect(n *html.Node) {
	if id := attr(n, "id"); id != "" {
		c.ids[id]++
		if c.ids[id] > 1 {
			c.t.Errorf("%s: id %q twice", c.name, id)
		}
	}
	switch n.DataAtom {
	case atom.Label:
		c.labelled[attr(n, "for")] = true
	case atom.Html:
		c.lang = attr(n, "lang")
	case atom.H1:
		c.headings++
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.collect(child)
	}
}

func (c *checker) walk(n *html.Node, inLabel bool) {
	c.element(n, inLabel)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child, inLabel || n.DataAtom == atom.Label)
	}
}

// saying are the elements that promise something to read.
var saying = []atom.Atom{atom.P, atom.Dt, atom.Dd, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Address, atom.H1, atom.H2, atom.H3, atom.H4,
	atom.Legend, atom.Label, atom.Caption, atom.Th, atom.A, atom.Strong, atom.Em, atom.Time, atom.Figcaption, atom.Summary}

// scripted reports whether an element is in a part that stays hidden until the
// script of the door fills it in.
func scripted(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Template || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) {
			return true
		}
	}
	return false
}

// says reports whether an element has something to read, to see or to fill in.
func says(n *html.Node) bool {
	if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" || attr(n, "aria-label") != "" {
		return true
	}
	switch n.DataAtom {
	case atom.Svg, atom.Img, atom.Input, atom.Select, atom.Textarea, atom.Button:
		return true
	}
	for child := range n.ChildNodes() {
		if says(child) {
			return true
		}
	}
	return false
}

func (c *checker) element(n *html.Node, inLabel bool) {
	if slices.Contains(saying, n.DataAtom) && !says(n) && attr(n, "role") != "status" && !scripted(n) {
		c.t.Errorf("%s: nothing in <%s class=%q>", c.name, n.Data, attr(n, "class"))
	}
	switch n.DataAtom {
	case atom.Script: // of the search at the door alone, and in a file
		if !strings.Contains(c.name, "/accueil/") || !strings.HasSuffix(attr(n, "src"), "/door.js") || n.FirstChild != nil {
			c.t.Errorf("%s: <script>", c.name)
		}
	case atom.Style, atom.Object, atom.Embed:
		c.t.Errorf("%s: <%s>", c.name, n.Data)
	case atom.Iframe: // a mail, shut in
		sandbox, shut := "", false
		for _, a := range n.Attr {
			if a.Key == "sandbox" {
				sandbox, shut = a.Val, true
			}
		}
		if !shut || sandbox != "" || attr(n, "src") != "" || attr(n, "title") == "" {
			c.t.Errorf("%s: a frame that is not shut in, or has no title", c.name)
		}
	case atom.Input, atom.Select, atom.Textarea:
		if !inLabel && attr(n, "type") != "hidden" && !c.labelled[attr(n, "id")] {
			c.t.Errorf("%s: %s %q has no label", c.name, n.Data, attr(n, "name"))
		}
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style", strings.HasPrefix(a.Key, "on"):
			c.t.Errorf("%s: <%s %s>", c.name, n.Data, a.Key)
		case a.Key == "aria-describedby", a.Key == "aria-labelledby", a.Key == "for", a.Key == "list":
			for id := range strings.FieldsSeq(a.Val) {
				if c.ids[id] == 0 {
					c.t.Errorf("%s: %s=%q points at nothing", c.name, a.Key, id)
				}
			}
		case a.Key == "src", a.Key == "action", a.Key == "href" && n.DataAtom == atom.Link:
			if !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
				c.t.Errorf("%s: %s=%q is not an address of this site", c.name, a.Key, a.Val)
			}
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			if c.ids[a.Val[1:]] == 0 {
				c.t.Errorf("%s: link to %s, which is not there", c.name, a.Val)
			}
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// title returns the title of a page, or the page itself if it has none.
func title(page string) string {
	_, rest, ok := strings.Cut(page, "<title>")
	if !ok {
		return page
	}
	text, _, _ := strings.Cut(rest, "</title>")
	return html.UnescapeString(text)
}

// checkHeaders reports a protection that an answer lacks.
func checkHeaders(t testing.TB, path string, h http.Header) {
	t.Helper()
	for key, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "",
	} {
		if got := h.Get(key); got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s: %q", path, key, got)
		}
	}
	policy := h.Get("Content-Security-Policy")
	if strings.HasSuffix(path, "/courrier/message") { // which shows mails with their styles
		policy = strings.Replace(policy, "style-src 'self' 'unsafe-inline';", "", 1)
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("%s: policy %q", path, h.Get("Content-Security-Policy"))
	}
}
