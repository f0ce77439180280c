package site_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/emersion/go-message/mail"
)

// TestMailsFitAPhone shows every kind of mail on a small screen: nothing, a
// long link in an organiser's message included, is wider.
func TestMailsFitAPhone(t *testing.T) {
	t.Parallel()
	b := open(t, browser(t))
	b.screen(390, 844, "light")
	all, err := filepath.Glob(filepath.Join("..", "mail", "testdata", "*.eml"))
	if err != nil || len(all) == 0 {
		t.Fatalf("%d mails, %v", len(all), err)
	}
	for _, path := range all {
		page := filepath.Join(t.TempDir(), "mail.html")
		if err := os.WriteFile(page, []byte(htmlOf(t, path)), 0o600); err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.Navigate("file://" + page))
		if w := eval[int64](b, "document.documentElement.scrollWidth"); w > 390 {
			t.Errorf("%s is %d px wide on a screen of 390", filepath.Base(path), w)
		}
	}
}

// htmlOf returns the HTML part of a mail.
func htmlOf(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := mail.CreateReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			t.Fatalf("%s has no HTML part", path)
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			body, err := io.ReadAll(p.Body)
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
	}
}
