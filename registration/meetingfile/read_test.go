package meetingfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml/parser"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
)

// good is a file without a mistake. Tests replace one of its lines.
const good = `slug: 2019-06-12-paris
title: {fr: Rencontre nationale}
day: 2019-06-12
starts: 09:30
ends: 16:30
seats: 300
opens_at: 2019-05-16 09:00
closes_at: 2019-06-11 18:00
freezes_at: 2019-06-11 09:00
hold: 48h
offer_for: 12h
queue: true
published: true
contact: organisation@exemple.fr
notice: {version: "1", retention_days: 90}
sessions:
  - id: a
    title: {fr: Atelier A}
    seats: 20
  - id: b
    title: {fr: Atelier B}
    seats: -1
programme:
  - half: morning
    title: {fr: Atelier A}
    session: a
questions:
  - id: repas
    kind: choice
    label: {fr: Repas}
    options:
      - {id: oui, label: {fr: Oui}}
      - {id: non, label: {fr: Non}}
`

func TestReadGood(t *testing.T) {
	t.Parallel()
	want := time.Date(2019, time.May, 16, 9, 0, 0, 0, registration.Paris)
	for name, text := range map[string]string{
		"as it is":        good,
		"byte order mark": "\ufeff" + good,
		"Windows":         strings.ReplaceAll(good, "\n", "\r\n"),
		"one document":    "---\n" + good,
		"T, seconds":      strings.Replace(good, "2019-05-16 09:00", "2019-05-16T09:00:00", 1),
		"seconds":         strings.Replace(good, "2019-05-16 09:00", "2019-05-16 09:00:00", 1),
		"zone":            strings.Replace(good, "2019-05-16 09:00", "2019-05-16T07:00:00Z", 1),
		"zone of Paris":   strings.Replace(good, "2019-05-16 09:00", "2019-05-16 09:00:00+02:00", 1),
		"in quotes":       strings.Replace(good, "2019-05-16 09:00", `"2019-05-16 09:00"`, 1),
		"no contact":      strings.Replace(good, "contact: organisation@exemple.fr", `contact: ""`, 1),
		"door":            good + "door: beyond\n",
		"closed":          strings.Replace(good, "    seats: 20", "    seats: 20\n    closed: true", 1),
	} {
		m, err := meetingfile.Read([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !m.OpensAt.Equal(want) || m.Seats != 300 || m.Hold != 48*time.Hour || len(m.Sessions) != 2 || m.Sessions[1].Seats != registration.Unlimited {
			t.Errorf("%s: %+v", name, m)
		}
		if (name == "door") != (m.Door == registration.DoorBeyond) || (name == "closed") != m.Sessions[0].Closed {
			t.Errorf("%s: door %q, closed %v", name, m.Door, m.Sessions[0].Closed)
		}
	}
}

// line returns a line of the good file with its number.
func line(t *testing.T, text string) (string, int) {
	t.Helper()
	for i, l := range strings.Split(good, "\n") {
		if strings.Contains(l, text) {
			return l, i + 1
		}
	}
	t.Fatalf("no line of the good file holds %q", text)
	return "", 0
}

func TestReadBadValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		old, new  string // in a line of the good file
		column    int    // in that line, or in the one that has the text elsewhere
		path      string // "" for what is not about a key
		say       string // part of the sentence
		elsewhere string
	}{
		{"2019-05-16 09:00", "demain", 11, "opens_at", "such as 2019-05-27 09:00", ""},
		{"2019-05-16 09:00", "27/05/2019 09:00", 11, "opens_at", "such as 2019-05-27 09:00", ""},
		{"2019-05-16 09:00", "2019-05-16", 11, "opens_at", "a day and an hour", ""},
		{"2019-05-16 09:00", "2019-02-30 09:00", 11, "opens_at", "such as", ""},
		{"2019-05-16 09:00", "2019-03-31 02:30", 11, "opens_at", "never show this hour", ""},
		{"2019-05-16 09:00", "2018-10-28 02:30", 11, "opens_at", "show this hour twice", ""},
		{"2019-05-16 09:00", "0019-05-16 09:00", 11, "opens_at", "year from 2000", ""},
		{"2019-05-16 09:00", "0", 11, "opens_at", "such as", ""},
		{"2019-06-11 18:00", "2019-05-16 09:00", 12, "closes_at", "after that of “opens_at”", ""},
		{"2019-05-16 09:00", "", 10, "opens_at", "Fill in", ""},
		{"freezes_at: 2019-06-11 09:00", "freezes_at: 2019-05-16 08:00", 13, "freezes_at", "not after the meeting starts", ""},
		{"freezes_at: 2019-06-11 09:00", "freezes_at: 2019-06-12 09:31", 13, "freezes_at", "not after the meeting starts", ""},
		{"published: true", "cancelled_at: oui", 15, "cancelled_at", "a day and an hour", ""},
		{"published: true", "published: oui", 12, "published", "true or false", ""},
		{"queue: true", "queue: 'true'", 8, "queue", "without quotes", ""},
		{"48h", "-1h", 7, "hold", "above zero", ""},
		{"48h", "0s", 7, "hold", "above zero", ""},
		{"48h", "48", 7, "hold", "its unit", ""},
		{"48h", "9999h", 7, "hold", "720 hours at most", ""},
		{"12h", "-12h", 12, "offer_for", "above zero", ""},
		{"seats: 300", "seats: 050", 8, "seats", "without zeros in front", ""},
		{"seats: 300", "seats: '300'", 8, "seats", "without quotes", ""},
		{"seats: 300", "seats: 3e2", 8, "seats", "whole number", ""},
		{"seats: 300", "seats: 0x10", 8, "seats", "whole number", ""},
		{"seats: 300", "seats: 1_000", 8, "seats", "whole number", ""},
		{"seats: 300", "seats: 3.5", 8, "seats", "whole number", ""},
		{"seats: 300", "seats: -2", 8, "seats", "-1 for no limit", ""},
		{"seats: 300", "seats: 99999999999999999999", 8, "seats", "whole number", ""},
		{"seats: 300", "seats:", 7, "seats", "how many seats", ""},
		{"seats: 300", "interests: true", 1, "seats", "how many seats", "slug"},
		{"    seats: 20", "    room: R", 5, "sessions[0].seats", "how many seats", "id: a"},
		{"16:30", "09:30", 7, "ends", "after that of “starts”", ""},
		{"16:30", "9h30", 7, "ends", "such as 09:30", ""},
		{"16:30", "24:00", 7, "ends", "such as 09:30", ""},
		{"day: 2019-06-12", "day: 12 juin 2019", 6, "day", "such as 2019-06-12", ""},
		{"day: 2019-06-12", "day: 2019-06-31", 6, "day", "day of the calendar", ""},
		{"day: 2019-06-12", "day: 1019-06-12", 6, "day", "year from 2000", ""},
		{"slug: 2019-06-12-paris", "slug: ../paris", 7, "slug", "lower-case", ""},
		{"{fr: Rencontre nationale}", "{fr: \"\"}", 13, "title.fr", "Fill in", ""},
		{"{fr: Rencontre nationale}", "{fr: \"\\u200b\"}", 13, "title.fr", "Fill in", ""},
		{"{fr: Rencontre nationale}", "{en: Meeting}", 9, "title.fr", "Fill in", ""},
		{"{fr: Rencontre nationale}", "{fr: \"a\\nb\"}", 13, "title.fr", "one line", ""},
		{"{fr: Rencontre nationale}", "Rencontre", 8, "title", "keys and values", ""},
		{"organisation@exemple.fr", "Marie Martin <marie@example.org>", 10, "contact", "email address", ""},
		{"organisation@exemple.fr", "a@example.org, b@example.org", 10, "contact", "email address", ""},
		{"organisation@exemple.fr", "marie", 10, "contact", "email address", ""},
		{"retention_days: 90", "retention_days: -1", 40, "notice.retention_days", "at least 0", ""},
		{"  - id: b", "  - id: a", 9, "sessions[1].id", "further up already", ""},
		{"  - id: b", "  - id: meeting", 9, "sessions[1].id", "reserved", ""},
		{"  - id: b", "  - id: a b", 9, "sessions[1].id", "lower-case", ""},
		{"{fr: Atelier B}", "{}", 12, "sessions[1].title.fr", "Fill in", ""},
		{"session: a", "session: z", 14, "programme[0].session", "session of this meeting", ""},
		{"half: morning", "half: soir", 11, "programme[0].half", "morning, afternoon", ""},
		{"id: repas", "id: email", 9, "questions[0].id", "reserved", ""},
		{"id: repas", "id: status", 9, "questions[0].id", "reserved", ""},
		{"id: repas", "id: Ä", 9, "questions[0].id", "underscores", ""},
		{"kind: choice", "kind: riddle", 11, "questions[0].kind", "text, choice, choices, yesno", ""},
		{"kind: choice", "kind: text", 7, "questions[0].options", "has none", "- {id: oui"},
		{"{id: non, ", "{id: oui, ", 14, "questions[0].options[1].id", "further up already", ""},
		{"{id: non, ", "{id: a b, ", 14, "questions[0].options[1].id", "without spaces", ""},
		{"published: true", "companions: 51", 13, "companions", "at most 50", ""},
		{"published: true", "door: open", 7, "door", "seats, beyond", ""},
		{"published: true", "told: {}", 1, "", `"told" is not a key`, ""},
		{"published: true", "colour: blue", 1, "", `"colour" is not a key`, ""},
		{"published: true", "queue: true", 1, "", "already, further up", ""},
		{"published: true", "\tpublished: true", 1, "", "not with tabs", ""},
		{"published: true", "published: &x true", 12, "", "anchors", ""},
		{"published: true", "published true", 1, "", "colon", ""},
	} {
		t.Run(tt.new, func(t *testing.T) {
			t.Parallel()
			old, at := line(t, tt.old)
			_, err := meetingfile.Read([]byte(strings.Replace(good, old, strings.Replace(old, tt.old, tt.new, 1), 1)))
			bad, ok := errors.AsType[*meetingfile.Error](err)
			if !ok {
				t.Fatalf("%v, want an *Error", err)
			}
			got := bad.Problems[0]
			if len(bad.Problems) != 1 || got.Path != tt.path || !strings.Contains(got.Text, tt.say) {
				t.Fatalf("%v\nwant one problem of %q that says %q", err, tt.path, tt.say)
			}
			if tt.elsewhere != "" {
				_, at = line(t, tt.elsewhere)
			}
			if got.Line != at || got.Column != tt.column {
				t.Errorf("line %d, column %d; want %d, %d: %s", got.Line, got.Column, at, tt.column, got)
			}
		})
	}
}

