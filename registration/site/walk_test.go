package site_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
)

// TestWalk takes all pages, organisers' too, through what breaks layouts:
// names of 60 letters, a screen of 320 px, zoom of 200 %, the spacing of WCAG 1.4.12
// and forced colours. Nothing scrolls sideways, and no text leaves its box.
func TestWalk(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to walk through all pages in a browser")
	}
	l, b := start(t), open(t, browser(t))
	b.screen(320, 640, "light")
	b.do(chromedp.Navigate(`data:text/html,<meta name=viewport content="width=device-width"><body><p style="border:1px solid;width:9em">` + strings.Repeat("n", 60) + `<div style="width:900px">wide</div><a href=/ style="display:block;height:20px">Small</a><p>A link <a href=/>within a sentence</a> is as high as its line.`))
	if got := eval[[]string](b, outside); len(got) != 2 {
		t.Fatalf("a page with two faults has %q", got)
	}
	if got := eval[[]string](b, small); len(got) != 1 {
		t.Fatalf("a page with one small target has %q", got)
	}
	b.do(chromedp.Navigate(`data:text/html,<table><tr><th>a</table><figure><figcaption>b</figcaption></figure><svg></svg><iframe></iframe><p style="color:red" title="c">`))
	if got := eval[[]string](b, unmarked); len(got) != 7 {
		t.Fatalf("a page with seven faults has %q", got)
	}
	pages := l.everyPage(b)
	l.lengthen(strings.Repeat("Ramanantsoa", 5)+"ndrian", "Anne-"+strings.Repeat("Maximilienne", 4)+"Isabeau")
	walked := 0
	for _, page := range pages {
		if page.late != nil { // a second visit finds another page
			continue
		}
		b.screen(320, 640, "light")
		b.visit(l, page)
		walked++
		for _, h := range hardships {
			if h.visitors && (strings.Contains(page.path, "/organisation/") || strings.Contains(page.path, "/accueil/")) {
				continue
			}
			b.screen(h.width, 800, "light")
			if h.forced {
				b.media("forced-colors", "active")
			}
			eval[any](b, `(() => { const s = new CSSStyleSheet(); s.replaceSync(`+"`"+h.style+"`"+`); document.adoptedStyleSheets = [s];
				document.querySelectorAll('details').forEach(d => d.open = true) })();0`)
			for _, fault := range eval[[]string](b, outside) {
				t.Errorf("%s, %s: %s", page.path, h.name, fault)
			}
			if h.name == "desktop" {
				for _, fault := range eval[[]string](b, unmarked) {
					t.Errorf("%s: %s", page.path, fault)
				}
			}
			if h.width < 480 {
				for _, fault := range eval[[]string](b, small) {
					t.Errorf("%s, %s: %s", page.path, h.name, fault)
				}
			}
		}
	}
	if walked < 110 {
		t.Errorf("%d pages, which cannot be all", walked)
	}
}

// hardships are how people change a page that they read.
var hardships = []struct {
	name   string
	width  int64
	style  string
	forced bool

	visitors bool // organisers' pages have letters of a size of their own
}{
	{"320 px", 320, "", false, false},
	{"200 %", 640, "", false, false},
	{"letters of 200 %", 640, "html { font-size: 200% !important }", false, false},
	{"letters of 200 % on a telephone", 320, "html { font-size: 212% !important }", false, true},
	{"letters of 200 % on a desktop", 1280, "html { font-size: 225% !important }", false, true},
	{"spacing", 390, "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }", false, false},
	{"forced colours", 320, "", true, false},
	{"desktop", 1280, "", false, false},
}

