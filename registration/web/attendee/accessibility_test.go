package attendee

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStatementSaysTheAssessment holds docs/rgaa.md to the criteria that there are and
// to the tests that it names, and the statement on the site to docs/rgaa.md.
func TestStatementSaysTheAssessment(t *testing.T) {
	t.Parallel()
	const root = "../../../"
	doc, err := os.ReadFile(root + "docs/rgaa.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "grep", "-rhoE", "--include=*_test.go", "^func Test[A-Za-z0-9]+", root).Output()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		tests[strings.TrimSpace(strings.TrimPrefix(line, "func "))] = true
	}
	got, states, unmet := map[int]int{}, map[string]int{}, []string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+)\.(\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| 2026-11-26 \|$`).FindAllStringSubmatch(string(doc), -1) {
		theme, _ := strconv.Atoi(m[1])
		got[theme]++
		if m[2] != strconv.Itoa(got[theme]) {
			t.Errorf("criterion %s.%s is out of order", m[1], m[2])
		}
		states[m[4]]++
		named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(m[5], -1)
		for _, n := range named {
			if !tests[n[1]] {
				t.Errorf("%s.%s names %s, which is not there", m[1], m[2], n[1])
			}
		}
		if m[4] == "conforme" && len(named) == 0 && !strings.Contains(m[5], "lecture") {
			t.Errorf("%s.%s is said to be met without a test or a reading", m[1], m[2])
		}
		if m[4] == "non conforme" {
			unmet = append(unmet, m[1]+"_"+m[2])
		}
	}
	want := map[int]int{1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("criteria by theme (-want +got):\n%s", diff)
	}
	counted := assessment{Met: states["conforme"], Unmet: states["non conforme"], Open: states["non évalué"], None: states["sans objet"], On: assessed.On}
	if diff := cmp.Diff(counted, assessed); diff != "" || assessed.All() != 106 {
		t.Errorf("the statement counts otherwise (-docs/rgaa.md +statement):\n%s", diff)
	}
	page, err := os.ReadFile("templates/accessibility.html")
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, m := range regexp.MustCompile(`legal\.accessibility\.fault_(\d+_\d+)`).FindAllStringSubmatch(string(page), -1) {
		told = append(told, m[1])
	}
	if diff := cmp.Diff(unmet, told); diff != "" {
		t.Errorf("what is not met (-docs/rgaa.md +statement):\n%s", diff)
	}
	for _, s := range []string{"conforme | 73", "non conforme | 0", "non évalué | 1", "sans objet | 32"} {
		name, n, _ := strings.Cut(s, " | ")
		if !strings.Contains(string(doc), "| "+name+" | "+n+" |") || strconv.Itoa(states[name]) != n {
			t.Errorf("the summary of docs/rgaa.md does not say %s", s)
		}
	}
}
