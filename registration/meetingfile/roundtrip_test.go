package meetingfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/territoires"
)

// same compares meetings: instants as such, and no list like an empty one.
var same = cmp.Options{cmp.Comparer(time.Time.Equal), cmpopts.EquateEmpty()}

// roundTrip checks that a meeting is the same after it was written and read.
func roundTrip(t rapid.TB, m registration.Meeting) {
	t.Helper()
	b, err := meetingfile.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := meetingfile.Read(b)
	if err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	if diff := cmp.Diff(m, got, same); diff != "" {
		t.Fatalf("round trip (-want +got):\n%s\n%s", diff, b)
	}
}

func TestRoundTripShipped(t *testing.T) {
	t.Parallel()
	for _, m := range []registration.Meeting{registration.Shipped(), registration.ShippedExample()} {
		roundTrip(t, m)
	}
}

// TestWriteInParis: a file shows the hours of Paris, whatever the zone of an instant, as
// those from a database are in UTC.
func TestWriteInParis(t *testing.T) {
	t.Parallel()
	m := registration.ShippedExample()
	m.OpensAt = time.Date(2019, time.May, 16, 7, 0, 0, 0, time.UTC)
	if b, err := meetingfile.Write(m); err != nil || !strings.Contains(string(b), "2019-05-16T09:00:00+02:00") {
		t.Errorf("%v in\n%s", err, b)
	}
}

// TestMaxSize: a file may be as large as is said.
func TestMaxSize(t *testing.T) {
	t.Parallel()
	b, err := meetingfile.Write(registration.ShippedExample())
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, "# "+strings.Repeat("x", meetingfile.MaxSize-len(b)-2)...)
	if _, err := meetingfile.Read(b); err != nil {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	if _, err := meetingfile.Read(append(b, 'x')); err == nil {
		t.Errorf("%d bytes were read", len(b)+1)
	}
}

// TestRoundTrip: any valid meeting is the same after it was written and read.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		m := meeting(t)
		if m.Check() != nil {
			return // of what is wrong nothing is promised
		}
		accepted++
		roundTrip(t, m)
	})
	if accepted < 10 {
		t.Errorf("only %d meetings were right: nothing is shown", accepted)
	}
}

// meeting draws a meeting whose texts are anything that YAML gives a meaning to.
func meeting(t *rapid.T) registration.Meeting {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"yes", "null", "~", "012", "1e3", "0x1F", "2019-06-12", "09:30", "- a", "a: b", "a #b", "#b", "&a", "*a", "!a", "[a]", "{a}",
			"'", `"`, `\`, "%a", "@a", "`a", "|", ">", "<<", "---", "...", "?", "? a", ":", ",", " a ", "é", "«\u00a0a\u00a0»", "a\\nb", "true", "=", ".inf", ".nan", "1_000", "+1", "-"}),
		rapid.StringOfN(rapid.RuneFrom([]rune(`a-é:#&*!|>'"%@{}[],? \~`)), 1, 12, -1),
		rapid.StringN(1, 20, 60),
	)
	text := rapid.OneOf(word, rapid.Map(rapid.SliceOfN(word, 1, 3), func(l []string) string { return strings.Join(l, "\n") }),
		rapid.SampledFrom([]string{"", "a\n", "\na", "a\n\nb", "  a\n b", "a\n  b\n", "\t", "a\tb"}))
	local := func(name string) registration.Localized {
		return registration.Localized{FR: word.Draw(t, name), EN: rapid.OneOf(rapid.Just(""), word).Draw(t, name+" en")}
	}
	minute := func(name string) time.Duration {
		return time.Duration(rapid.IntRange(0, 1000).Draw(t, name)) * time.Minute
	}
	opens := time.Date(2019, 1, 1, 0, 0, 0, 1000*rapid.IntRange(0, 999_999).Draw(t, "µs"), time.UTC).Add(minute("opens"))
	m := registration.Meeting{
		Slug: "a-1", Title: local("title"), Summary: registration.Localized{FR: text.Draw(t, "summary")},
		Day: territoires.Date{Year: 2019, Month: 6, Day: 12}, Starts: "09:30", OpensAt: opens, ClosesAt: opens.Add(time.Hour + minute("closes")),
		Venue: registration.Venue{Lines: rapid.SliceOfN(word, 0, 3).Draw(t, "lines"), Access: registration.Localized{FR: text.Draw(t, "access")}},
		Seats: registration.Seats(rapid.IntRange(-1, 400).Draw(t, "seats")), Hold: minute("hold"), Queue: rapid.Bool().Draw(t, "queue"),
		Door:       rapid.SampledFrom([]registration.DoorPolicy{"", registration.DoorSeats, registration.DoorBeyond}).Draw(t, "door"),
		Categories: rapid.SliceOfNDistinct(rapid.SampledFrom(registration.Categories()), 0, 3, rapid.ID[registration.Category]).Draw(t, "categories"),
		Notice:     registration.Notice{Host: text.Draw(t, "host"), Version: word.Draw(t, "version")},
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "sessions") {
		m.Sessions = append(m.Sessions, registration.Session{ID: registration.SessionID("s" + string(rune('0'+i))), Title: local("session"),
			Room: word.Draw(t, "room"), Closed: rapid.Bool().Draw(t, "closed")})
		m.Programme = append(m.Programme, registration.Item{Half: registration.Morning, Title: local("item"), Session: m.Sessions[i].ID})
	}
	for range rapid.IntRange(0, 1).Draw(t, "questions") {
		m.Questions = append(m.Questions, registration.Question{ID: "q", Kind: registration.ChoicesQuestion, Label: local("label"), Hint: registration.Localized{FR: text.Draw(t, "hint")},
			Options: []registration.Option{{ID: "yes", Label: local("option")}, {ID: "0123", Label: local("option")}}})
	}
	return m
}

// FuzzRead checks that no file makes the reader panic, and that an accepted
// file is the same meeting after it was written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")))
	for _, s := range []string{"", "a", "[", "{", "- ", "? a\n: b", "a: |\n b", "a: 'b", "a: \"\\x", "&a", "*a", "<<: a", "a:\n\tb", "---\n...", "%YAML 1.2\n---\na: b", "\xff", "a: !!binary x", "{a: b, : c}", "[a: b]", "a:\n- b\n -c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := meetingfile.Read(b)
		if err != nil {
			return
		}
		if err := m.Check(); err != nil {
			t.Fatalf("accepted, though %v", err)
		}
		roundTrip(t, m)
	})
}
