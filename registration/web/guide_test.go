package web_test

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
	"github.com/territoires-industrie/sdk/registration/web"
)

var updateGuide = flag.Bool("update", false, "make the page of the guide anew")

const (
	guideText = "../../docs/organisateurs.md"
	guidePage = "organiser/templates/guide.html"
	shots     = "internal/kernel/assets"
)

// TestGuideIsOnTheSite: the page of the guide is made of the guide, and whoever is
// signed in reads it, with its pictures.
func TestGuideIsOnTheSite(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(guideText)
	if err != nil {
		t.Fatal(err)
	}
	made := guideHTML(t, text)
	if *updateGuide {
		if err := os.WriteFile(guidePage, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(guidePage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), made); diff != "" {
		t.Fatalf("the page is not of this guide; make it anew with -update (-page +guide):\n%s", diff)
	}
	f := open(t, web.Options{})
	f.as(registration.RoleDesk, slug)
	page := f.get("/organisation/guide").want(t, http.StatusOK, "Guide de l’organisateur", `href="#se-connecter"`, `id="se-connecter"`)
	pictures := regexp.MustCompile(`src="(/assets/[^"]*\.png)"`).FindAllStringSubmatch(page.Body, -1)
	if len(pictures) < 4 {
		t.Errorf("the guide has %d pictures", len(pictures))
	}
	for _, p := range pictures {
		f.get(p[1]).want(t, http.StatusOK)
	}
	f.get("/en/organisation/guide").want(t, http.StatusOK, `lang="fr"`, "This guide is in French only.")
}

// guideHTML makes the template of the page from the guide.
func guideHTML(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table)).Convert(text, &b); err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile(`<a href="[^"]*\.md">([^<]*)</a>`).ReplaceAllString(b.String(), "$1") // the site has no such page
	_, page, _ = strings.Cut(page, "</h1>\n")
	page = regexp.MustCompile(`(<code>[^<]*</code>)|(>)([^<]+)(<)`).ReplaceAllStringFunc(page, func(s string) string {
		if strings.HasPrefix(s, "<code>") {
			return s
		}
		return ">" + html.EscapeString(locale.Typeset(html.UnescapeString(s[1:len(s)-1]))) + "<"
	})
	var contents strings.Builder
	title := ""
	page = regexp.MustCompile(`<h2>(.*)</h2>|<table>|</table>|<th>`).ReplaceAllStringFunc(page, func(s string) string {
		switch s {
		case "<table>":
			return fmt.Sprintf(`<div class="scroll" tabindex="0" role="region" aria-label="%[1]s, en tableau"><table class="rows" aria-label="%[1]s">`, title)
		case "</table>":
			return s + "</div>"
		case "<th>":
			return `<th scope="col">`
		}
		title = s[len("<h2>") : len(s)-len("</h2>")]
		id := anchor(title)
		fmt.Fprintf(&contents, "<li><a href=\"#%s\">%s</a></li>\n", id, title)
		return fmt.Sprintf(`<h2 id="%s">%s</h2>`, id, title)
	})
	page = regexp.MustCompile(`<p><img src="[^"]*/(guide-[^"/]*)" alt="([^"]*)" ?/?></p>`).ReplaceAllStringFunc(page, func(s string) string {
		m := regexp.MustCompile(`/(guide-[^"/]*)" alt="([^"]*)"`).FindStringSubmatch(s)
		file, err := os.Open(filepath.Join(shots, m[1]))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		size, err := png.DecodeConfig(file)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`<p><img class="shot" src="{{.Asset "%s"}}" alt="%s" width="%d" height="%d" loading="lazy"></p>`, m[1], locale.Typeset(m[2]), size.Width, size.Height)
	})
	return "{{/* Made of docs/organisateurs.md by TestGuideIsOnTheSite: change it there. */}}\n{{define \"main\"}}<div class=\"text guide\">\n<h1>{{.T \"site.guide\"}}</h1>\n" +
		"{{if ne .Lang \"fr\"}}<p class=\"lead\">{{.T \"site.guide_french\"}}</p>\n{{end}}<div lang=\"fr\">\n<nav aria-label=\"Sommaire\">\n<ul class=\"contents\">\n" +
		contents.String() + "</ul>\n</nav>\n" + strings.TrimSpace(page) + "\n</div>\n</div>{{end}}\n"
}

// anchor turns a title into the name of its place in the page.
func anchor(title string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ô", "o", "î", "i", "ç", "c", "œ", "oe").Replace(strings.ToLower(title))
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(plain, "-"), "-")
}

// TestGuideSpeaksOfTheSite: what the guide quotes is written on a page, the
// addresses that it names are pages, and what it leads to is there.
func TestGuideSpeaksOfTheSite(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(guideText)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`\s+`).ReplaceAllString(string(b), " ")
	words := map[string]bool{}
	for _, folder := range []string{"organiser/catalogue/fr", "desk/catalogue/fr", "internal/kernel/catalogue/fr", "../locale/catalogue/fr"} {
		all, err := filepath.Glob(folder + "/*.yaml")
		if err != nil || len(all) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, path := range all {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^\s*[\w-]+: "?(.*?)"?$`).FindAllStringSubmatch(string(b), -1) {
				words[strings.ReplaceAll(m[1], "'", "’")] = true
			}
		}
	}
	quoted := regexp.MustCompile(`« ([^»]+) »`).FindAllStringSubmatch(text, -1)
	for _, q := range quoted {
		if !words[q[1]] {
			t.Errorf("no page says « %s »", q[1])
		}
	}
	var paths []string
	for _, r := range guarded() {
		paths = append(paths, strings.TrimSuffix(r.Path, "{$}"))
	}
	named := regexp.MustCompile("`(/[^` ]*)`").FindAllStringSubmatch(text, -1)
	for _, n := range named {
		if !slices.Contains(paths, n[1]) {
			t.Errorf("there is no page %s", n[1])
		}
	}
	led := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1)
	for _, l := range led {
		if _, err := os.Stat(filepath.Join(filepath.Dir(guideText), l[1])); err != nil {
			t.Errorf("%s is not there", l[1])
		}
	}
	if len(quoted) < 60 || len(named) < 5 || len(led) < 5 || words["Un mot que rien ne dit"] {
		t.Errorf("%d quotations, %d pages, %d links: looked for them in the wrong way", len(quoted), len(named), len(led))
	}
}