// TestReadAll: every mistake is found in one reading, in the order of the file.
func TestReadAll(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("seats: 300", "seats: 050", "day: 2019-06-12", "day: hier", "id: b", "id: a", "queue: true", "queue: oui").Replace(good)
	_, err := meetingfile.Read([]byte(text))
	bad, _ := errors.AsType[*meetingfile.Error](err)
	var got []string
	for _, p := range bad.Problems {
		got = append(got, fmt.Sprintf("%d %s", p.Line, p.Path))
	}
	if want := "3 day, 6 seats, 12 queue, 20 sessions[1].id"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

func TestReadBadFiles(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text, want string
	}{
		"empty":           {"", "line 1, column 1: the file is empty"},
		"comments":        {"# nothing\n", "line 1, column 1: the file is empty"},
		"text":            {"Rencontre\n", "line 1, column 1: write keys and values"},
		"list":            {"- a\n", "line 1, column 1: write keys and values"},
		"Latin-1":         {"slug: a\ntitle: {fr: R\xe9union}\n", "line 2, column 14: save the file as UTF-8"},
		"UTF-16":          {"\xff\xfes\x00l\x00u\x00g\x00", "line 1, column 1: save the file as UTF-8"},
		"two meetings":    {good + "---\n" + good, "line 35, column 1: a file holds one meeting"},
		"200 kB":          {strings.Repeat("[", 200_000), "line 1, column 1: the file is too large: at most 65536 bytes"},
		"brackets":        {"a: " + strings.Repeat("[", 60_000), "line 1, column 35: lists and mappings are nested too deeply here: at most 32"},
		"braces":          {"a: " + strings.Repeat("{", 60_000), "nested too deeply"},
		"pairs in braces": {"a: " + strings.Repeat("{a: ", 15_000), "nested too deeply"},
		"hyphens":         {strings.Repeat("- ", 30_000), "line 1, column 65: lists and mappings are nested too deeply"},
		"question marks":  {strings.Repeat("? ", 30_000), "nested too deeply"},
		"stairs":          {stairs(200), "nested too deeply"},
		"blank lines":     {"slug: a\nsummary:\n  fr: |\n    a" + strings.Repeat("\n", 60_000), "line 5, column 1: remove the blank lines here: at most 100"},
		"of spaces":       {"slug: a\nsummary:\n  fr: |\n" + strings.Repeat("    \r\n", 10_000), "line 4, column 1: remove the blank lines"},
		"tag":             {"slug: !!str x\n", "line 1, column 7: anchors (&)"},
		"merge":           {"<<: {slug: a}\n", "line 1, column 1: anchors (&)"},
	} {
		_, err := meetingfile.Read([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// stairs is a mapping in a mapping, each a column further in.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// emptySessions is a file in which everything is wrong.
var emptySessions = []byte("sessions:\n" + strings.Repeat("-\n", 15_000))

// TestReadManyProblems: of thousands of problems the first fifty are told.
func TestReadManyProblems(t *testing.T) {
	t.Parallel()
	_, err := meetingfile.Read(emptySessions)
	if bad, ok := errors.AsType[*meetingfile.Error](err); !ok || len(bad.Problems) != 50 {
		t.Errorf("%v, want the first 50 of its problems", err)
	}
}

// BenchmarkReadProblems compares the reading of a file in which everything is wrong with
// the parser alone: it takes about twice as long, whatever the size of the file.
func BenchmarkReadProblems(b *testing.B) {
	var parsed, read time.Duration
	for b.Loop() {
		began := time.Now()
		if _, err := parser.ParseBytes(emptySessions, 0); err != nil {
			b.Fatal(err)
		}
		parsed += time.Since(began)
		began = time.Now()
		if _, err := meetingfile.Read(emptySessions); err == nil {
			b.Fatal("no problem found")
		}
		read += time.Since(began)
	}
	b.ReportMetric(float64(read)/float64(parsed), "×parser")
}
