package sdk_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// command is one that a document gives, and where.
type command struct{ doc, text string }

// typed are commands within a sentence.
var typed = regexp.MustCompile("`((?:go|make|rencontre|territoires|gofmt|curl|systemctl) [^`]+)`")

// commandsIn reads the commands of every document, in its order: those of its blocks,
// continued lines joined, and those within sentences.
func commandsIn(t *testing.T) (all []command) {
	t.Helper()
	docs, _ := filepath.Glob("*.md")
	more, _ := filepath.Glob("docs/*.md")
	more = slices.DeleteFunc(more, func(doc string) bool { return doc == "docs/deploiement.md" }) // the same: TestDeploymentInBothLanguages
	for _, doc := range slices.Concat(docs, more, []string{"territoires/internal/data/SOURCES.md"}) {
		b, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(text, -1) {
			for line := range strings.Lines(strings.ReplaceAll(m[1], "\\\n", " ")) {
				line = regexp.MustCompile(`\s+# .*$`).ReplaceAllString(strings.TrimSpace(line), "")
				if line != "" {
					all = append(all, command{doc, line})
				}
			}
		}
		for _, m := range typed.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
			all = append(all, command{doc, strings.Join(strings.Fields(m[1]), " ")})
		}
	}
	return all
}

// elsewhere are commands for a machine of one's own: what they need, and what stands
// for them in tests.
var elsewhere = map[string]string{
	"adduser": "root", "install": "root; TestDeploymentInBothLanguages sees that the files are there", "systemctl": "systemd; TestUnits has it read the units",
	"mv": "root", "chown": "root", "chmod": "root", "apt-get": "root", "certbot": "a certification authority", "ln": "root", "nginx": "root; cmd/rencontre has it read the file in make verify",
	"caddy": "root; cmd/rencontre has it read the file in make verify", "journalctl": "systemd", "ls": "root", "cp": "root", "runuser": "root", "head": "root",
	"rencontre()": "root: the commands are run without it", "curl": "the ports of the settings; cmd/rencontre asks both addresses", "export": "the shell's own: done by the test",
	"go get": "the module's public home", "git": "a clone",
}

// TestCommandsInDocuments runs every command of our own that a document gives, each
// document's in its order, beside a site that serves; and looks whether packages,
// tests, benchmarks and targets are there that commands of Go and Make name.
func TestCommandsInDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs and runs them")
	}
	t.Parallel()
	all := commandsIn(t)
	if len(all) < 120 {
		t.Fatalf("%d commands: looked for them in the wrong way", len(all))
	}
	work := t.TempDir()
	s := &shell{t: t, work: work}
	s.build("rencontre", "territoires")
	s.prepare()
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]int{}
	for _, c := range all {
		first, _, _ := strings.Cut(c.text, " ")
		switch {
		case first == "make":
			for _, target := range strings.Fields(c.text)[1:] {
				if !strings.Contains(target, "=") && !strings.Contains(string(makefile), "\n"+target+":") {
					t.Errorf("%s: %s: the Makefile has no %s", c.doc, c.text, target)
				}
			}
		case first == "gofmt" || strings.HasPrefix(c.text, "go vet") || strings.HasPrefix(c.text, "go generate") || strings.Contains(c.text, "go build ") || strings.Contains(c.text, "go test"):
			s.packages(c)
		case strings.HasPrefix(c.text, "go get "):
			first = "go get"
		case strings.HasPrefix(c.text, "go run ./internal/gen"):
			s.packages(command{c.doc, strings.Replace(c.text, "./internal", "./territoires/internal", 1)})
		case strings.HasPrefix(c.text, "go run ./cmd/"):
			s.run(command{c.doc, strings.TrimPrefix(c.text, "go run ./cmd/")})
			ran[first]++
			continue
		case first == "rencontre" || first == "territoires" || first == "source":
			s.run(c)
			ran[first]++
			continue
		}
		if _, ok := elsewhere[first]; !ok && first != "make" && first != "go" && first != "gofmt" && !strings.Contains(c.text, "go build ") && !strings.Contains(c.text, "go test") {
			t.Errorf("%s: nothing runs %q; known for another machine are %q", c.doc, c.text, slices.Sorted(maps.Keys(elsewhere)))
		}
	}
	if ran["rencontre"] < 30 || ran["territoires"] < 8 || ran["source"] < 1 {
		t.Errorf("ran %v", ran)
	}
}

