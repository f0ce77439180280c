package agreement_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/agreement"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/programme"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func fresh() *agreement.Dossier {
	return &agreement.Dossier{Phase: territoires.PhaseI, Territory: "ti-7505", Stage: agreement.StageIdentified, AsOf: sample.Day("2018-11-22")}
}

func missing(t *testing.T, err error) []string {
	t.Helper()
	bad, ok := errors.AsType[*agreement.StageError](err)
	if !ok {
		t.Fatalf("error %T %v; want a *StageError", err, err)
	}
	out := []string{}
	for _, f := range bad.Missing {
		sample.CheckSentences(t, f)
		out = append(out, f.Error())
	}
	return out
}

// TestAdvance walks the whole way, and at each step tries what must fail.
func TestAdvance(t *testing.T) {
	t.Parallel()
	d, whole := fresh(), sample.Dossier()
	refuse := func(to agreement.Stage, on string, want ...string) {
		t.Helper()
		before := *d
		got := missing(t, d.Advance(to, sample.Day(on)))
		if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
			t.Errorf("to %v on %s (-want +got):\n%s", to, on, diff)
		}
		if d.Stage != before.Stage || d.AsOf != before.AsOf {
			t.Errorf("a refused step changed the dossier")
		}
	}
	pass := func(to agreement.Stage, on string) {
		t.Helper()
		if err := d.Advance(to, sample.Day(on)); err != nil || d.Stage != to || d.AsOf != sample.Day(on) {
			t.Fatalf("to %v on %s: %v", to, on, err)
		}
	}
	refuse(agreement.StageContract, "2019-03-01")
	refuse(agreement.StageProject, "2018-11-21", "dossier.committee.elected: binome", "dossier.committee.industrials: binome", "dossier.as_of: after=identified")
	d.Committee = whole.Committee
	refuse(agreement.StageProject, "2019-02-27", "dossier.committee.installed: by=2019-02-27")
	pass(agreement.StageProject, "2019-02-28")
	refuse(agreement.StageProtocol, "2019-03-18", "dossier.protocol: required")
	d.Protocol = whole.Protocol
	d.Protocol.Signatories[2].Signed = territoires.Span{}
	d.Protocol.Signatories[3].Deliberation = nil
	refuse(agreement.StageProtocol, "2019-05-16",
		"dossier.protocol.signatories[2].signed: signature",
		"dossier.protocol.signatories[3].deliberation: deliberation")
	d.Protocol = sample.Protocol()
	pass(agreement.StageProtocol, "2019-05-16")
	signedSame := sample.Contract()
	for i := range signedSame.Signatories {
		signedSame.Signatories[i].Signed, signedSame.Signatories[i].Deliberation = sample.On("2019-05-16"), sample.Voted("2019-05-16")
	}
	sameDay := *d
	sameDay.Contract = signedSame
	if err := sameDay.Advance(agreement.StageContract, sample.Day("2019-05-16")); err != nil {
		t.Errorf("two stages on one day: %v", err)
	}
	refuse(agreement.StageContract, "2019-07-15", "dossier.contract: required")
	d.Contract = whole.Contract
	refuse(agreement.StageContract, "2019-05-17", contractUnsigned()...)
	pass(agreement.StageContract, "2019-07-15")
	refuse(agreement.StageProject, "2019-08-01")
	refuse(agreement.StageAmended, "2020-02-02", "dossier.contract.amendments: amendment")
	pass(agreement.StageAmended, "2020-02-03")
	refuse(agreement.StageAmended, "2020-06-01", "dossier.contract.amendments: amendment")
	d.Contract.Amendments = append(d.Contract.Amendments, agreement.Amendment{Subject: "Perimètre", Signed: sample.On("2020-06-01")})
	pass(agreement.StageAmended, "2020-06-01")
	if got := sample.Rules(t, d); got != nil {
		t.Errorf("the dossier at the end is invalid: %q", got)
	}
}

// contractUnsigned is what a contract signed on 15 July 2019 lacks before.
func contractUnsigned() []string {
	var out []string
	for i, s := range sample.Parties() {
		if s.Kind.College() != agreement.CollegeOther {
			out = append(out, "dossier.contract.signatories["+string(rune('0'+i))+"].signed: signature")
		}
	}
	return out
}

// TestAdvanceOnNoDay keeps a dossier where it is on a day that there is not.
func TestAdvanceOnNoDay(t *testing.T) {
	t.Parallel()
	d := fresh()
	one := []programme.Person{{Name: "A"}}
	d.Committee = agreement.Committee{Elected: one, Industrials: one}
	for _, on := range []territoires.Date{never, {}} {
		got := missing(t, d.Advance(agreement.StageProject, on))
		if diff := cmp.Diff([]string{"dossier.as_of: date"}, got); diff != "" || d.Stage != agreement.StageIdentified {
			t.Errorf("on %v: at stage %v (-want +got):\n%s", on, d.Stage, diff)
		}
	}
}

