package site_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestValidHTML gives the source of every page to the Nu Html Checker, which
// takes no error and no warning.
func TestValidHTML(t *testing.T) {
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("long: set TEST_FULL")
	}
	t.Parallel()
	jar := os.Getenv("VNU_JAR")
	if _, err := os.Stat(jar); err != nil {
		missing(t, "the Nu Html Checker (VNU_JAR)")
	}
	b := open(t, browser(t))
	l := start(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "wrong.html"), []byte("<!doctype html><title>x</title><p><div></p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := vnu(t, jar, filepath.Join(dir, "wrong.html")); err == nil {
		t.Fatalf("the checker finds nothing wrong with a page that is: it does not work\n%s", out)
	}
	args := []string{}
	pages := l.everyPage(b)
	b.do(chromedp.Navigate(l.url + "/organisation/"))
	for i, p := range pages {
		if p.submit {
			continue
		}
		path := filepath.Join(dir, fmt.Sprintf("%02d.html", i))
		if err := os.WriteFile(path, source(t, l.url+p.path, cookies(b)), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s is %s", filepath.Base(path), p.path)
		args = append(args, path)
	}
	if out, err := vnu(t, jar, args...); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func vnu(t *testing.T, jar string, paths ...string) ([]byte, error) {
	t.Helper()
	java, err := exec.LookPath("java")
	if err != nil {
		missing(t, "java")
	}
	asked := ".*“figure” role is unnecessary.*" // RGAA 1.9 asks for it
	return exec.CommandContext(t.Context(), java, append([]string{"-Dfile.encoding=UTF-8", "-jar", jar, "--Werror", "--filterpattern", asked}, paths...)...).CombinedOutput()
}

// source returns the page as the server sends it: a browser would mend it.
func source(t *testing.T, url string, cookies []*http.Cookie) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
