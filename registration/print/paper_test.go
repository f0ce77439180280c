package print_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
)

var update = flag.Bool("update", false, "write the golden files")

// printed is when the papers of these tests are made.
var printed = time.Date(2019, 6, 11, 9, 31, 0, 0, registration.Paris)

func paper(l registration.Language) print.Paper {
	return print.Paper{Meeting: registration.ShippedExample(), Language: l, At: printed}
}

// people returns n people who are expected, ordered by name. Some names are
// as long and as foreign as they can be; one of eleven cannot be drawn.
func people(n int) []registration.Signup {
	given := []string{"Camille", "Éloïse", "Marie-Noëlle", "Jean-Luc", "Zoé"}
	family := []string{"Martin", "Lefèvre", "d’Arcy", "Nguyễn", "Œhmichen-Vandenbroucke de La Rochefoucauld", "Παπαδόπουλος", "Ожегова", "王", "O’Neill", "de La Tour", strings.Repeat("W", 100)}
	organisation := []string{"Mairie de Loudéac", "Communauté d’agglomération du Pays de Saint-Malo et de la Baie", "Région Bretagne", strings.TrimSpace(strings.Repeat("Syndicat mixte ", 13))}
	var list []registration.Signup
	for i := range n {
		s := registration.Signup{
			ID: registration.NewID(), Code: codes(i), AddressConfirmedAt: printed,
			Person: registration.Person{GivenName: given[i%5], FamilyName: family[i%11], Organisation: organisation[i%4],
				Category: registration.Categories()[i%8], Territory: "ti-2701", Email: fmt.Sprintf("p%d@exemple.fr", i)},
			Places: []registration.Place{{Session: registration.MeetingSession, State: registration.Seated}},
		}
		if i%2 == 0 {
			s.Places = append([]registration.Place{{Session: "innovation", State: registration.Seated}}, s.Places...)
		}
		if i%11 == 10 && i > 20 {
			s.GivenName = []string{strings.Repeat("Marie-Noëlle ", 7) + "Wilhelmine", strings.Repeat("W", 100)}[i%2]
		}
		if i%7 == 3 {
			s.Answers = registration.Answers{registration.PhotographsQuestion: {"no"}}
		}
		if i%3 == 0 {
			s.Arrivals = []registration.Arrival{{At: time.Date(2019, 6, 12, 9, i%60, 0, 0, registration.Paris), Half: registration.Morning, Session: registration.MeetingSession}}
		}
		list = append(list, s)
	}
	registration.SortByName(list)
	return list
}

// codes is the short code number i.
func codes(i int) string {
	const letters = "34679ACDEFGHJKMNPQRTWXY"
	return strings.Repeat("3", 5) + string([]byte{letters[i/23/23%23], letters[i/23%23], letters[i%23]})
}

func desk(code string) string { return "https://rencontres.example/accueil/" + code }

// papers are all documents, of a morning and of sessions too.
func papers(l registration.Language, n int) map[string]print.Document {
	p, all := paper(l), people(n)
	session, morning := p, p
	session.Session, morning.Half = "innovation", registration.Morning
	session.Meeting.Sessions = slices.Clone(p.Meeting.Sessions)
	session.Meeting.Sessions[1].Room = "salle B"
	frozen := registration.SecurityList{FrozenAt: printed, Listed: slices.Clone(all[:n-3]), Late: all[n-3:]}
	frozen.Listed[1].Places = []registration.Place{{Session: registration.MeetingSession, State: registration.Cancelled}}
	frozen.Listed[2].Person = registration.Person{}
	frozen.Listed[3].AddressConfirmedAt = printed.Add(time.Minute)
	docs := map[string]print.Document{
		"security": print.SecurityList(p, frozen), "provisional": print.SecurityList(morning, registration.SecurityList{Listed: all}),
		"attendance": print.AttendanceSheet(p, all), "attendance-session": print.AttendanceSheet(session, all), "attendance-morning": print.AttendanceSheet(morning, all),
		"arrivals": print.ArrivalsList(p, all), "signs": print.NewSigns(session),
		"badges": print.NewBadges(p, print.A4, all, desk), "badges-small": print.NewBadges(p, print.SmallTag, all, desk), "badges-large": print.NewBadges(p, print.LargeTag, all, desk),
	}
	for _, s := range all {
		if c, ok := print.NewCertificate(p, s); ok {
			docs["certificate"] = c
		}
	}
	return docs
}