// TestAdvanceWithoutDates takes a signature, a vote and an installation whose date is
// none for missing: they prove nothing.
func TestAdvanceWithoutDates(t *testing.T) {
	t.Parallel()
	since := territoires.Span{From: sample.Day("2019-01-01")}
	d := sample.Dossier()
	d.Stage, d.AsOf = agreement.StageIdentified, sample.Day("2018-11-22")
	d.Committee.Installed = since
	got := missing(t, d.Advance(agreement.StageProject, sample.Day("2020-03-01")))
	if diff := cmp.Diff([]string{"dossier.committee.installed: by=2020-03-01"}, got); diff != "" {
		t.Errorf("committee (-want +got):\n%s", diff)
	}
	c := sample.Contract()
	c.Signatories[0].Deliberation.On, c.Signatories[4].Signed = since, since
	var rules []string
	for _, f := range c.Missing(sample.Day("2020-03-01")) {
		rules = append(rules, f.Error())
	}
	if diff := cmp.Diff([]string{"contract.signatories[0].deliberation: deliberation", "contract.signatories[4].signed: signature"}, rules); diff != "" {
		t.Errorf("contract (-want +got):\n%s", diff)
	}
}

func TestStageError(t *testing.T) {
	t.Parallel()
	err := fresh().Advance(agreement.StageContract, sample.Day("2019-03-01"))
	if got, want := err.Error(), "territoires: stage contract does not follow identified"; got != want {
		t.Errorf("Error = %q; want %q", got, want)
	}
	err = fresh().Advance(agreement.StageProject, sample.Day("2019-03-01"))
	if got, want := new(agreement.Dossier).Advance(agreement.StageProtocol, sample.Day("2019-05-02")).Error(), "territoires: stage protocol does not follow unknown"; got != want {
		t.Errorf("Error = %q; want %q", got, want)
	}
	want := "territoires: stage project lacks dossier.committee.elected: binome; dossier.committee.industrials: binome"
	if err.Error() != want {
		t.Errorf("Error = %q; want %q", err, want)
	}
	if f, ok := errors.AsType[validation.FieldError](err); !ok || f.Rule != "binome" {
		t.Errorf("the first wrapped error is %v, %v", f, ok)
	}
}

func TestWrongDossiers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*agreement.Dossier)
		want   []string
	}{
		{"a stage that is not earned", func(d *agreement.Dossier) { d.Contract = nil }, []string{
			"dossier.contract: required"}},
		{"a stage for which signatures lack", func(d *agreement.Dossier) {
			d.Contract.Signatories[0].Signed, d.Contract.Signatories[1].Deliberation = territoires.Span{}, nil
		}, []string{"dossier.contract.signatories[0].signed: no_signature", "dossier.contract.signatories[1].deliberation: required"}},
		{"a stage for which a deliberation comes too late", func(d *agreement.Dossier) {
			d.AsOf = sample.Day("2019-07-20")
			d.Stage = agreement.StageContract
			d.Contract.Signatories[1].Deliberation = sample.Voted("../2019-07-21")
		}, []string{"dossier.contract.signatories[1].deliberation: no_deliberation"}},
		{"the protocol of another territory", func(d *agreement.Dossier) {
			d.Protocol.Territory, d.Protocol.TerritoryName, d.Protocol.Sheets = "ti-7504", "", nil
		}, []string{"dossier.protocol.territory: same=territory", "dossier.protocol.regions[1]: territory_region=75",
			"dossier.protocol.signatories[3].region: territory_region=75"}},
		{"the contract of another territory", func(d *agreement.Dossier) {
			d.Contract.Territory, d.Contract.TerritoryName, d.Contract.Sheets = "ti-7504", "", nil
		}, []string{"dossier.contract.territory: same=territory", "dossier.contract.regions[1]: territory_region=75",
			"dossier.contract.signatories[3].region: territory_region=75"}},
		{"a contract signed before the protocol", func(d *agreement.Dossier) {
			for i := range d.Protocol.Signatories {
				d.Protocol.Signatories[i].Signed = sample.On("2019-07-16")
			}
		}, []string{"dossier.contract.signatories: after=protocol"}},
		{"no day for the stage", func(d *agreement.Dossier) { d.AsOf = territoires.Date{} }, []string{"dossier.as_of: required"}},
		{"a day for the stage that the calendar does not have", func(d *agreement.Dossier) {
			*d = agreement.Dossier{Phase: territoires.PhaseI, Territory: "ti-2701", Stage: agreement.StageAmended, AsOf: never}
		}, []string{"dossier.as_of: date"}},
		{"a committee, a vote and signatures on such days", func(d *agreement.Dossier) {
			d.Committee.Installed = territoires.OnDay(never)
			d.Contract.Signatories[0].Deliberation.On = territoires.Span{From: never, To: sample.Day("2019-03-31")}
			d.Contract.Signatories[2].Signed = territoires.OnDay(never)
			d.Contract.Amendments = append(d.Contract.Amendments, agreement.Amendment{Subject: "Avenant", Signed: territoires.OnDay(territoires.Date{Year: 2021, Month: 2, Day: 29})})
		}, []string{"dossier.committee.installed: span", "dossier.contract.signatories[0].deliberation.on: span",
			"dossier.contract.signatories[2].signed: span", "dossier.contract.amendments[1].signed: span"}},
		{"no stage", func(d *agreement.Dossier) { d.Stage = 0 }, []string{"dossier.stage: required"}},
		{"a stage that is none", func(d *agreement.Dossier) { d.Stage = 9 }, []string{"dossier.stage: stage"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sample.Dossier()
			tt.change(d)
			if diff := cmp.Diff(tt.want, sample.Rules(t, d)); diff != "" {
				t.Errorf("rules mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestStageProperties drives a dossier at random. Whatever happens: a step is
// taken exactly when nothing is missing, stage and day never run backwards,
// and no stage is jumped.
func TestStageProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := fresh()
		clock := 0
		at := func() territoires.Date { return plusDays(sample.Day("2019-01-01"), clock) }
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) { clock += rapid.IntRange(1, 60).Draw(t, "days") },
			"install": func(t *rapid.T) {
				c := sample.Dossier().Committee
				c.Installed = territoires.OnDay(at())
				d.Committee = c
			},
			"write protocol": func(t *rapid.T) { d.Protocol = unsigned(sample.Protocol()) },
			"write contract": func(t *rapid.T) {
				if d.Contract == nil || d.Stage < agreement.StageContract {
					c := sample.Contract()
					c.Amendments = nil
					c.Signatories = unsign(c.Signatories)
					d.Contract = c
				}
			},
			"sign protocol": func(t *rapid.T) {
				if d.Protocol != nil {
					signOne(t, d.Protocol.Signatories, at())
				}
			},
			"sign contract": func(t *rapid.T) {
				if d.Contract != nil {
					signOne(t, d.Contract.Signatories, at())
				}
			},
			"amend": func(t *rapid.T) {
				if d.Contract != nil {
					d.Contract.Amendments = append(d.Contract.Amendments, agreement.Amendment{Subject: "x", Signed: territoires.OnDay(at())})
				}
			},
			"advance": func(t *rapid.T) {
				before := *d
				to := rapid.SampledFrom(agreement.Stages()).Draw(t, "to")
				checkStep(t, before, d, to, d.Advance(to, at()))
			},
		})
	})
}

