package site_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/internal/desktest"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

var update = flag.Bool("update", false, "write the golden files")

// TestVoices compares the ten main pages, as Chromium hands them to a screen reader
// and as the Tab key goes through them, with what testdata/voices says. The focus is
// seen at each stop, and Tab leaves every page.
func TestVoices(t *testing.T) {
	t.Parallel()
	l, b := start(t), open(t, browser(t))
	l.set(desktest.Opening)
	b.screen(1280, 900, "light")
	b.do(chromedp.Navigate(`data:text/html,<style>:focus{outline:none}</style><button>Go</button><img src=x alt=Sea>`))
	if got := b.stops(); len(got) != 1 || got[0] != "button Go (the focus is not seen)" {
		t.Fatalf("a page with a fault has the stops %q", got)
	}
	if got := b.voice(); !strings.Contains(got, "button Go\n") || !strings.Contains(got, "image Sea\n") {
		t.Fatalf("a page with a button and a picture reads\n%s", got)
	}
	l.set(desktest.Opening)
	kept, token := l.signed(t, "kept@x.example", true)
	_, waiting := l.signed(t, "pending@x.example", false)
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	form := meetingPath + "/inscription"
	answers := `for (const [id, v] of Object.entries({given_name: 'Zoé', family_name: 'Étienne', email: 'new@x.example'})) document.getElementById(id).value = v;
		document.getElementById('category').checked = true; document.getElementById('privacy').checked = true`
	for _, p := range []struct {
		name string
		page
	}{
		{"rencontre", page{path: meetingPath, status: 200}},
		{"inscription", page{path: form, status: 200}},
		{"inscription-erreurs", page{path: form, status: 422, submit: true}},
		{"messagerie", page{path: form, status: 200, submit: true, fill: answers, late: func() { l.set(desktest.Opening.Add(time.Minute)) }}},
		{"confirmation", page{path: "/confirmation/" + waiting, status: 200}},
		{"mon-inscription", page{path: "/mon-inscription/" + token, status: 200}},
		{"billet", page{path: "/mon-inscription/" + token + "/billet", status: 200}},
		{"programme", page{path: "/en/programme", status: 200}},
		{"liste", page{path: "/organisation" + meetingPath, status: 200}},
		{"accueil", page{path: "/accueil/?q=etienne", status: 200}},
	} {
		l.set(desktest.Opening)
		b.visit(l, p.page)
		if p.status == 422 {
			b.until("document.activeElement.className === 'summary'")
		}
		got := "# Tab\n" + strings.Join(b.stops(), "\n") + "\n\n# Voice\n" + b.voice()
		got = strings.NewReplacer(spelt(kept.Code, 1, " "), "A B C D 2 3 4 5", spelt(kept.Code, 4, "-"), "ABCD-2345").Replace(got)
		got = code.ReplaceAllString(got, "ABCD-2345")
		if strings.Contains(got, "(the focus is not seen)") {
			t.Errorf("%s: the focus is not seen at every stop:\n%s", p.name, got)
		}
		golden(t, filepath.Join("testdata", "voices", p.name+".txt"), got)
	}
}

// code is what a sign-up's code looks like, which is another one each time.
var code = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

// golden compares with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// spelt writes a code in groups of n letters.
func spelt(code string, n int, between string) string {
	var parts []string
	for i := 0; i < len(code); i += n {
		parts = append(parts, code[i:min(i+n, len(code))])
	}
	return strings.Join(parts, between)
}

// signed signs somebody up and returns them with the token of their next link.
func (l *live) signed(t *testing.T, email string, confirm bool) (registration.Signup, string) {
	t.Helper()
	_, err := l.site.Desk.SignUp(t.Context(), registration.ShippedSlug, registration.Request{
		GivenName: "Zoé", FamilyName: "Étienne", Email: email, Organisation: "Communauté d’agglomération", Category: registration.Elected,
		Territory: "ti-2701", Sessions: []registration.SessionID{"innovation"}, Privacy: true,
	})
	l.check(err)
	for s, err := range l.site.Desk.Signups(t.Context(), registration.Query{Meeting: registration.ShippedSlug}) {
		if l.check(err); s.Email != email {
			continue
		}
		token := l.keys.Token(link.ForConfirm, s.ID, s.Version)
		if !confirm {
			return s, token
		}
		_, err := l.site.Desk.Confirm(t.Context(), token)
		l.check(err)
		return s, l.manage(s)
	}
	t.Fatalf("no sign-up of %s", email)
	return registration.Signup{}, ""
}

