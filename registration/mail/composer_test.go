package mail

import (
	"bytes"
	"encoding/base64"
	"flag"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/territoires-industrie/sdk/internal/proof"
	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/locale"
)

var update = flag.Bool("update", false, "write the golden files")

var at = time.Date(2019, 5, 16, 7, 0, 0, 0, time.UTC)

func compose(t *testing.T, l registration.Letter) registration.Message {
	t.Helper()
	c, err := NewComposer("Rencontres des Territoires d’industrie <rencontre@exemple.fr>")
	if err != nil {
		t.Fatal(err)
	}
	c.Ticket = paper
	m, err := c.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// paper stands for the PDF of a letter's ticket: the codes on it.
func paper(l registration.Letter) ([]byte, error) {
	text := "%PDF " + l.Signup.Code
	for _, s := range l.Brought {
		text += " " + s.Code
	}
	return []byte(text), nil
}

// parsed is a message as the standard library's parsers read it.
type parsed struct {
	header netmail.Header
	parts  map[string]string // media type to text
	files  map[string]string // file name to content
}

func parse(t *testing.T, data []byte) parsed {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	p := parsed{m.Header, map[string]string{}, map[string]string{}}
	p.read(t, m.Header.Get("Content-Type"), "", "", m.Body)
	return p
}

func (p *parsed) read(t *testing.T, contentType, encoding, file string, r io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatalf("content type %q: %v", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		mr := multipart.NewReader(r, params["boundary"])
		for {
			part, err := mr.NextRawPart()
			if err == io.EOF {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			p.read(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.FileName(), part)
		}
	}
	switch encoding {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	if strings.HasPrefix(kind, "text/") && params["charset"] != "utf-8" {
		t.Errorf("%s: charset %q", kind, params["charset"])
	}
	if p.parts[kind] = string(b); file != "" {
		p.files[file] = string(b)
	}
}

func (p parsed) subject(t *testing.T) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(p.header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// seen returns the text of an HTML document, a line for each block, and the
// addresses that it links to.
func seen(t *testing.T, document string) (text string, links []string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(document))
	hidden := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return text, links
		case html.TextToken:
			if !hidden {
				text += html.UnescapeString(string(z.Raw()))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if hidden = tok.Type == html.StartTagToken && (tok.Data == "style" || tok.Data == "title"); tok.Data != "a" {
				text += "\n"
			}
			for _, a := range tok.Attr {
				if a.Key == "href" {
					links = append(links, a.Val)
				}
				if a.Key == "src" && !strings.HasPrefix(a.Val, "cid:") || a.Key == "background" || strings.Contains(a.Val, "url(") {
					t.Errorf("something to load: %s=%q", a.Key, a.Val)
				}
			}
		}
	}
}

var word = regexp.MustCompile(`[\pL\pN][^\s]*[\pL\pN]|[\pL\pN]`)

// words returns the words of a text, each once, sorted, without punctuation.
func words(text string) []string {
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
	return slices.Compact(slices.Sorted(slices.Values(word.FindAllString(text, -1))))
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, l := range letters() {
		t.Run(name, func(t *testing.T) {
			m := compose(t, l)
			file := filepath.Join("testdata", name+".eml")
			if *update {
				if err := os.WriteFile(file, m.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(m.Data)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			p := parse(t, m.Data)
			checkHeader(t, l, p)
			checkParts(t, l, p)
			checkLines(t, m.Data)
		})
	}
}

func checkHeader(t *testing.T, l registration.Letter, p parsed) {
	t.Helper()
	replyTo := l.Meeting.Contact
	if replyTo != "" {
		replyTo = "\"Régions de France, AdCF\" <" + replyTo + ">"
	}
	decoded := func(key string) string {
		s, err := new(mime.WordDecoder).DecodeHeader(p.header.Get(key))
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
		return s
	}
	got := map[string]string{"Reply-To": strings.ReplaceAll(decoded("Reply-To"), "Régions de France, AdCF <", "\"Régions de France, AdCF\" <")}
	want := map[string]string{"Reply-To": replyTo}
	for key, value := range map[string]string{
		"Auto-Submitted": "auto-generated", "X-Rencontre-Kind": string(l.Mail.Kind), "Mime-Version": "1.0",
		"Message-Id": "<" + l.Mail.ID.String() + "@exemple.fr>", "Date": l.Mail.CreatedAt.In(registration.Paris).Format(time.RFC1123Z),
		"Content-Language": locale.For(string(l.Signup.Language)).Lang(),
		"From":             "Rencontres des Territoires d’industrie <rencontre@exemple.fr>",
	} {
		got[key], want[key] = decoded(key), value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	to, err := p.header.AddressList("To")
	if err != nil || len(to) != 1 {
		t.Fatalf("To: %v, %v", to, err)
	}
	recipients := map[registration.Kind]netmail.Address{
		registration.MailAddress:        {Name: "Zoé Nguyễn", Address: "paul@exemple.fr"},
		registration.MailAddressChanged: {Name: "Zoé Nguyễn", Address: "avant@exemple.fr"},
		registration.MailReplacement:    {Name: "Paul d’Été", Address: "paul@exemple.fr"},
		registration.MailReplaced:       {Address: "avant@exemple.fr"},
	}
	wanted, ok := recipients[l.Mail.Kind]
	if !ok {
		wanted = netmail.Address{Name: "Zoé Nguyễn", Address: "zoe+ti@xn--bcher-kva.example"}
	}
	if !l.Mail.Kind.ForOrganisers() && *to[0] != wanted {
		t.Errorf("To: %v, want %v", to[0], wanted)
	}
}

// checkParts compares what the two parts say, and proof-reads both.
func checkParts(t *testing.T, l registration.Letter, p parsed) {
	t.Helper()
	text, page := p.parts["text/plain"], p.parts["text/html"]
	shown, links := seen(t, page)
	onlyInHTML := words(catalogue.For(string(l.Signup.Language)).T("mail.copy"))
	without := func(list []string) []string {
		return slices.DeleteFunc(list, func(w string) bool { return slices.Contains(onlyInHTML, w) })
	}
	if diff := cmp.Diff(without(words(text)), without(words(shown))); diff != "" {
		t.Errorf("words (-text +HTML):\n%s", diff)
	}
	for _, url := range links {
		if strings.HasPrefix(url, "tel:") { // in a sentence of the organisers
			continue
		}
		if address, ok := strings.CutPrefix(url, "mailto:"); ok { // in a sentence
			if !strings.Contains(text, address) || !strings.Contains(shown, address) {
				t.Errorf("%s is not written out", address)
			}
			continue
		}
		if !strings.Contains(text, "\r\n"+url+"\r\n") || !strings.Contains(shown, url) {
			t.Errorf("%s does not stand alone in the text, or not in full in the HTML", url)
		}
	}
	for _, url := range []string{l.Links.Confirm, l.Links.Disavow, l.Links.SignIn, l.Links.Transfer, l.Links.Leave} {
		if url == l.Links.Leave && l.Mail.Kind != registration.MailReminder {
			continue
		}
		if url != "" && !slices.Contains(links, url) {
			t.Errorf("no link to %s", url)
		}
	}
	lang := locale.For(string(l.Signup.Language)).Lang()
	for _, m := range slices.Concat(proof.Misprints(lang, p.subject(t)), proof.Misprints(lang, text), proof.PageMisprints(lang, page)) {
		t.Errorf("misprint: %v", m)
	}
	for part := range maps.Keys(p.parts) {
		if (part == "text/calendar") != (p.files["rencontre.ics"] != "") && len(p.files) > 0 && part == "text/calendar" {
			t.Error("the calendar entry is no attachment")
		}
	}
}

// checkLines holds the message against RFC 5322, 2.1.1, and 7-bit transport.
func checkLines(t *testing.T, data []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(data, []byte("\r\n")) {
		if len(line) > 78 && !bytes.Contains(line, []byte("boundary=")) || bytes.ContainsAny(line, "\r\n\x00") || !isASCII(string(line)) {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, name := range []string{"confirm-fr", "confirm-en", "known-fr", "confirmed-fr", "cancelled-fr", "signin-fr",
		"waitlisted-fr", "received-fr", "approved-fr", "refused-fr", "offer-fr", "offer_ended-fr", "changed-fr",
		"reminder-fr", "reminder-eve-fr", "reminder-eve-en", "reminder-morning-fr", "meeting_changed-fr", "meeting_cancelled-fr", "message-fr",
		"confirmed-queue-fr", "enlisted-queue-fr", "replacement-queue-fr"} {
		got[name] = parse(t, compose(t, letters()[name]).Data).subject(t)
	}
	const of = " – Rencontre nationale des Territoires d’industrie, 12 juin 2019"
	want := map[string]string{
		"confirm-fr":   "Confirmez votre inscription" + of,
		"confirm-en":   "Confirm your registration – National meeting of Territoires d’industrie, 12 June 2019",
		"known-fr":     "Votre lien d’inscription" + of,
		"confirmed-fr": "Votre place est confirmée" + of,
		"cancelled-fr": "Votre inscription est annulée" + of,
		"signin-fr":    "Votre lien de connexion",

		"confirmed-queue-fr":   "Vous êtes sur la liste d’attente" + of, // no seat is promised
		"enlisted-queue-fr":    "Vous êtes sur la liste d’attente" + of,
		"replacement-queue-fr": "Un rang sur la liste d’attente vous est proposé" + of,

		"waitlisted-fr":        "Vous êtes sur la liste d’attente" + of,
		"received-fr":          "Votre demande est transmise" + of,
		"approved-fr":          "Votre inscription est acceptée" + of,
		"refused-fr":           "Votre inscription n’a pas été retenue" + of,
		"offer-fr":             "Une place s’est libérée pour vous" + of,
		"meeting_changed-fr":   "La rencontre est modifiée" + of,
		"meeting_cancelled-fr": "La rencontre est annulée" + of,
		"offer_ended-fr":       "La place n’est plus réservée" + of,
		"reminder-fr":          "La rencontre approche" + of,
		"reminder-eve-fr":      "C’est demain" + of,
		"reminder-eve-en":      "It’s tomorrow – National meeting of Territoires d’industrie, 12 June 2019",
		"reminder-morning-fr":  "C’est aujourd’hui" + of,
		"message-fr":           "Le café du matin, Zoé",
		"changed-fr":           "Votre inscription est modifiée" + of,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subjects (-want +got):\n%s", diff)
	}
}

func TestCalendarEntry(t *testing.T) {
	t.Parallel()
	never := letter(registration.MailCancelled, registration.French)
	never.Signup.AddressConfirmedAt = time.Time{}
	elsewhere := letter(registration.MailMeetingChanged, registration.French)
	elsewhere.Signup.Places = in(registration.Queued)
	unseen := letter(registration.MailChanged, registration.French)
	unseen.Signup.Places[0].Since = at
	for _, tt := range []struct {
		name string
		l    registration.Letter
		want string // METHOD and SEQUENCE, "" for no entry
	}{
		{"confirm", letter(registration.MailConfirm, registration.French), ""},
		{"confirmed", letter(registration.MailConfirmed, registration.French), "REQUEST 4"},
		{"cancelled", letter(registration.MailCancelled, registration.French), "CANCEL 3"},
		{"cancelled before it was confirmed", never, ""},
		{"waiting", letters()["confirmed-queue-fr"], ""},
		{"approved", letter(registration.MailApproved, registration.French), "REQUEST 4"},
		{"approved, waiting", letters()["approved-queue-fr"], ""},
		{"a session changed", letter(registration.MailChanged, registration.French), "REQUEST 4"},
		{"nothing shown changed", unseen, ""},
		{"cancelled while waiting", letters()["cancelled-queue-fr"], ""},
		{"the meeting changed", letter(registration.MailMeetingChanged, registration.French), "REQUEST 4"},
		{"the meeting changed, waiting", elsewhere, ""},
		{"the meeting was cancelled", letter(registration.MailMeetingCancelled, registration.French), "CANCEL 4"},
		{"reminder", letter(registration.MailReminder, registration.French), ""},
		{"offer", letter(registration.MailOffer, registration.French), ""},
	} {
		p := parse(t, compose(t, tt.l).Data)
		got := ""
		if ics := p.files["rencontre.ics"]; ics != "" {
			value := func(name string) string {
				_, rest, _ := strings.Cut(ics, "\r\n"+name+":")
				v, _, _ := strings.Cut(rest, "\r\n")
				return v
			}
			got = value("METHOD") + " " + value("SEQUENCE")
			if !strings.Contains(p.parts["text/plain"], "mon-inscription") && strings.HasPrefix(got, "REQUEST") {
				t.Errorf("%s: the mail itself has no link of the person's own", tt.name)
			}
			if strings.Contains(ics, "mon-inscription") {
				t.Errorf("%s: a shared calendar shows the person's own link", tt.name)
			}
		}
		if got != tt.want {
			t.Errorf("%s: entry %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestPlaceholders: every placeholder that an organiser may use has a value.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	l := letter(registration.MailMessage, registration.French)
	l.Note.Body.FR = "{" + strings.Join(registration.Placeholders(), "} {") + "}"
	l.Signup.GivenName = "{code}" // what a person typed is no placeholder
	text := parse(t, compose(t, l).Data).parts["text/plain"]
	_, text, _ = strings.Cut(text, "\r\n\r\n") // after the title
	if strings.Count(text, "{") != strings.Count(text, "{code}") || !strings.Contains(text, "3F7K-MQRT") {
		t.Errorf("not filled:\n%s", text)
	}
}