// outside lists what is wider than the window, and the texts that leave the window
// or a box with an edge. What is meant for voices alone is not looked at.
const outside = `(() => {
	const found = [], wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
	if (wide > room) {
		const boxes = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll *'));
		found.push('the page is ' + wide + ' px wide in a window of ' + room + ': ' + boxes.slice(-1).map(e => e.outerHTML.slice(0, 90)));
	}
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n = walker.nextNode(); n; n = walker.nextNode()) {
		const own = n.parentElement;
		if (!n.data.trim() || own.closest('svg, datalist, option, .trap, .skip, .heard, .enter, script, style') || getComputedStyle(own).visibility === 'hidden') continue;
		const range = document.createRange();
		range.selectNodeContents(n);
		for (const r of range.getClientRects()) {
			if (r.width === 0 || r.height === 0) continue;
			let fault = '', scrolled = false;
			for (let box = own; box && box !== document.body && !fault; box = box.parentElement) {
				const s = getComputedStyle(box), b = box.getBoundingClientRect();
				if (s.position === 'absolute' || s.clipPath !== 'none') { fault = ''; break; }
				if (s.display === 'inline') continue;
				if (s.overflowX === 'auto' || s.overflowX === 'scroll') { // a table that scrolls within its own box
					scrolled = true;
					if (b.right > room + 1 || b.left < -1) fault = 'the window, with ' + box.tagName + '.' + box.className;
					break;
				}
				const edged = s.borderRightWidth !== '0px' || s.overflowX !== 'visible';
				if (edged && (r.right > b.right + 1 || r.left < b.left - 1 || r.bottom > b.bottom + 2)) fault = box.tagName + '.' + box.className;
			}
			if (!scrolled && !fault && (r.right > room + 1 || r.left < -1)) fault = 'the window';
			if (fault) { found.push(JSON.stringify(n.data.trim().slice(0, 60)) + ' leaves ' + fault); break; }
		}
	}
	return found;
})()`

// small lists what a thumb can press and is less than 44 px high. A link within a
// sentence is as high as its line; what a label encloses is as large as the label.
const small = `(() => {
	const found = [];
	for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
		if (e.closest('.trap, .skip, .enter, svg') || e.disabled || getComputedStyle(e).visibility === 'hidden' || e.getClientRects().length === 0) continue;
		const box = e.closest('label') || e, r = box.getBoundingClientRect();
		if (r.height >= 43.5) continue;
		const around = e.parentElement.closest('p, li, td, th, dd, address, figcaption, span.small, div, h2, h3');
		const sentence = e.tagName === 'A' && getComputedStyle(e).display === 'inline' && around && around.innerText.trim() !== e.innerText.trim();
		if (!sentence) found.push(Math.round(r.height) + ' px high: ' + e.outerHTML.slice(0, 120));
	}
	return found;
})()`

// unmarked lists what RGAA asks of the source and other tools do not look at, by
// criterion.
const unmarked = `(() => {
	const found = [], text = (e) => e.textContent.trim().replace(/\s+/g, ' ');
	const want = (criterion, selector, good) => document.querySelectorAll(selector).forEach(e => {
		if (!good(e)) found.push(criterion + ': ' + e.outerHTML.slice(0, 160));
	});
	want('1.2', 'svg', e => e.closest('[aria-hidden=true]') || e.parentElement.closest('[role=img]') || (e.getAttribute('role') === 'img' && e.getAttribute('aria-label')));
	want('1.9', 'figure', e => !e.querySelector('figcaption') || (e.getAttribute('role') === 'figure' && e.getAttribute('aria-label').replace(/\s+/g, ' ') === text(e.querySelector('figcaption'))));
	want('2.1', 'iframe', e => e.title);
	want('5.4', 'table', e => (e.caption && text(e.caption)) || e.getAttribute('aria-label') || document.getElementById(e.getAttribute('aria-labelledby')));
	want('5.7', 'th', e => e.scope);
	want('10.1', 'body [style], font, center, [align], [bgcolor]', e => false);
	want('10.13', 'body [title]:not(iframe)', e => false);
	return found;
})()`

// lengthen gives everybody a long name.
func (l *live) lengthen(family, given string) {
	l.t.Helper()
	for _, slug := range []string{registration.ShippedSlug, crowded} {
		err := l.store.Change(l.t.Context(), slug, func(tx registration.Tx) error {
			all, err := tx.Active(registration.ID{}, 1000)
			if err != nil {
				return err
			}
			for _, s := range all {
				s.FamilyName, s.GivenName, s.Organisation = family, given, strings.Repeat("Communauté", 6)
				if err := tx.Update(s); err != nil {
					return err
				}
			}
			return nil
		})
		l.check(err)
	}
}