// checkStep compares one attempt with a model of the table.
func checkStep(t *rapid.T, before agreement.Dossier, after *agreement.Dossier, to agreement.Stage, err error) {
	next := to == before.Stage+1 || to == before.Stage && to == agreement.StageAmended
	bad, refused := errors.AsType[*agreement.StageError](err)
	switch {
	case err == nil && !next:
		t.Fatalf("%v to %v was let through", before.Stage, to)
	case err == nil && (after.Stage != to || after.AsOf.Compare(before.AsOf) < 0):
		t.Fatalf("after a step: %v on %v", after.Stage, after.AsOf)
	case err == nil && to == agreement.StageContract && !slices.ContainsFunc(after.Contract.Signatories, hasSigned):
		t.Fatalf("a contract that nobody signed")
	case err != nil && (!refused || next != (len(bad.Missing) > 0)):
		t.Fatalf("%v to %v: %v", before.Stage, to, err)
	case err != nil && (after.Stage != before.Stage || after.AsOf != before.AsOf):
		t.Fatalf("a refused step changed the dossier")
	}
}

func plusDays(d territoires.Date, n int) territoires.Date {
	t := d.In(time.UTC).AddDate(0, 0, n)
	return territoires.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

func hasSigned(s agreement.Signatory) bool { return !s.Signed.IsZero() }

func signOne(t *rapid.T, all []agreement.Signatory, on territoires.Date) {
	// Most draws sign everybody: single signatures alone would rarely finish.
	if rapid.IntRange(0, 3).Draw(t, "who") > 0 {
		for i := range all {
			all[i].Signed = territoires.OnDay(on)
		}
		return
	}
	all[rapid.IntRange(0, len(all)-1).Draw(t, "party")].Signed = territoires.OnDay(on)
}

func unsigned(p *agreement.Protocol) *agreement.Protocol {
	p.Signatories = unsign(p.Signatories)
	return p
}

func unsign(all []agreement.Signatory) []agreement.Signatory {
	for i := range all {
		all[i].Signed = territoires.Span{}
		if all[i].Deliberation != nil {
			all[i].Deliberation = sample.Voted("2018-12-20")
		}
	}
	return all
}

func TestStageText(t *testing.T) {
	t.Parallel()
	sample.CheckStored(t, agreement.Stages(), []agreement.Stage{6, -1})
	sample.CheckLabels(t, append(agreement.Stages(), 0), 6)
	for s, want := range map[agreement.Stage]string{
		0: "", agreement.StageIdentified: "", agreement.StageProject: "comité de projet", agreement.StageProtocol: "comité de projet",
		agreement.StageContract: "comité de suivi", agreement.StageAmended: "comité de suivi", 9: "",
	} {
		if got := s.CommitteeName(); got != want {
			t.Errorf("CommitteeName at %d = %q; want %q", s, got, want)
		}
	}
}
