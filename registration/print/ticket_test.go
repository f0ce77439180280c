package print_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font/sfnt"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/print"
)

// ticketOf is a ticket of somebody with these names.
func ticketOf(given, family string) print.Ticket {
	return print.Ticket{
		Meeting: registration.ShippedExample(), Address: "https://rencontres.example/accueil/3F7KMQRT",
		Signup: registration.Signup{
			Code: "3F7KMQRT", AddressConfirmedAt: time.Date(2019, 5, 16, 9, 0, 0, 0, time.UTC),
			Person: registration.Person{GivenName: given, FamilyName: family, Organisation: "Communauté d’agglomération", Function: "Vice-présidente"},
			Places: []registration.Place{{Session: "attractivite", State: registration.Queued}, {Session: "innovation", State: registration.Seated}},
		},
	}
}

// addressed is the ticket of somebody with this email address.
func addressed(ticket print.Ticket, email string) print.Ticket {
	ticket.Signup.Email = email
	return ticket
}

// full skips a test that needs programs which make verify installs.
func full(t *testing.T) {
	t.Helper()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to read tickets with pdftotext, pdftoppm and zbarimg")
	}
}

func tickets(t *testing.T, l registration.Language, list ...print.Ticket) string {
	t.Helper()
	var b bytes.Buffer
	if err := print.Tickets(&b, l, list...); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "billet.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// words is the text of a ticket, every space the same.
func words(t *testing.T, lang registration.Language, ticket print.Ticket) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", tickets(t, lang, ticket), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(out))
}

func TestTicketReads(t *testing.T) {
	t.Parallel()
	full(t)
	seated := ticketOf("Anne-Sophie", "L’Hôpital")
	seated.Signup.Places[0].State = registration.Seated
	if text := words(t, "fr", seated); !strings.Contains(text, "attractivité") {
		t.Fatalf("the ticket does not show a session with a seat:\n%s", text)
	}
	for _, tt := range []struct {
		lang   registration.Language
		ticket print.Ticket
		want   []string
	}{
		{"fr", ticketOf("Anne-Sophie", "L’Hôpital"), []string{"Billet", "Anne-Sophie L’Hôpital", "3F7K-MQRT", "mercredi", "juin", "de 9 h 30 à 16 h 30",
			"Vice-présidente", "20 avenue de Ségur", "stratégies d’innovation", "valeurs d’exemple", "aucune donnée personnelle"}},
		{"en", ticketOf("Ńĥŏŝ", "Ożóg Ωжи"), []string{"Ticket", "Ńĥŏŝ Ożóg Ωжи", "Wednesday", "09:30", "Round table: strategies of innovation", "no personal data"}},
		{"fr", ticketOf("Anže", "L’Œuf"), []string{"Anže L’Œuf", "de 9 h 30 à 16 h 30"}},
		{"fr", ticketOf("Éÿïçë", "L’Œuf d’Ægir"), []string{"Éÿïçë L’Œuf d’Ægir", "de 9 h 30 à 16 h 30"}},
		{"fr", ticketOf("👩🏽‍🏭\u200d", "Zoë"), []string{"[…] Zoë", "sur la page du billet"}},
		{"fr", ticketOf("نور Nour", "الصباح"), []string{"[…] Nour […]", "à l’accueil, le code suffit"}},
		{"en", addressed(ticketOf("نور", "الصباح"), "nour.alsabah@mairie.example"), []string{"Ticket nour.alsabah@mairie.example Vice-présidente", "cannot show the letters of this name", "3F7K-MQRT"}},
		{"fr", addressed(ticketOf("明", "שרה כהן"), "王@例子.example"), []string{"Billet 3F7K-MQRT Vice-présidente", "ne sait pas écrire les lettres de ce nom", "à l’accueil, le code suffit"}},
		{"fr", ticketOf("😀", "👩‍👩‍👧‍👦"), []string{"Billet 3F7K-MQRT Vice-présidente"}},
		{"fr", ticketOf("Marie", "Wolfeschlegelsteinhausenbergerdorff-Montmorency-Luxembourg"), []string{"Wolfeschlegelsteinhausenbergerdorff- Montmorency-Luxembourg"}},
		{"fr", ticketOf(strings.Repeat("Anne-Sophie ", 8), strings.Repeat("W", 100)), []string{"WWW", "3F7K-MQRT"}},
	} {
		text := words(t, tt.lang, tt.ticket)
		if named := strings.Contains(text, "[…]"); named != (strings.Contains(text, "stands for letters") || strings.Contains(text, "remplace des lettres")) {
			t.Errorf("a mark is not explained, or a mark that is not there is, in\n%s", text)
		}
		for _, want := range tt.want {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		if strings.Contains(text, "attractivité") {
			t.Error("the ticket shows a session without a seat")
		}
	}
}

// TestTicketScans reads the code as a telephone does, from the page as drawn.
func TestTicketScans(t *testing.T) {
	t.Parallel()
	full(t)
	file := tickets(t, "fr", ticketOf("Zoé", "Étienne"))
	picture := strings.TrimSuffix(file, ".pdf")
	if out, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "150", "-png", "-singlefile", file, picture).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", picture+".png").Output()
	if err != nil || strings.TrimSpace(string(out)) != "https://rencontres.example/accueil/3F7KMQRT" {
		t.Errorf("scanned %q, %v", out, err)
	}
}