// shell runs commands in a folder of its own.
type shell struct {
	t    *testing.T
	work string
	code string // of somebody who is signed up
}

func (s *shell) build(names ...string) {
	s.t.Helper()
	for _, name := range names {
		if out, err := exec.CommandContext(s.t.Context(), "go", "build", "-o", filepath.Join(s.work, "bin", name), "./cmd/"+name).CombinedOutput(); err != nil {
			s.t.Fatalf("%v\n%s", err, out)
		}
	}
}

// prepare gives the folder what the documents' readers have: a database beside which
// a site serves, with one person in it, a backup, a contract and a request.
func (s *shell) prepare() {
	s.t.Helper()
	s.start("rencontre serve --database sqlite:rencontre.db --smtp 'smtp://127.0.0.1:9?tls=none' --from inscriptions@example.org --base-url http://127.0.0.1:0 --listen 127.0.0.1:0 --now 2019-05-20T09:00:00+02:00", "site ")
	s.must(`printf 'Nom;Prénom;Adresse mail;Catégorie\nMartin;Zoé;zoe@example.org;Presse\n' >liste.csv
rencontre import liste.csv --meeting 2019-06-12-paris --now 2019-05-20T09:00:00+02:00
mkdir backups && rencontre backup backups/2019-06-01-033000.backup && rencontre erasures >backups/erasures && cp rencontre.db.secret backups/2019-06-01-033000.secret`)
	s.code = regexp.MustCompile(`"code":\s*"([0-9A-Z]+)"`).FindStringSubmatch(s.must("rencontre export --meeting 2019-06-12-paris --format json"))[1]
	for name, script := range map[string]string{"contract.json": "check.txt", "request.json": "vte.txt"} {
		archive, err := os.ReadFile(filepath.Join("cmd", "territoires", "testdata", script))
		_, text, ok := strings.Cut(string(archive), "\n-- "+name+" --\n")
		text, _, _ = strings.Cut(text, "\n-- ")
		if err != nil || !ok {
			s.t.Fatalf("%s has no %s: %v", script, name, err)
		}
		if err := os.WriteFile(filepath.Join(s.work, name), []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// said replaces what readers replace, and what would reach beyond the folder.
func (s *shell) said(text string) string {
	return strings.NewReplacer(
		"/var/lib/rencontre/rencontre.db", "rencontre.db", "--output /var/lib/rencontre", "--output .", "/tmp/rencontre.yaml", "ours.yaml",
		"smtp://inscriptions@mail.example.org:587", "'smtp://127.0.0.1:9?tls=none'", "--smtp …", "--smtp 'smtp://127.0.0.1:9?tls=none'", "--from …", "--from inscriptions@example.org",
		"--database …", "--database sqlite:rencontre.db", "https://…", "https://inscriptions.example.org", " CODE", " "+s.code, " FILE", " request.json", " SLUG", " 2019-06-12-paris",
	).Replace(text)
}

// run runs a command of ours. 0 is expected of it; of what judges, such as check and
// doctor, 1 as well.
func (s *shell) run(c command) {
	s.t.Helper()
	text := s.said(c.text)
	words := strings.Fields(text)
	switch {
	case c.doc == "CHANGELOG.md", text == "rencontre serve", text == "territoires check": // the name of a command, in a sentence
		name, _, _ := strings.Cut(text, " -")
		text = name + " --help"
	case strings.HasPrefix(text, "rencontre serve "):
		s.start(strings.Replace(text, "rencontre.db", c.doc+".db", 1)+" --listen 127.0.0.1:0 --now 2019-05-20T09:00:00+02:00", "site ")
		return
	case text == "rencontre demo":
		s.start("rencontre demo --listen 127.0.0.1:0", "organiser ")
		return
	case strings.HasPrefix(text, "rencontre import"): // by today's clock the meeting is over
		text += " --now 2019-05-20T09:00:00+02:00"
	case strings.HasPrefix(text, "rencontre meeting show") && strings.HasSuffix(text, "ours.yaml"): // the reader writes another meeting from it
		text += ` && sed -i 's/2019-06-12-paris/2019-09-12-lyon/; s/2019-06-12/2019-09-12/; s/^\(opens\|closes\):.*//' ours.yaml`
	}
	judges := slices.Contains([]string{"territoires check", "rencontre doctor"}, strings.Join(words[:min(2, len(words))], " "))
	out, code, err := s.sh(text)
	if err != nil || code != 0 && !(judges && code == 1) {
		s.t.Errorf("%s: %s: exit %d, %v\n%s", c.doc, c.text, code, err, out)
	}
}

// must runs a script that has to succeed and returns its standard output.
func (s *shell) must(script string) string {
	s.t.Helper()
	out, code, err := s.sh(script)
	if err != nil || code != 0 {
		s.t.Fatalf("%s: exit %d, %v\n%s", script, code, err, out)
	}
	return out
}

func (s *shell) sh(script string) (out string, code int, err error) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer stop()
	cmd := s.command(ctx, script)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	if err := cmd.Run(); cmd.ProcessState == nil {
		return b.String(), 0, err
	}
	return b.String(), cmd.ProcessState.ExitCode(), nil
}

func (s *shell) command(ctx context.Context, script string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Dir = s.work
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(s.work, "bin")+":"+os.Getenv("PATH"), "RENCONTRE_DATABASE=sqlite:rencontre.db",
		"RENCONTRE_BASE_URL=https://inscriptions.example.org", "RENCONTRE_FROM=inscriptions@example.org", "RENCONTRE_SMTP=smtp://127.0.0.1:9?tls=none")
	return cmd
}

// start runs a program until the test ends, and waits for a line of it.
func (s *shell) start(script, line string) {
	s.t.Helper()
	out := filepath.Join(s.work, fmt.Sprintf("out-%d", time.Now().UnixNano()))
	ctx, stop := context.WithCancel(context.Background())
	cmd := s.command(ctx, "exec "+script+" >"+out+" 2>"+out+".err")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.t.Cleanup(func() { stop(); <-ended })
	for limit := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		b, _ := os.ReadFile(out)
		if strings.Contains("\n"+string(b), "\n"+line) {
			return
		}
		if time.Now().After(limit) {
			said, _ := os.ReadFile(out + ".err")
			s.t.Fatalf("%s: no line %q within a minute\n%s%s", script, line, b, said)
		}
	}
}

