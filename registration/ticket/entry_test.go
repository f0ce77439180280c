package ticket

import (
	"bytes"
	"flag"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/territoires"
)

var update = flag.Bool("update", false, "write the golden files")

var confirmedAt = time.Date(2019, 5, 16, 7, 5, 0, 0, time.UTC)

func meeting() registration.Meeting {
	return registration.Meeting{
		Slug:       "2019-06-12-paris",
		Title:      registration.Localized{FR: "Rencontre nationale des Territoires d’industrie", EN: "National meeting of Territoires d’industrie"},
		Day:        territoires.Date{Year: 2019, Month: 6, Day: 12},
		Venue:      registration.Venue{Name: registration.Localized{FR: "Ministère ; salle, entrée"}, Lines: []string{"20 avenue de Ségur", "75007 Paris"}},
		Organisers: []string{"Régions de France", "AdCF"},
		Contact:    "rencontre@exemple.fr",
	}
}

func signup() registration.Signup {
	return registration.Signup{
		ID:                 uuid.MustParse("016abcde-0000-7000-8000-000000000001"),
		Person:             registration.Person{GivenName: "Zoé", FamilyName: "d'Arc; \"Ngữ\"", Email: "zoé+ti@bücher.example"},
		Language:           registration.French,
		AddressConfirmedAt: confirmedAt,
	}
}

// hours gives the meeting known hours.
func hours(m registration.Meeting) registration.Meeting {
	m.Starts, m.Ends = "09:30", "16:30"
	return m
}

func TestGolden(t *testing.T) {
	t.Parallel()
	english := signup()
	english.Language = registration.English
	long := Entry(meeting(), signup(), Request, confirmedAt)
	long.Description = strings.Repeat("Présentez ce code à l’accueil. ", 5) + "\nCode : 3F7K-MQRT\r\nÀ bientôt \\ o"
	long.URL = "https://exemple.fr/rencontres/2019-06-12-paris"
	for name, e := range map[string]Event{
		"all-day":   long,
		"hours":     Entry(hours(meeting()), english, Request, confirmedAt),
		"cancelled": Entry(hours(meeting()), signup(), Cancel, confirmedAt.Add(90*time.Minute)),
		"published": Entry(hours(meeting()), signup(), Publish, confirmedAt.Add(time.Second)),
	} {
		t.Run(name, func(t *testing.T) {
			got := e.ICS()
			file := filepath.Join("testdata", name+".ics")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			checkLines(t, got)
			checkRead(t, e, got)
		})
	}
}

