package site_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/territoires-industrie/sdk/registration"
)

// TestInBrowser carries sign-ups through a real browser, from the meeting's
// page to the organiser's list and file.
func TestInBrowser(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	t.Run("journey", func(t *testing.T) { journey(t, start(t), open(t, chromium)) })
	t.Run("without script", func(t *testing.T) {
		b := open(t, chromium)
		_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		if err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.Navigate(`data:text/html,<title>none</title><script>document.title="some"</script>`))
		if title, err := chromedp.Run(b.ctx, chromedp.TextContent(chromedp.CSS("title"))); err != nil || title != "none" {
			t.Fatalf("title %q, %v: scripts still run", title, err)
		}
		journey(t, start(t), b)
	})
	t.Run("mistakes", func(t *testing.T) { mistakes(t, start(t), open(t, chromium)) })
	t.Run("keyboard", func(t *testing.T) { keyboard(t, start(t), open(t, chromium)) })
	t.Run("settings", func(t *testing.T) { meetingOnTheWeb(t, start(t), open(t, chromium)) })
	t.Run("looks", func(t *testing.T) { looks(t, start(t), open(t, chromium)) })
	t.Run("axe", func(t *testing.T) { axe(t, start(t), open(t, chromium), open(t, chromium)) })
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// press goes to a button and presses Enter. Below the frame of a mail a click can be
// lost: right after scrolling, Chromium may send it to the frame that stood there before.
func press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), "\r")
}

func fill(id, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.ID(id), text)
}

// journey signs somebody up with the mouse: form, mail, confirmation,
// organiser's list, file.
func journey(t *testing.T, l *live, b *tab) {
	b.screen(1280, 900, "light")
	b.load(chromedp.Navigate(l.url))
	b.load(click("article a"))
	b.see("300 places restantes sur 300", "20 avenue de Ségur")
	b.load(click("a.button"))
	b.do(fill("given_name", "Anne-Sophie"), fill("family_name", "L’Hôpital"), fill("email", "as+rencontre@mairie.example"),
		fill("organisation", "Ville de Loudéac"), fill("territory", "Auxois Morvan"),
		click(`input[value=elu]`), click(`input[value=attractivite]`), click(`input[name=privacy]`))
	b.load(click("form button.button"))
	b.see("Consultez votre messagerie", "as+rencontre@mairie.example")

	confirm := l.link("as+rencontre@mairie.example", registration.MailConfirm, "/confirmation/")
	b.load(chromedp.Navigate(confirm))
	b.see("Anne-Sophie L’Hôpital, confirmez que vous participerez")
	b.load(click("main button"))
	b.see("Votre place est confirmée")
	b.load(click("a.button"))
	b.see("Place confirmée", "Auxois Morvan", "attractivité")
	l.link("as+rencontre@mairie.example", registration.MailConfirmed, "/mon-inscription/")

	b.load(chromedp.Navigate(l.signInLink()))
	b.load(click("main button"))
	b.load(click("tbody a"))
	b.see("L’Hôpital", "Anne-Sophie", "confirmée", "1 sur 300")
	if file := l.export(b, "csv"); !strings.Contains(file, "confirmed,L’Hôpital,Anne-Sophie,as+rencontre@mairie.example") {
		t.Errorf("the file has no such line:\n%s", file)
	}
	b.load(click("header button"))
	b.see("Connexion des organisateurs")
}

// export fetches a file of the list with the browser's session.
func (l *live) export(b *tab, format string) string {
	b.t.Helper()
	href, err := chromedp.Run(b.ctx, chromedp.AttributeValue(chromedp.CSS(`a[href*="format=`+format+`"]`), "href"))
	if err != nil || !href.Exists {
		b.t.Fatalf("no link to the file: %v, %v", href, err)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), "GET", l.url+href.Value, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range cookies(b) {
		r.AddCookie(c)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("file: status %d, %v", resp.StatusCode, err)
	}
	return string(body)
}

// mistakes sends an empty form: the focus goes to the summary, whose links go
// to the fields.
func mistakes(t *testing.T, l *live, b *tab) {
	b.screen(390, 844, "light")
	b.load(chromedp.Navigate(l.url + meetingPath + "/inscription"))
	if status := b.load(click("form button.button")); status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422", status)
	}
	b.until("document.activeElement.className === 'summary'") // the browser does it at the next frame
	for _, id := range []string{"given_name", "email", "category", "privacy"} {
		b.do(click(`.summary a[href="#` + id + `"]`))
		if got := eval[string](b, "document.activeElement.id || location.hash.slice(1)"); got != id {
			t.Errorf("the link to %s leads to %q", id, got)
		}
	}
}

// keyboard signs somebody up with Tab, Space, arrows and Enter alone, and
// looks for the mark of the focus on the way.
func keyboard(t *testing.T, l *live, b *tab) {
	b.screen(1280, 900, "light")
	b.load(chromedp.Navigate(l.url + meetingPath))
	b.press(kb.Tab)
	if got := eval[string](b, "document.activeElement.className"); got != "skip" {
		t.Errorf("the first stop is %q, want the link to the content", got)
	}
	b.tabTo("a.button")
	b.load(chromedp.KeyEvent(kb.Enter))
	b.tabTo("#given_name").press("Jean")
	b.tabTo("#family_name").press("de La Tour")
	b.tabTo("#email").press("jean@usine.example")
	b.tabTo("#category").press(kb.ArrowDown, kb.ArrowDown)
	b.tabTo("#privacy").press(" ")
	b.tabTo("form button.button")
	b.load(chromedp.KeyEvent(kb.Enter))
	b.see("Consultez votre messagerie", "jean@usine.example")
	b.load(chromedp.Navigate(l.link("jean@usine.example", registration.MailConfirm, "/confirmation/")))
	b.tabTo("main button")
	b.load(chromedp.KeyEvent(kb.Enter))
	b.see("Votre place est confirmée", "Jean de La Tour")
	b.load(chromedp.Navigate(l.signInLink()))
	b.tabTo("main button")
	b.load(chromedp.KeyEvent(" "))
	b.tabTo("tbody a")
	b.load(chromedp.KeyEvent(kb.Enter))
	b.see("de La Tour", "confirmée")
	b.tabTo(`a[href*="format=csv"]`)
}

// until waits for a script in the page to say true.
func (b *tab) until(script string) {
	b.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !eval[bool](b, script); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("not true within two minutes: %s", script)
		}
	}
}

func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// tabTo presses Tab until the element has the focus, which must be seen at
// every stop.
func (b *tab) tabTo(selector string) *tab {
	b.t.Helper()
	for range 60 {
		b.press(kb.Tab)
		if !eval[bool](b, focusShown) {
			b.t.Errorf("no mark of the focus on %s", eval[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
		}
		if eval[bool](b, "document.activeElement.matches('"+selector+"')") {
			return b
		}
	}
	b.t.Fatalf("Tab does not reach %s", selector)
	return b
}

// focusShown looks for an outline on the focused element or on the label that
// is drawn as its frame.
const focusShown = `(() => {
	const e = document.activeElement;
	if (e === document.body) return true;
	return [e, e.closest('label')].some(x => x && getComputedStyle(x).outlineStyle !== 'none' && parseFloat(getComputedStyle(x).outlineWidth) >= 3);
})()`