// packages looks whether what a command of Go names is there: folders, and names of
// tests or benchmarks.
func (s *shell) packages(c command) {
	s.t.Helper()
	var dirs []string
	for _, word := range strings.Fields(c.text) {
		if !strings.HasPrefix(word, "./") {
			continue
		}
		dir := strings.TrimSuffix(word, "/...")
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			s.t.Errorf("%s: %s: there is no folder %s", c.doc, c.text, dir)
		}
		dirs = append(dirs, dir)
	}
	for _, m := range regexp.MustCompile(`-(run|bench) '?([^'\s]+)'?`).FindAllStringSubmatch(c.text, -1) {
		if m[2] == "^$" {
			continue
		}
		kind := map[string]string{"run": "Test", "bench": "Benchmark"}[m[1]]
		for name := range strings.SplitSeq(m[2], "|") {
			found := false
			for _, dir := range dirs {
				files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
				for _, f := range files {
					b, _ := os.ReadFile(f)
					found = found || regexp.MustCompile(`(?m)^func `+kind+`\w*`+strings.ReplaceAll(strings.TrimPrefix(name, kind), "$", `\(`)).Match(b)
				}
			}
			if !found {
				s.t.Errorf("%s: %s: no %s of that name in %q", c.doc, name, strings.ToLower(kind), dirs)
			}
		}
	}
}