// stops presses Tab from the top of the page to its end and tells where the focus
// comes: role and name, as a screen reader has them.
func (b *tab) stops() (list []string) {
	b.t.Helper()
	first := ""
	for range 200 {
		b.press(kb.Tab)
		eval[float64](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`) // it scrolls there
		at := eval[string](b, `(() => { const e = document.activeElement; if (!e || e === document.body) return '';
			window.stops ??= []; let i = window.stops.indexOf(e); if (i < 0) i = window.stops.push(e) - 1;
			const r = e.getBoundingClientRect();
			return i + (`+focusShown+` && r.bottom > 0 && r.top < innerHeight ? ' ' : ' (the focus is not seen)') })()`)
		if at == "" || at == first {
			return list
		}
		if first == "" {
			first = at
		}
		_, unseen, _ := strings.Cut(at, " ")
		list = append(list, strings.TrimSpace(b.focused()+" "+unseen))
	}
	b.t.Fatalf("Tab goes round: %q", list)
	return nil
}

// focused returns role and name of what has the focus.
func (b *tab) focused() string {
	b.t.Helper()
	e, err := chromedp.Call(b.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement"})
	if err != nil {
		b.t.Fatal(err)
	}
	no := false
	tree, err := chromedp.Call(b.ctx, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{ObjectID: e.Result.ObjectID, FetchRelatives: &no})
	if err != nil || len(tree.Nodes) == 0 {
		b.t.Fatalf("no node of what has the focus: %v", err)
	}
	return said(tree.Nodes[0])
}

// voice writes the page as the browser hands it to a screen reader, a node a line.
// Boxes without a meaning are left out, and a text that its parent's name says.
func (b *tab) voice() string {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil || len(tree.Nodes) == 0 {
		b.t.Fatalf("no accessibility tree: %v", err)
	}
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		nodes[n.NodeID] = n
	}
	var text strings.Builder
	var tell func(n *accessibility.Node, depth int, above string)
	tell = func(n *accessibility.Node, depth int, above string) {
		role, name := value(n.Role), value(n.Name)
		switch {
		case n.Ignored, role == "generic", role == "none", role == "LabelText", role == "Legend", role == "MenuListPopup":
		case role == "InlineTextBox", role == "ListMarker", role == "option", role == "LineBreak":
			return
		case role == "StaticText":
			if plain(name) == "" || strings.Contains(above, name) {
				return
			}
			fmt.Fprintf(&text, "%s%s\n", strings.Repeat("  ", depth), plain(name))
			return
		default:
			fmt.Fprintf(&text, "%s%s\n", strings.Repeat("  ", depth), said(n))
			depth++
			switch role {
			case "link", "button", "heading", "term", "cell", "rowheader", "columnheader", "caption", "DisclosureTriangle", "searchbox", "textbox":
				above = name
			}
		}
		for _, id := range n.ChildIDs {
			if c := nodes[id]; c != nil {
				tell(c, depth, above)
			}
		}
	}
	tell(tree.Nodes[0], 0, "")
	return text.String()
}

// said is what a screen reader says of a node: its role, its name, its state and
// what describes it.
func said(n *accessibility.Node) string {
	text := plain(value(n.Role) + " " + value(n.Name))
	for _, p := range n.Properties {
		v := value(p.Value)
		switch p.Name {
		case "level":
			text += " " + v
		case "checked", "expanded":
			text += ", " + string(p.Name) + " " + v
		case "required", "disabled", "invalid":
			if v == "true" {
				text += ", " + string(p.Name)
			}
		}
	}
	if v := value(n.Value); v != "" {
		text += ", value " + plain(v)
	}
	if d := value(n.Description); d != "" {
		text += " (" + plain(d) + ")"
	}
	return strings.TrimSpace(text)
}

// plain writes a text with ordinary spaces.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)), " ")
}

// value is what a node has of something, "" if nothing.
func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var a any
	if err := json.Unmarshal(v.Value, &a); err != nil || a == nil {
		return ""
	}
	return fmt.Sprint(a)
}
