package meetingfile_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/meetingfile"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// everything is all that a file can say, as keys of forms.
func everything() (keys []string) {
	for _, f := range meetingfile.Fields() {
		if unit, _, _ := strings.Cut(f.Key, "."); !slices.Contains(keys, unit) {
			keys = append(keys, unit)
		}
	}
	return keys
}

func TestFields(t *testing.T) {
	t.Parallel()
	kinds := map[string]meetingfile.Kind{}
	for _, f := range meetingfile.Fields() {
		kinds[f.Key] = f.Kind
	}
	for key, want := range map[string]meetingfile.Kind{
		"slug": meetingfile.Text, "title.en": meetingfile.Text, "day": meetingfile.Day, "starts": meetingfile.Hour, "venue.lines": meetingfile.Lines,
		"sessions": meetingfile.List, "sessions.seats": meetingfile.Seats, "questions.options": meetingfile.List, "questions.options.label.fr": meetingfile.Text,
		"opens_at": meetingfile.Instant, "hold": meetingfile.Duration, "companions": meetingfile.Number, "published": meetingfile.Bool, "told": "", "broken": "", "title": "",
	} {
		if kinds[key] != want {
			t.Errorf("%s is a %q, want %q", key, kinds[key], want)
		}
	}
	for _, path := range []string{"sessions[0].title.fr", "sessions[a-b].title.fr", "questions[meal].options[fish].label.en", "venue.room"} {
		if _, ok := meetingfile.FieldOf(path); !ok {
			t.Errorf("%s is no field", path)
		}
	}
	if f, ok := meetingfile.FieldOf("sessions[0].colour"); ok {
		t.Errorf("sessions[0].colour is %v", f)
	}
}

// TestFormRoundTrip: any valid meeting is the same after its form was sent
// unchanged, but for spaces around texts.
func TestFormRoundTrip(t *testing.T) {
	t.Parallel()
	trimmed := cmp.Comparer(func(a, b string) bool {
		clean := func(s string) string { return strings.TrimSpace(norm.NFC.String(s)) }
		return clean(a) == clean(b)
	})
	for _, m := range []registration.Meeting{registration.Shipped(), registration.ShippedExample()} {
		got, _, err := meetingfile.ReadForm(registration.Meeting{Slug: m.Slug}, everything(), meetingfile.Form(m))
		if diff := cmp.Diff(m, got, same); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		m := meeting(t)
		if m.Check() != nil {
			return
		}
		accepted++
		got, values, err := meetingfile.ReadForm(registration.Meeting{}, everything(), meetingfile.Form(m))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got, same, trimmed); diff != "" {
			t.Fatalf("round trip (-want +got):\n%s", diff)
		}
		again, _, err := meetingfile.ReadForm(got, everything(), values)
		if diff := cmp.Diff(got, again, same); err != nil || diff != "" {
			t.Fatalf("second time: %v (-want +got):\n%s", err, diff)
		}
	})
	if accepted < 10 {
		t.Errorf("only %d meetings were right: nothing is shown", accepted)
	}
}

// sessions reads a form about sessions, and returns their ids and titles.
func sessions(t *testing.T, values meetingfile.Values) string {
	t.Helper()
	m, shown, err := meetingfile.ReadForm(registration.ShippedExample(), []string{"sessions"}, values)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i, s := range m.Sessions {
		list = append(list, string(s.ID)+"="+s.Title.FR)
		if got := shown[fmt.Sprintf("sessions[%d].title.fr", i)]; len(got) != 1 || got[0] != s.Title.FR {
			t.Errorf("row %d is shown again as %q, want %q", i, got, s.Title.FR)
		}
	}
	return strings.Join(list, " ")
}

