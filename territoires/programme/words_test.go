package programme_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
)

func TestWords(t *testing.T) {
	t.Parallel()
	documents := []programme.DocumentKind{programme.DocumentProtocol, programme.DocumentContract}
	sample.CheckStored(t, documents, []programme.DocumentKind{"letter"})
	sample.CheckLabels(t, documents, "letter")
	organisations := []programme.OrganisationKind{
		programme.OrganisationOperator, programme.OrganisationAssociation, programme.OrganisationAdministration, programme.OrganisationService,
	}
	sample.CheckStored(t, organisations, []programme.OrganisationKind{"company"})
	sample.CheckLabels(t, organisations, "company")
	sessions := []programme.SessionKind{programme.SessionAnalysis, programme.SessionRoundTable, programme.SessionExchange}
	sample.CheckStored(t, sessions, []programme.SessionKind{"lunch"})
	sample.CheckLabels(t, sessions, "lunch")
	sample.CheckStored(t, programme.Questions(), []programme.Question{"list-183"})
	sample.CheckLabels(t, programme.Questions(), "list-183")
}

// TestAnswers covers what sets answers apart: their zero value is one of them,
// and has a text.
func TestAnswers(t *testing.T) {
	t.Parallel()
	answers := []programme.Answer{programme.AnswerUnknown, programme.AnswerNo, programme.AnswerLikely, programme.AnswerYes}
	sample.CheckLabels(t, answers, 4)
	var texts []string
	for _, a := range answers {
		b, err := a.MarshalText()
		column, err2 := a.Value()
		if err != nil || err2 != nil || column != string(b) {
			t.Errorf("%v is written as %q, %v, and stored as %v, %v", a, b, err, column, err2)
		}
		texts = append(texts, string(b))
		back, other := programme.AnswerYes, programme.AnswerYes
		if err := back.UnmarshalText(b); err != nil || back != a {
			t.Errorf("%v comes back as %v, %v", a, back, err)
		}
		if err := other.Scan(column); err != nil || other != a {
			t.Errorf("%v comes back from a column as %v, %v", a, other, err)
		}
	}
	if diff := cmp.Diff([]string{"unknown", "no", "likely", "yes"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	wrong := programme.Answer(4)
	if b, err := wrong.MarshalText(); err == nil || wrong.String() != "Answer(4)" {
		t.Errorf("what is no answer is written as %q and printed as %v", b, wrong)
	}
	if column, err := wrong.Value(); err == nil {
		t.Errorf("what is no answer is stored as %v", column)
	}
	if err := wrong.UnmarshalText([]byte("maybe")); err == nil || wrong != programme.AnswerUnknown {
		t.Errorf("maybe is read as %v, %v", wrong, err)
	}
}

// TestAsOf asks for facts by a day: none before there were any, no more than all,
// and all for the zero Date.
func TestAsOf(t *testing.T) {
	t.Parallel()
	type counts struct{ Counts, Figures, Signings, Publications, Steering, Conventions, Meetings int }
	at := func(d territoires.Date) counts {
		return counts{
			len(slices.Collect(programme.Counts(d))), len(slices.Collect(programme.Figures(d))), len(slices.Collect(programme.Signings(d))),
			len(slices.Collect(programme.Publications(d))), len(slices.Collect(programme.SteeringMeetings(d))),
			len(slices.Collect(programme.Conventions(d))), len(slices.Collect(programme.NationalMeetings(d))),
		}
	}
	if got := at(sample.Day("2018-11-21")); got != (counts{}) {
		t.Errorf("before the programme began: %+v", got)
	}
	eve, day, all := at(sample.Day("2019-05-15")), at(sample.Day("2019-05-16")), at(territoires.Date{})
	if eve.Meetings != 0 || day.Meetings != 1 || eve.Figures >= day.Figures || eve.Signings >= day.Signings || day.Signings < 13 {
		t.Errorf("the announcement of 16 May 2019 changes %+v to %+v", eve, day)
	}
	if all.Counts <= day.Counts || all.Signings <= day.Signings || all.Steering != 3 || all.Conventions != 4 || all.Publications <= day.Publications {
		t.Errorf("on 16 May 2019 %+v, in all %+v", day, all)
	}
	undated := 0
	for p := range programme.Publications(territoires.Date{}) {
		if p.On.IsZero() {
			undated++
		}
	}
	if latest := at(sample.Day("9999-12-31")); latest.Publications+undated != all.Publications {
		t.Errorf("%d publications with a date and %d without; want %d", latest.Publications, undated, all.Publications)
	}
}

func TestNamesOfOrganisations(t *testing.T) {
	t.Parallel()
	of := func(key string) programme.Organisation {
		for o := range programme.Organisations() {
			if o.Key == key {
				return o
			}
		}
		t.Fatalf("no organisation %s", key)
		return programme.Organisation{}
	}
	for _, tt := range []struct{ key, day, want string }{
		{"pole-emploi", "2019-05-16", "Pôle emploi"},
		{"pole-emploi", "2023-12-31", "Pôle emploi"},
		{"pole-emploi", "2024-01-01", "France Travail"},
		{"cget", "2019-12-31", "CGET"},
		{"cget", "2020-01-01", "ANCT"},
		{"adcf", "2021-10-14", "AdCF"}, // it was renamed on this day or on the next
		{"adcf", "2021-10-15", "Intercommunalités de France"},
		{"bpifrance", "2024-01-01", "Bpifrance"},
	} {
		if got := of(tt.key).NameOn(sample.Day(tt.day)); got != tt.want {
			t.Errorf("%s on %s is called %q; want %q", tt.key, tt.day, got, tt.want)
		}
	}
	for _, op := range territoires.Operators() {
		o, ok := programme.OrganisationOf(op)
		if !ok || o.Name != op.Label("fr") || o.String() != o.Name {
			t.Errorf("%v is %v, and labelled %q", op, o, op.Label("fr"))
		}
	}
	if o, ok := programme.OrganisationOf(""); ok {
		t.Errorf("no operator is %v", o)
	}
}

func TestNationalMeetingOn(t *testing.T) {
	t.Parallel()
	if m, ok := programme.NationalMeetingOn(sample.Day("2019-06-12")); !ok || m.Title == "" {
		t.Errorf("12 June 2019: %+v, %v", m, ok)
	}
	if m, ok := programme.NationalMeetingOn(sample.Day("2019-06-13")); ok {
		t.Errorf("13 June 2019: %+v", m)
	}
}

func TestPrinted(t *testing.T) {
	t.Parallel()
	day := sample.Day("2019-03-05")
	source := territoires.Source{Publisher: "CGET", URL: "https://example.org/"}
	for want, v := range map[string]any{
		"pilot: unknown":                      programme.Fact{Question: programme.QuestionPilot},
		"136 territories, ../2019-03-05":      programme.Count{Territories: 136, On: territoires.Span{To: day}},
		"projects 330, 2019-03-05":            programme.Figure{Key: "projects", Value: 330, On: day},
		"protocol of Axe Seine, date unknown": programme.Signing{Document: programme.DocumentProtocol, Name: "Axe Seine"},
		"2019-03-05, « contrat » (CGET)":      programme.Claim{On: territoires.OnDay(day), Word: "contrat", Source: source},
		"2019-03-05 (CGET)":                   programme.Claim{On: territoires.OnDay(day), Source: source},
		"bpifrance, 2019-03-05":               programme.Convention{Operator: territoires.OperatorBpifrance, Signed: day},
		"ANCT, 2019-03-05":                    programme.Renaming{Name: "ANCT", On: territoires.OnDay(day)},
		"Guide V6, 2019-03-05":                programme.Publication{Title: "Guide", Version: "V6", On: territoires.OnDay(day)},
		"Kit, date unknown":                   programme.Publication{Title: "Kit"},
		"meeting 2, 2019-03-05":               programme.SteeringMeeting{Number: 2, On: day},
		"Rencontre, 2019-03-05":               programme.NationalMeeting{Title: "Rencontre", Date: day},
		"Une élue, présidente":                programme.Person{Name: "Une élue", Office: "présidente"},
		"round-table: L’attractivité":         programme.Session{Kind: programme.SessionRoundTable, Theme: "L’attractivité"},
		"Nomme un référent.":                  programme.Service{French: "Nomme un référent.", English: "Names a contact."},
		"Un élu":                              programme.Person{Name: "Un élu"},
	} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%T prints %q; want %q", v, got, want)
		}
	}
}