// save writes a document to a file.
func save(t *testing.T, d print.Document) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "paper.pdf")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := d.PDF(f); err != nil {
		t.Fatal(err)
	}
	return file
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// TestPapersRead compares what a program reads in each paper, in its order, with
// golden files.
func TestPapersRead(t *testing.T) {
	t.Parallel()
	full(t)
	for _, l := range []registration.Language{registration.French, registration.English} {
		for name, d := range papers(l, 14) {
			t.Run(string(l)+"/"+name, func(t *testing.T) {
				t.Parallel()
				file := save(t, d)
				text := output(t, "pdftotext", "-raw", file, "-")
				golden := filepath.Join("testdata", name+"."+string(l)+".txt")
				if *update {
					if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(string(want), text); diff != "" {
					t.Errorf("text (-want +got):\n%s", diff)
				}
				if strings.Contains(text, "@exemple.fr") {
					t.Error("the paper shows an address of a person")
				}
				if info := output(t, "pdfinfo", file); !strings.Contains(info, "Title:") || !strings.Contains(info, " – ") {
					t.Errorf("the file has no title:\n%s", info)
				}
				if b, err := os.ReadFile(file); err != nil || !bytes.Contains(b, []byte("/Lang ("+string(l)+")")) {
					t.Errorf("the file does not say its language, %v", err)
				}
			})
		}
	}
}

// littleKnown is a certificate and an attendance sheet of a meeting of which little is known.
func littleKnown(t *testing.T, l registration.Language) (print.Certificate, print.List) {
	t.Helper()
	p, all := paper(l), people(14)
	p.Meeting = registration.Meeting{Slug: p.Meeting.Slug, Title: p.Meeting.Title, Day: p.Meeting.Day}
	c, ok := print.NewCertificate(p, all[slices.IndexFunc(all, func(s registration.Signup) bool { return len(s.Arrivals) > 0 })])
	if !ok {
		t.Fatal("nobody has arrived")
	}
	return c, print.AttendanceSheet(p, all)
}

// TestLittleKnown: papers of a meeting of which little is known have no label without a
// text.
func TestLittleKnown(t *testing.T) {
	t.Parallel()
	for _, l := range []registration.Language{registration.French, registration.English} {
		c, sheet := littleKnown(t, l)
		for _, f := range append(slices.Clone(sheet.Facts), c.After...) {
			if len(f.Texts) == 0 || f.Texts[0].Text == "" {
				t.Errorf("%s: nothing after %q", l, f.Label)
			}
		}
	}
}

// TestLittleKnownRead: such papers have no empty brackets.
func TestLittleKnownRead(t *testing.T) {
	t.Parallel()
	full(t)
	for _, l := range []registration.Language{registration.French, registration.English} {
		c, sheet := littleKnown(t, l)
		for name, d := range map[string]print.Document{"certificate": c, "attendance": sheet} {
			text := output(t, "pdftotext", "-raw", save(t, d), "-")
			if !strings.Contains(text, "2019") || strings.Contains(text, "()") || strings.Contains(text, "( )") {
				t.Errorf("%s, %s:\n%s", name, l, text)
			}
		}
	}
}

// word is a word of a page with its edges, in points.
type word struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// TestNothingRunsOut: however long names and organisations are, no word runs
// over the edge of its page or over another word.
func TestNothingRunsOut(t *testing.T) {
	t.Parallel()
	full(t)
	for name, d := range papers(registration.French, 88) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var doc struct {
				Pages []struct {
					Width  float64 `xml:"width,attr"`
					Height float64 `xml:"height,attr"`
					Words  []word  `xml:"word"`
				} `xml:"body>doc>page"`
			}
			decoder := xml.NewDecoder(strings.NewReader(output(t, "pdftotext", "-bbox", save(t, d), "-")))
			decoder.Strict, decoder.Entity = false, xml.HTMLEntity
			if err := decoder.Decode(&doc); err != nil || len(doc.Pages) == 0 || len(doc.Pages[0].Words) < 5 {
				t.Fatalf("read %d pages, %v", len(doc.Pages), err)
			}
			for i, page := range doc.Pages {
				for j, w := range page.Words {
					if w.XMin < 8 || w.XMax > page.Width-8 || w.YMin < 2 || w.YMax > page.Height-2 {
						t.Errorf("page %d: %q is out of it: %+v", i+1, w.Text, w)
					}
					for _, v := range page.Words[:j] {
						if min(w.XMax, v.XMax)-max(w.XMin, v.XMin) > 0.5 && min(w.YMax, v.YMax)-max(w.YMin, v.YMin) > 0.45*min(w.YMax-w.YMin, v.YMax-v.YMin) {
							t.Errorf("page %d: %q lies on %q", i+1, w.Text, v.Text)
						}
					}
				}
			}
		})
	}
}