func TestRows(t *testing.T) {
	t.Parallel()
	three := func(more ...string) meetingfile.Values {
		values := meetingfile.Values{}
		for i, id := range []string{"a", "b", "c"} {
			at := fmt.Sprintf("sessions[%d].", i)
			values[at+"id"], values[at+"title.fr"], values[at+"seats"] = []string{id}, []string{strings.ToUpper(id)}, []string{"5"}
			values[at+"order"] = []string{fmt.Sprint(i + 1)}
		}
		for i := 0; i < len(more); i += 2 {
			values[more[i]] = []string{more[i+1]}
		}
		return values
	}
	for name, tt := range map[string]struct {
		values meetingfile.Values
		want   string
	}{
		"as they are":      {three(), "a=A b=B c=C"},
		"marked":           {three("sessions[1].remove", "yes"), "a=A c=C"},
		"emptied":          {three("sessions[1].title.fr", " ", "sessions[1].seats", ""), "a=A c=C"},
		"moved up":         {three("sessions[2].order", "1"), "c=C a=A b=B"},
		"moved down":       {three("sessions[0].order", "2"), "b=B a=A c=C"},
		"moved to the end": {three("sessions[0].order", "9"), "b=B c=C a=A"},
		"no place":         {three("sessions[0].order", "x"), "a=A b=B c=C"},
		"an empty new one": {three("sessions[3].title.fr", "", "sessions[3].order", "4"), "a=A b=B c=C"},
		"a new one":        {three("sessions[3].title.fr", "Œuvrer à l’écoute !", "sessions[3].seats", "3"), "a=A b=B c=C oeuvrer-a-l-ecoute=Œuvrer à l’écoute !"},
		"a long title": {three("sessions[3].title.fr", "Attirer les talents et les compétences dans l’industrie", "sessions[3].seats", "3"),
			"a=A b=B c=C attirer-les-talents-et-les-competences=Attirer les talents et les compétences dans l’industrie"},
		"the same title":  {three("sessions[3].title.fr", "A", "sessions[3].seats", "3"), "a=A b=B c=C a-2=A"},
		"a reserved word": {three("sessions[3].title.fr", "Meeting", "sessions[3].seats", "3"), "a=A b=B c=C meeting-2=Meeting"},
		"far indices":     {three("sessions[99].title.fr", "Z", "sessions[99].seats", "3", "sessions[x].title.fr", "Y", "sessions[77777].title.fr", "Y"), "a=A b=B c=C z=Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sessions(t, tt.values); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestManyRows: the time that a form takes does not grow out of bounds with its rows,
// even if all ask for the same id. One with a few hundred took half a minute.
func TestManyRows(t *testing.T) {
	t.Parallel()
	values := meetingfile.Values{"seats": {"5"}}
	for i := range 9999 {
		at := fmt.Sprintf("sessions[%d].", i)
		values[at+"title.fr"], values[at+"seats"] = []string{"A"}, []string{"5"}
	}
	read := make(chan registration.Meeting, 1)
	go func() {
		m, _, err := meetingfile.ReadForm(registration.ShippedExample(), []string{"sessions"}, values)
		if err != nil {
			t.Error(err)
		}
		read <- m
	}()
	select {
	case m := <-read:
		if n := len(m.Sessions); n != meetingfile.MaxRows || m.Sessions[0].ID != "a" || m.Sessions[n-1].ID != registration.SessionID(fmt.Sprintf("a-%d", n)) {
			t.Errorf("%d sessions, the last of them %q; want %d with ids of their own", n, m.Sessions[n-1].ID, meetingfile.MaxRows)
		}
		bad, _ := errors.AsType[*validation.Error](m.Check())
		if bad == nil || !slices.Contains(bad.Fields, validation.FieldError{Path: "sessions", Rule: "max", Param: "200", Kind: "slice"}) {
			t.Error("nobody says that there are too many")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the form is still being read")
	}
}

// TestReservedQuestionIDs: an organiser types titles, not ids, so none of them may give
// one that is refused. A row with nothing but ticks and choices is none.
func TestReservedQuestionIDs(t *testing.T) {
	t.Parallel()
	kind := []string{string(registration.TextQuestion)}
	values := meetingfile.Values{
		"questions[0].label.fr": {"Organisation"}, "questions[0].kind": kind, "questions[1].kind": kind, "questions[1].required": {"true"},
	}
	m, _, err := meetingfile.ReadForm(registration.ShippedExample(), []string{"questions"}, values)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Questions) != 1 || m.Questions[0].ID != "organisation_2" {
		t.Errorf("questions %+v, want the id organisation_2", m.Questions)
	}
}

func TestFormValues(t *testing.T) {
	t.Parallel()
	for key, tests := range map[string]map[string]string{ // what is typed, and what is shown then or the rule that is broken
		"hold":       {"48h": "48h", "48 h": "48h", "90 min": "1h30m", "1h30": "1h30m", "2 H": "2h", "": "", "0h": "!period", "demain": "!period", "-3h": "!period"},
		"opens_at":   {"2019-05-16T09:00": "2019-05-16T09:00", "2019-05-16 09:00": "2019-05-16T09:00", "2019-05-16T09:00:30": "2019-05-16T09:00:30", "2019-10-27T02:30": "!doubled", "2019-03-31T02:30": "!skipped", "2019-10-27T02:30+01:00": "2019-10-27T02:30:00+01:00", "12/06/2019 à 9 h 30": "2019-06-12T09:30", "12/06/2019 09:30": "2019-06-12T09:30", "demain": "!instant", "à midi": "!instant"},
		"day":        {"2019-06-12": "2019-06-12", "12/06/2019": "2019-06-12", "1/6/2019": "2019-06-01", "31/02/2019": "!date", "2019-02-30": "!date", "demain": "!date"},
		"starts":     {"09:30": "09:30", "": "", "9h30": "09:30", "9\u00a0h\u00a030": "09:30", "14h": "14:00", "25:00": "!hour", "25h": "!hour", "tôt": "!hour"},
		"seats":      {"300": "300", "1 000": "1000", "-1": "", "−1": "", "0": "0", "": "", " ": "", "beaucoup": "!number", "1e3": "!number"},
		"companions": {"3": "3", "": "", "0": "", "x": "!number"},
		"queue":      {"true": "true", "yes": "true", "": "false", "perhaps": "!bool"},
		"title.fr":   {"  Rencontre ": "Rencontre", "e\u0301té": "été"},
		"summary.fr": {"a\r\n\r\nb ": "a\n\nb"},
		"organisers": {"A\r\n\r\n B \r\n": "A\nB"},
	} {
		for typed, want := range tests {
			m, _, err := meetingfile.ReadForm(registration.ShippedExample(), []string{key}, meetingfile.Values{key: {typed}})
			got := meetingfile.Form(m)[key][0]
			if bad, ok := errors.AsType[*validation.Error](err); ok {
				got = "!" + bad.Fields[0].Rule
				if bad.Fields[0].Path != key || !strings.HasSuffix(bad.Fields[0].Message("fr"), ".") || bad.Fields[0].Message("fr") == bad.Fields[0].Message("en") {
					t.Errorf("%s: %v says %q", key, bad.Fields[0], bad.Fields[0].Message("fr"))
				}
			}
			if got != want {
				t.Errorf("%s: %q is read as %q, want %q", key, typed, got, want)
			}
		}
	}
	m, _, err := meetingfile.ReadForm(registration.ShippedExample(), []string{"seats"}, meetingfile.Values{"seats": {""}})
	if err != nil || m.Seats != registration.Unlimited {
		t.Errorf("an empty number of seats is read as %d, %v", m.Seats, err)
	}
	_, _, err = meetingfile.ReadForm(registration.ShippedExample(), []string{"seats"}, nil)
	if bad, ok := errors.AsType[*validation.Error](err); !ok || bad.Fields[0].Rule != "required" {
		t.Errorf("a form without a number of seats: %v", err)
	}
	m, _, _ = meetingfile.ReadForm(registration.ShippedExample(), []string{"queue"}, nil)
	if m.Queue {
		t.Error("a box that is not ticked is taken for one that is")
	}
}

// TestMerge: when two organisers change a meeting at once, the changes of
// both are kept.
func TestMerge(t *testing.T) {
	t.Parallel()
	base := registration.ShippedExample()
	mine, theirs := base, base
	mine.Venue.Room, mine.Title.FR, mine.Seats, mine.Starts = "B", "Moi", 10, "10:00"
	theirs.Venue.Room, theirs.OpensAt, theirs.Seats, theirs.Ends = "C", base.OpensAt.Add(time.Hour), 10, "17:00"
	merged, both := meetingfile.Merge([]string{"venue", "title", "starts", "seats"}, base, mine, theirs)
	want := theirs
	want.Venue.Room, want.Title.FR, want.Starts = "B", "Moi", "10:00"
	if diff := cmp.Diff(want, merged, same); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"venue.room"}, both); diff != "" {
		t.Errorf("changed by both (-want +got):\n%s", diff)
	}
	if got := meetingfile.Present(meetingfile.Values{"seats": {"4"}, "sessions[0].seats": {"4"}, "sessions[1].id": {"x"}, "go": {""}}); !slices.Equal(got, []string{"sessions", "seats"}) {
		t.Errorf("of a form with these fields are present %v", got)
	}
}
