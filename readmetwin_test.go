package sdk_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadmeInBothLanguages: the French README has the headings, the programs, the
// tables, the links and the pictures of the English one, in the same order.
func TestReadmeInBothLanguages(t *testing.T) {
	t.Parallel()
	comment := regexp.MustCompile(`(?m)[ \t]*(#|//) .*$`)
	bones := func(doc string) (list []string) {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		fenced := false
		for line := range strings.Lines(string(text)) {
			line = strings.TrimRight(line, "\n")
			switch {
			case strings.HasPrefix(line, "```"):
				fenced = !fenced
				list = append(list, line)
			case fenced:
				list = append(list, comment.ReplaceAllString(line, ""))
			case strings.HasPrefix(line, "#"):
				level, _, _ := strings.Cut(line, " ")
				list = append(list, level)
			case strings.HasPrefix(line, "| `"):
				list = append(list, strings.SplitN(line, "|", 3)[1])
			}
			if !fenced {
				for _, m := range regexp.MustCompile(`\]\(([^)]+)\)|src="([^"]+)"`).FindAllStringSubmatch(line, -1) {
					if to := m[1] + m[2]; !strings.HasPrefix(to, "README") {
						list = append(list, to)
					}
				}
			}
		}
		return list
	}
	english, french := bones("README.md"), bones("README.fr.md")
	if len(english) < 100 {
		t.Fatalf("%d things in the README: looked for them in the wrong way", len(english))
	}
	if diff := cmp.Diff(english, french); diff != "" {
		t.Errorf("the two differ (-English +French):\n%s", diff)
	}
}

// TestReadmePictures: the README shows six pictures, none of them heavy.
func TestReadmePictures(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`docs/images/[a-z-]+\.png`).FindAllString(string(readme), -1)
	if len(shown) != 6 {
		t.Errorf("the README shows %q, want six pictures", shown)
	}
	for _, path := range shown {
		if info, err := os.Stat(path); err != nil || info.Size() > 300_000 {
			t.Errorf("%s: %v, %v; want at most 300 kB", path, info, err)
		}
	}
}