// TestBadgesScan reads the QR codes of badges, in each format, as a telephone does.
func TestBadgesScan(t *testing.T) {
	t.Parallel()
	full(t)
	all := people(9)
	for _, f := range print.Formats() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			file := save(t, print.NewBadges(paper("fr"), f, all, desk))
			output(t, "pdftoppm", "-r", "200", "-png", file, strings.TrimSuffix(file, ".pdf"))
			pictures, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*.png"))
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, picture := range pictures {
				got = append(got, strings.Fields(output(t, "zbarimg", "-q", "--raw", picture))...)
			}
			for _, s := range all {
				want = append(want, desk(s.Code))
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPagesOfPapers counts the pages of papers that have one for each person
// or room.
func TestPagesOfPapers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"badges": 2, "badges-small": 9, "badges-large": 9, "signs": 2, "certificate": 1} {
		var b bytes.Buffer
		if err := papers(registration.French, 9)[name].PDF(&b); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b.Bytes(), []byte("/Type /Page\n")); n != want {
			t.Errorf("%s: %d pages, want %d", name, n, want)
		}
	}
	var b bytes.Buffer
	if err := print.NewBadges(paper("fr"), print.A4, nil, desk).PDF(&b); err != nil || bytes.Count(b.Bytes(), []byte("/Type /Page\n")) != 1 {
		t.Errorf("no badges: %v, want a page that says so", err)
	}
}

// TestLists checks who is on each list, with what, and that there are blank
// rows for people who are on none.
func TestLists(t *testing.T) {
	t.Parallel()
	all := people(22)
	for _, s := range []*registration.Signup{&all[0], &all[1]} {
		s.Places = []registration.Place{{Session: registration.MeetingSession, State: registration.Queued}}
	}
	waiting := all[:2]
	session := paper("fr")
	session.Session = "innovation"
	for _, tt := range []struct {
		name string
		list print.List
		rows int
	}{
		{"whole day", print.AttendanceSheet(paper("fr"), all), 20},
		{"session", print.AttendanceSheet(session, all), len(slices.DeleteFunc(slices.Clone(all), func(s registration.Signup) bool { return s.State("innovation") != registration.Seated }))},
		{"arrivals", print.ArrivalsList(paper("fr"), all), 20},
	} {
		rows := tt.list.Parts[0].Rows
		if len(rows) != tt.rows || tt.rows == 0 {
			t.Errorf("%s: %d rows, want %d", tt.name, len(rows), tt.rows)
		}
		if slices.ContainsFunc(rows, func(r print.Row) bool {
			return r.Cells[1] == waiting[0].FamilyName && r.Cells[2] == waiting[0].GivenName
		}) {
			t.Errorf("%s: who waits is on it", tt.name)
		}
	}
	for _, list := range []print.List{print.SecurityList(paper("fr"), registration.SecurityList{}), print.AttendanceSheet(paper("fr"), nil), print.ArrivalsList(paper("fr"), nil)} {
		if got, want := list.Parts[0].Note, "Il n’y a personne sur cette liste."; got != want {
			t.Errorf("%s of nobody says %q, want %q", list.Title, got, want)
		}
	}
	if blank := print.AttendanceSheet(paper("fr"), all).Parts[1].Blank; blank < 20 {
		t.Errorf("%d blank lines for walk-ins, want 20 or more", blank)
	}
	if got := print.Undrawable(all); len(got) != 2 || got[0].FamilyName != "王" {
		t.Errorf("names that cannot be drawn: %v, want both 王", got)
	}
}

// BenchmarkPapers draws each document for 500 people: under a second is promised.
func BenchmarkPapers(b *testing.B) {
	docs := papers(registration.French, 500)
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := docs[name].PDF(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
