package site_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/mail/mailbox"
)

// TestPictures makes pictures of every page and every mail, for people to look at:
// `make pictures` puts them into the folder pictures. PICTURES_OF, a regular
// expression, leaves out the addresses that it does not match.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PICTURES")
	if dir == "" {
		t.Skip("make pictures makes them")
	}
	only, err := regexp.Compile(os.Getenv("PICTURES_OF"))
	if err != nil {
		t.Fatal(err)
	}
	l, chrome := start(t), browser(t)
	visitor, organiser := open(t, chrome), open(t, chrome)
	pages := l.everyPage(organiser)
	for _, p := range pages { // what organisers read in English too
		if strings.HasPrefix(p.path, "/organisation") && p.late == nil && !strings.Contains(p.path, "/connexion/") {
			p.path = "/en" + p.path
			pages = append(pages, p)
		}
	}
	for i, page := range pages {
		if name := fileName(page.path); only.MatchString(page.path) {
			b := visitor // whose pages have another header
			if page.draft || strings.Contains(page.path, "/organisation") || strings.HasPrefix(page.path, "/accueil/") {
				b = organiser
			}
			b.visit(l, page)
			b.pictures(filepath.Join(dir, "pages"), fmt.Sprintf("%03d%s", i, name))
		}
	}
	(&album{l, visitor, organiser, dir, only}).states()
	b := visitor
	if only.MatchString("guide") {
		b.guide(filepath.Join(dir, "guide"))
	}
	box, served := mailsOf(t)
	for _, m := range box.Messages() {
		name := m.Kind + "-" + fmt.Sprint(m.ID)
		if only.MatchString(name) {
			b.do(chromedp.Navigate(fmt.Sprintf("%s/messages/%d/html", served, m.ID)))
			b.pictures(filepath.Join(dir, "mails"), name)
		}
	}
}

// guide makes the pictures of the organisers' guide, from the demonstration. They
// are kept among the assets of the site, which shows the guide.
func (b *tab) guide(dir string) {
	b.t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	program := filepath.Join(b.t.TempDir(), "rencontre")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/rencontre").CombinedOutput(); err != nil {
		b.t.Fatalf("%v\n%s", err, out)
	}
	const list = "/organisation/rencontres/exemple"
	type shot struct {
		name, path string
		click      string // what is pressed before, "" for nothing
		width      int64
		height     int64
	}
	for _, day := range []struct {
		now   string
		shots []shot
	}{
		{"2019-05-20T09:00:00+02:00", []shot{
			{"apercu", list + "/apercu", "", 1280, 760}, {"liste", list, "", 1280, 820},
			{"personne", list + "?q=garcia", "tbody th a", 1280, 760}, {"reglages", list + "/reglages", "", 1280, 820},
		}},
		{"2019-06-07T09:10:00+02:00", []shot{{"accueil", "/accueil/?rencontre=exemple&q=gar", "", 390, 640}}},
	} {
		ctx, stop := context.WithCancel(b.t.Context())
		defer stop()
		demo := exec.CommandContext(ctx, program, "demo", "--listen", "127.0.0.1:0", "--attendees", "60", "--now", day.now)
		out, err := demo.StdoutPipe()
		if err == nil {
			err = demo.Start()
		}
		if err != nil {
			b.t.Fatal(err)
		}
		link := ""
		for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
			link, _ = strings.CutPrefix(lines.Text(), "organiser ")
			if link == lines.Text() {
				link = ""
			}
		}
		base, _, ok := strings.Cut(link, "/organisation/")
		if !ok {
			b.t.Fatal("the demonstration tells no address")
		}
		b.load(chromedp.Navigate(link))
		b.load(click("main button"))
		for _, s := range day.shots {
			b.screen(s.width, s.height, "light")
			b.load(chromedp.Navigate(base + s.path))
			if s.click != "" {
				b.load(click(s.click))
			}
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				b.t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "guide-"+s.name+".png"), png, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
		stop()
		_ = demo.Wait() // it was stopped
	}
}

// mailsOf sends the golden mails to a mailbox and returns it and its address.
func mailsOf(t *testing.T) (*mailbox.Mailbox, string) {
	t.Helper()
	box, sender := openMailbox(t)
	all, err := filepath.Glob(filepath.Join("..", "mail", "testdata", "*.eml"))
	if err != nil || len(all) == 0 {
		t.Fatalf("%d mails, %v", len(all), err)
	}
	for _, path := range all {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := sender.Send(t.Context(), registration.Message{From: "a@x.example", To: "b@x.example", Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	return box, server.URL
}

// pictures makes one of the page at each width, light and dark.
func (b *tab) pictures(dir, name string) {
	b.t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	for _, width := range []int64{360, 768, 1440} {
		for _, scheme := range []string{"light", "dark"} {
			b.screen(width, 800, scheme)
			high := min(eval[int64](b, "document.documentElement.scrollHeight"), 8000)
			b.screen(width, max(high, 800), scheme)
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				b.t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), png, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// token is what no file should be named after.
var token = regexp.MustCompile(`[-_A-Za-z0-9]{40,}|[0-9a-f]{8}-[0-9a-f-]{27}`)

// fileName turns an address into the name of a file.
func fileName(path string) string {
	path = token.ReplaceAllString(path, "x")
	return strings.NewReplacer("/", "_", "?", "+", "&", "+", "=", "-").Replace(path)
}
