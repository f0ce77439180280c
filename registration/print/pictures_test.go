package print_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
)

// TestPictures draws every paper as a picture in both languages, for people
// to look at: of nobody, of one person, and the first pages for many people
// with long and foreign names. `make pictures` writes them to
// pictures/papers.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PICTURES")
	if dir == "" {
		t.Skip("make pictures makes them")
	}
	dir = filepath.Join(dir, "papers")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	draw := func(name, file string) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "80", "-l", "3", "-png", file, filepath.Join(dir, name)).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		})
	}
	for _, l := range []registration.Language{registration.French, registration.English} {
		for name, d := range papers(l, 24) {
			draw(name+"-"+string(l), save(t, d))
		}
		p, one := paper(l), people(1)
		for name, all := range map[string][]registration.Signup{"nobody": nil, "one": one} {
			for kind, d := range map[string]print.Document{
				"security": print.SecurityList(p, registration.SecurityList{Listed: all, FrozenAt: printed}), "attendance": print.AttendanceSheet(p, all),
				"arrivals": print.ArrivalsList(p, all), "badges": print.NewBadges(p, print.A4, all, desk), "badges-large": print.NewBadges(p, print.LargeTag, all, desk),
			} {
				draw(strings.Join([]string{kind, name, string(l)}, "-"), save(t, d))
			}
		}
		if c, ok := print.NewCertificate(p, one[0]); ok {
			draw("certificate-one-"+string(l), save(t, c))
		}
		draw("attendance-2000-"+string(l), save(t, print.AttendanceSheet(p, people(2000))))
		for name, ticket := range map[string]print.Ticket{
			"plain": ticketOf("Anne-Sophie", "L’Hôpital"), "long": ticketOf("Anne-"+strings.Repeat("Maximilienne", 4)+"Isabeau", strings.Repeat("Ramanantsoa", 5)+"ndrian"),
			"ligatures": ticketOf("Œdipe", "Äffleck-Müller d’Ægir ﬁﬂ"), "undrawable": ticketOf("明", "שרה"),
		} {
			draw(strings.Join([]string{"ticket", name, string(l)}, "-"), tickets(t, l, ticket))
		}
	}
}