func TestTicketsPerPerson(t *testing.T) {
	t.Parallel()
	one, two := new(bytes.Buffer), new(bytes.Buffer)
	for _, b := range []*bytes.Buffer{one, two} {
		if err := print.Tickets(b, registration.French, ticketOf("Zoé", "Étienne"), ticketOf("Paul", "Étienne")); err != nil {
			t.Fatal(err)
		}
	}
	if n := bytes.Count(one.Bytes(), []byte("/Type /Page\n")); n != 2 {
		t.Errorf("%d pages, want 2", n)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same tickets give another file")
	}
	if size := one.Len(); size > 100_000 {
		t.Errorf("%d bytes: the fonts were not cut to what is used", size)
	}
	long := ticketOf("Zoé", "Étienne")
	long.Address = strings.Repeat("x", 3000)
	if err := print.Tickets(new(bytes.Buffer), registration.French, long); err == nil {
		t.Error("an address too long for a code makes a ticket")
	}
	if err := print.Tickets(brokenPipe{}, registration.French, ticketOf("Zoé", "Étienne")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v, want that of the writer", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestFontsCover checks that the fonts have the letters of the Latin
// alphabets with their accents, of modern and ancient Greek, of today's
// Cyrillic, and the spaces and signs of French typography.
func TestFontsCover(t *testing.T) {
	t.Parallel()
	letters := []rune("\u202f’‘“”«»€–—…ᵉœŒ")
	for _, block := range [][2]rune{{' ', 0x7f}, {0xa0, 0x250}, {0x384, 0x3cf}, {0x400, 0x514}, {0x1e00, 0x1e9c}, {0x1ea0, 0x1efa}, {0x1f00, 0x2000}} {
		for r := block[0]; r < block[1]; r++ {
			if unicode.IsPrint(r) || r == 0xa0 {
				letters = append(letters, r)
			}
		}
	}
	for name, ttf := range map[string][]byte{"serif": liberationserifbold.TTF, "sans": liberationsansregular.TTF, "bold": liberationsansbold.TTF} {
		font, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		missing := slices.DeleteFunc(slices.Clone(letters), func(r rune) bool {
			glyph, err := font.GlyphIndex(&buf, r)
			return err == nil && glyph != 0
		})
		if len(missing) > 0 {
			t.Errorf("%s lacks %U", name, missing)
		}
	}
}

func ExampleTickets() {
	err := print.Tickets(io.Discard, registration.French, print.Ticket{
		Meeting: registration.ShippedExample(), Signup: registration.Signup{Code: "3F7KMQRT"},
		Address: "https://rencontres.example/accueil/3F7KMQRT",
	})
	fmt.Println(err)
	// Output: <nil>
}

// TestTicketCost checks that a ticket is drawn with the fonts that were
// subset once, unless its texts need other letters. When a crowd confirms at
// once, each person gets a ticket.
func TestTicketCost(t *testing.T) { // not beside others: it counts
	draw := func(ticket print.Ticket) string {
		var b bytes.Buffer
		if err := print.Tickets(&b, registration.French, ticket); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, tt := range []struct {
		family string
		most   float64 // allocations
		cut    bool
	}{
		{"L’Œuf-Ÿ Çà", 5000, true},
		{"نور", 5000, true}, // a mark stands for it in either
		{"Žižek", 30_000, false},
	} {
		ticket := ticketOf("Zoé", tt.family)
		if cut := !strings.Contains(draw(ticket), "/Identity-H"); cut != tt.cut {
			t.Errorf("ticket of %s: with the fonts cut once: %v, want %v", tt.family, cut, tt.cut)
		}
		if n := testing.AllocsPerRun(5, func() { draw(ticket) }); n > tt.most {
			t.Errorf("a ticket of %s takes %v allocations, want %v at most", tt.family, n, tt.most)
		}
	}
}

// BenchmarkTicket draws the ticket that goes with a mail, in its two languages.
func BenchmarkTicket(b *testing.B) {
	for _, l := range []registration.Language{registration.French, registration.English} {
		b.Run(string(l), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := print.Tickets(io.Discard, l, ticketOf("Zoé", "Étienne")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