// checkLines holds a document against RFC 5545, 3.1.
func checkLines(t *testing.T, doc []byte) {
	t.Helper()
	if !bytes.HasSuffix(doc, []byte("END:VCALENDAR\r\n")) {
		t.Error("does not end in END:VCALENDAR and CRLF")
	}
	for line := range bytes.SplitSeq(bytes.TrimSuffix(doc, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > 75 || len(line) == 0 || bytes.ContainsAny(line, "\r\n") || !utf8.Valid(line) {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
}

// checkRead reads the document with another program's parser and compares what
// it finds with the event.
func checkRead(t *testing.T, e Event, doc []byte) {
	t.Helper()
	cal, err := ical.NewDecoder(bytes.NewReader(doc)).Decode()
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	events := cal.Events()
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}
	text := func(c *ical.Component, name string) string {
		s, err := c.Props.Text(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return s
	}
	ev := events[0].Component
	got := map[string]string{
		"METHOD": text(cal.Component, "METHOD"), "UID": text(ev, "UID"), "SUMMARY": text(ev, "SUMMARY"),
		"LOCATION": text(ev, "LOCATION"), "DESCRIPTION": text(ev, "DESCRIPTION"),
		"SEQUENCE": ev.Props.Get("SEQUENCE").Value,
	}
	want := map[string]string{
		"METHOD": string(e.Method), "UID": e.UID, "SUMMARY": clean(e.Summary),
		"LOCATION": clean(e.Location), "DESCRIPTION": clean(e.Description),
		"SEQUENCE": fmt.Sprint(e.Sequence),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	checkTimes(t, e, &events[0])
}

func checkTimes(t *testing.T, e Event, ev *ical.Event) {
	t.Helper()
	start, err := ev.DateTimeStart(registration.Paris)
	if err != nil || !start.Equal(e.Starts.On(e.Day)) {
		t.Errorf("starts %v, %v; want %v", start, err, e.Starts.On(e.Day))
	}
	if e.Starts != "" && e.Ends == "" {
		return
	}
	end, err := ev.DateTimeEnd(registration.Paris)
	want := e.Ends.On(e.Day)
	if e.Starts == "" {
		want = e.Day.AddDays(1).In(registration.Paris)
	}
	if err != nil || !end.Equal(want) {
		t.Errorf("ends %v, %v; want %v", end, err, want)
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	e := Entry(meeting(), signup(), Request, confirmedAt)
	cal, err := ical.NewDecoder(bytes.NewReader(e.ICS())).Decode()
	if err != nil {
		t.Fatal(err)
	}
	organiser, attendee := cal.Events()[0].Props.Get("ORGANIZER"), cal.Events()[0].Props.Get("ATTENDEE")
	got := []string{organiser.Value, organiser.Params.Get("CN"), attendee.Value, attendee.Params.Get("CN"),
		attendee.Params.Get("RSVP"), attendee.Params.Get("PARTSTAT")}
	want := []string{"mailto:rencontre@exemple.fr", "Régions de France – AdCF",
		"mailto:zo%C3%A9+ti@xn--bcher-kva.example", "Zoé d’Arc ”Ngữ”", "false", "ACCEPTED"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}

func TestSequenceRises(t *testing.T) {
	t.Parallel()
	with := func(sequence int, ended time.Time) registration.Signup {
		s := signup()
		s.Sequence, s.EndedAt = sequence, ended
		return s
	}
	for _, tt := range []struct {
		name   string
		signup registration.Signup
		method Method
		want   int
	}{
		{"the first", with(0, time.Time{}), Request, 0},
		{"the meeting moved", with(1, time.Time{}), Request, 1},
		{"the meeting cancelled", with(2, time.Time{}), Cancel, 2},
		{"cancelled", with(3, confirmedAt), Cancel, 2},
		{"restored", with(3, time.Time{}), Request, 3},
		{"downloaded", with(3, time.Time{}), Publish, 3},
		{"cancelled before this was counted", with(0, confirmedAt), Cancel, 1},
	} {
		if got := Entry(meeting(), tt.signup, tt.method, confirmedAt).Sequence; got != tt.want {
			t.Errorf("%s: sequence %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestUnknownEndIsNotInvented(t *testing.T) {
	t.Parallel()
	m := meeting()
	m.Starts = "09:30"
	doc := Entry(m, signup(), Request, confirmedAt).ICS()
	if bytes.Contains(doc, []byte("DTEND")) || !bytes.Contains(doc, []byte("DTSTART;TZID=Europe/Paris:20190612T093000\r\n")) {
		t.Errorf("want a start and no end:\n%s", doc)
	}
}

// TestParisRules holds the zone's rules against the zone database, for every
// change of clocks of twenty years.
func TestParisRules(t *testing.T) {
	t.Parallel()
	doc := Entry(hours(meeting()), signup(), Request, confirmedAt).ICS()
	cal, err := ical.NewDecoder(bytes.NewReader(doc)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, half := range cal.Children[0].Children {
		set, err := half.RecurrenceSet(time.UTC) // wall clock
		if err != nil || set == nil {
			t.Fatalf("%s: %v, %v", half.Name, set, err)
		}
		for _, wall := range set.Between(confirmedAt, confirmedAt.AddDate(20, 0, 0), true) {
			from, _ := time.Parse("-0700", half.Props.Get("TZOFFSETFROM").Value)
			_, before := from.Zone()
			at := wall.Add(-time.Duration(before) * time.Second)
			if at.In(registration.Paris).Format("-0700") != half.Props.Get("TZOFFSETTO").Value ||
				at.Add(-time.Second).In(registration.Paris).Format("-0700") != half.Props.Get("TZOFFSETFROM").Value {
				t.Errorf("%s: clocks in Paris do not change at %v", half.Name, at)
			}
			seen++
		}
	}
	if seen != 40 {
		t.Errorf("%d changes seen, want 40", seen)
	}
}

func FuzzICS(f *testing.F) {
	f.Add("Rencontre", "Zoé", "a@b.fr")
	f.Add("a\r\nMETHOD:CANCEL", "x\r\nATTENDEE:mailto:y", "a@b.fr\r\nX:y")
	f.Add(`\n;,:"'`, strings.Repeat("é ", 100), "é@é")
	f.Fuzz(func(t *testing.T, summary, name, address string) {
		if !utf8.ValidString(summary + name + address) {
			t.Skip("forms take valid UTF-8 only")
		}
		e := Event{Method: Request, UID: "u", Stamp: confirmedAt, Day: meeting().Day, Starts: "09:30", Summary: summary,
			Description: name, Organiser: mail.Address{Name: name, Address: address}, Attendee: mail.Address{Name: summary, Address: address}}
		doc := e.ICS()
		checkLines(t, doc)
		cal, err := ical.NewDecoder(bytes.NewReader(doc)).Decode()
		if err != nil {
			t.Fatalf("parse: %v\n%s", err, doc)
		}
		if len(cal.Children) != 2 || len(cal.Events()) != 1 || cal.Props.Get("METHOD").Value != "REQUEST" {
			t.Errorf("a text became structure:\n%s", doc)
		}
	})
}

func ExampleEntry() {
	m := registration.Meeting{
		Title:   registration.Localized{FR: "Rencontre nationale"},
		Day:     territoires.Date{Year: 2019, Month: time.June, Day: 12},
		Contact: "rencontre@exemple.fr",
	}
	s := registration.Signup{Person: registration.Person{GivenName: "Zoé", Email: "zoe@exemple.fr"}}
	doc := Entry(m, s, Request, time.Date(2019, 5, 16, 9, 0, 0, 0, time.UTC)).ICS()
	for line := range strings.Lines(string(doc)) {
		if strings.HasPrefix(line, "DT") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// DTSTAMP:20190516T090000Z
	// DTSTART;VALUE=DATE:20190612
	// DTEND;VALUE=DATE:20190613
}
