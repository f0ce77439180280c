package site_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// parted lists the mailboxes that a page parts although a line has room for them.
// Before that it gives them hyphens, where browsers like to part, and lengths that
// make the end of a line fall into them. The example beside a field has none.
const parted = `(() => {
	const found = [], nodes = [], mailbox = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n = walker.nextNode(); n; n = walker.nextNode()) {
		if (n.data.includes('@') && !n.parentElement.closest('script, style, option, datalist, textarea, .hint, .error, .summary, .heard, .enter, .trap, .skip')) nodes.push(n);
	}
	for (const to of ['a-b@c-d.example', 'anne-b@mairie-c.example', 'a-b@mairie-de-la-c.example']) for (const n of nodes) {
		const own = n.parentElement, text = n.data.replace(mailbox, to);
		if (text === n.data) continue;
		n.data = text;
		for (const m of text.matchAll(mailbox)) {
			const range = document.createRange();
			range.setStart(n, m.index);
			range.setEnd(n, m.index + m[0].length);
			const rects = [...range.getClientRects()].filter(r => r.width > 0);
			if (new Set(rects.map(r => Math.round(r.top))).size < 2) continue;
			let box = own;
			while (getComputedStyle(box).display === 'inline' || box.matches('.mailbox')) box = box.parentElement;
			const s = getComputedStyle(box), room = box.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight);
			const wide = rects.reduce((sum, r) => sum + r.width, 0);
			if (wide < room) found.push(Math.round(wide) + ' px in a line of ' + Math.round(room) + ': ' + own.outerHTML.slice(0, 160));
		}
	}
	return found;
})()`

// uneven lists the pairs of fields whose labels or controls stand at different heights.
const uneven = `[...document.querySelectorAll('.pair')].filter(pair => {
	const tops = (what) => new Set([...pair.children].map(f => f.querySelector(what)).filter(e => e && e.getClientRects().length).map(e => Math.round(e.getBoundingClientRect().top)));
	const side = new Set([...pair.children].map(f => Math.round(f.getBoundingClientRect().left))).size > 1;
	return side && (tops('input:not([type=checkbox]), textarea, select').size > 1 || tops('label:not(.option)').size > 1);
}).map(pair => pair.textContent.trim().replace(/\s+/g, ' ').slice(0, 100))`

// unlike counts the entries of the header that are marked as current by a line that
// others do not have: a shadow is none in forced colours.
const unlike = `(() => {
	const lines = (e) => { const s = getComputedStyle(e); return [s.textDecorationLine, s.textDecorationThickness, s.borderBottomWidth, s.borderLeftWidth].join() };
	return [...document.querySelectorAll('header [aria-current]')].filter(e => !lines(e).startsWith('none,auto,0px,0px') &&
		![...e.closest('ul').querySelectorAll('a:not([aria-current])')].some(o => lines(o) === lines(e))).length;
})()`

// looks finds what people have to stumble over to see: fields beside one another at
// different heights, a form whose first field is far down.
func looks(t *testing.T, l *live, b *tab) {
	b.screen(320, 640, "light")
	b.do(chromedp.Navigate(`data:text/html,<meta name=viewport content="width=device-width"><body style="font:20px monospace"><p>Ecrivez a qui-que@ce-soit.example ou a <span style="display:inline-block">qui-que@ce-soit.example</span>`))
	if got := eval[[]string](b, parted); len(got) != 1 || !strings.Contains(got[0], ": <p>Ecrivez") {
		t.Errorf("of two mailboxes, the first of which is parted, %q", got)
	}
	b.do(chromedp.Navigate(`data:text/html,<div class="pair" style="display:flex;align-items:end"><p><label>a</label><br>hint<br><input size=4><p><label>b</label><br><input size=4></div>`))
	if got := eval[[]string](b, uneven); len(got) != 1 {
		t.Errorf("an uneven pair is %q", got)
	}
	marked := func(path string) {
		b.load(chromedp.Navigate(l.url + path))
		b.screen(1280, 900, "light")
		b.media("forced-colors", "active")
		if got := eval[int](b, unlike); got < 1 {
			t.Errorf("%s: in forced colours no current entry of the header looks unlike the others", path)
		}
	}
	marked("/programme")
	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	marked("/organisation" + meetingPath + "/statistiques")
	marked("/organisation/sessions")
	b.screen(1280, 900, "light")
	pairs := 0
	for _, part := range []string{"textes", "jour", "programme", "sessions", "formulaire", "donnees", "annulation"} {
		b.load(chromedp.Navigate(l.url + "/organisation" + meetingPath + "/reglages/" + part))
		pairs += eval[int](b, "document.querySelectorAll('.pair').length")
		for _, pair := range eval[[]string](b, uneven) {
			t.Errorf("%s: the fields of %q stand at different heights", part, pair)
		}
	}
	if pairs < 20 {
		t.Errorf("only %d pairs of fields", pairs)
	}
	b.screen(680, 900, "light") // as wide as A4 between its margins
	b.load(chromedp.Navigate(l.url + "/organisation/"))
	const columns = `[getComputedStyle(document.querySelector('.meetings thead')).display, getComputedStyle(document.querySelector('main .ways')).display].join(' ')`
	if got := eval[string](b, columns); got != "none flex" {
		t.Errorf("the meetings on a narrow screen have %q, want lines and what one can do", got)
	}
	b.paper()
	if got := eval[string](b, columns); got != "table-header-group none" {
		t.Errorf("the meetings on paper have %q, want columns alone", got)
	}
	b.screen(360, 740, "light")
	b.load(chromedp.Navigate(l.url + meetingPath + "/inscription"))
	if y := eval[int](b, "Math.round(document.getElementById('given_name').getBoundingClientRect().bottom)"); y > 740 {
		t.Errorf("the first field of the form ends %d px down, below a phone's screen", y)
	}
}
