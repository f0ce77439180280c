package vte_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/internal/sample"
	"github.com/territoires-industrie/sdk/territoires/vte"
)

// TestMessages has what people read of rules that are disputed, and of values that
// the table writes for the program.
func TestMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, on, rule  string
		change          func(*vte.VTE)
		french, english string
	}{
		{"ten months", "2022-01-01", "months_alternance", apprentice(10),
			"Les sources ne demandent pas la même chose. " +
				"Le Moci, citant Bpifrance, à partir du 23 mai 2019\u00a0: «\u00a0Un contrat en alternance doit durer au moins 12 mois.\u00a0» (non rempli). " +
				"Cap Métiers Nouvelle-Aquitaine, à partir du 1er décembre 2021\u00a0: «\u00a0Un contrat en alternance doit durer au moins 10 mois.\u00a0» (rempli).",
			"Sources do not ask the same. " +
				"Le Moci, citant Bpifrance, from 23 May 2019: “A contract of alternance must last at least 12 months.” (not met). " +
				"Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: “A contract of alternance must last at least 10 months.” (met)."},
		{"services", "2019-06-12", "sector", func(v *vte.VTE) { v.Company.NAF = "62.01Z" },
			"Les sources ne demandent pas la même chose. " +
				"AREAD, à partir du 2 avril 2019\u00a0: «\u00a0L’entreprise doit être industrielle (sections B à E de la NAF).\u00a0» (non rempli). " +
				"Cap Métiers Nouvelle-Aquitaine, à partir du 1er décembre 2021\u00a0: «\u00a0Tous les secteurs d’activité sont admis.\u00a0» (rempli).",
			"Sources do not ask the same. " +
				"AREAD, from 2 April 2019: “The company must be industrial (sections B to E of the NAF).” (not met). " +
				"Cap Métiers Nouvelle-Aquitaine, from 1 December 2021: “Every sector of activity is admitted.” (met)."},
		{"between the letter and the launch", "2019-05-22", "launch", nil,
			"Les sources ne demandent pas la même chose. CNER\u00a0: «\u00a0Le VTE n’existe pas avant le 16 mai 2019.\u00a0» (rempli). " +
				"Le Moci, citant Bpifrance\u00a0: «\u00a0Le VTE n’existe pas avant le 23 mai 2019.\u00a0» (non rempli).",
			"Sources do not ask the same. CNER: “The VTE does not exist before 16 May 2019.” (met). " +
				"Le Moci, citant Bpifrance: “The VTE does not exist before 23 May 2019.” (not met)."},
		{"sizes", "2022-01-01", "size", nil,
			"L’entreprise doit être de l’une de ces tailles\u00a0: petite ou moyenne entreprise, ou entreprise de taille intermédiaire.",
			"The company must be of one of these sizes: small or medium-sized enterprise, or mid-sized enterprise."},
		{"level between two", "2019-06-12", "level", nil,
			"Le niveau d’études doit aller de bac+2 à bac+5 (années d’études après le baccalauréat).",
			"The level of studies must lie between bac+2 and bac+5 (years of study after the baccalauréat)."},
		{"least level", "2022-01-01", "level", nil,
			"Le niveau d’études doit être au moins bac+2 (années d’études après le baccalauréat).",
			"The level of studies must be at least bac+2 (years of study after the baccalauréat)."},
		{"contracts of students", "2022-01-01", "student_contract", apprentice(12),
			"Pour un étudiant, le contrat doit être\u00a0: contrat d’apprentissage ou contrat de professionnalisation.",
			"For a student the contract must be: apprenticeship or contrat de professionnalisation."},
		{"contracts of graduates", "2022-01-01", "graduate_contract", nil,
			"Pour un jeune diplômé, le contrat doit être\u00a0: CDD ou CDI.",
			"For a graduate the contract must be: fixed-term contract or permanent contract."},
		{"hired", "2023-11-01", "hired", nil,
			"Le label doit être demandé au plus tard 6 mois après l’embauche, c’est-à-dire le début du contrat.",
			"The label must be asked for at most 6 months after the hiring, that is, the beginning of the contract."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sample.VTE()
			if tt.change != nil {
				tt.change(v)
			}
			got := map[string]vte.Reason{}
			for _, r := range v.Eligibility(sample.Day(tt.on)).Reasons {
				got[r.Rule] = r
			}
			r := got[tt.rule]
			if diff := cmp.Diff([]string{tt.french, tt.english}, []string{r.Message("fr"), r.Message("en-GB")}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoTableValues reads every sentence of several days for what only the
// program should see.
func TestNoTableValues(t *testing.T) {
	t.Parallel()
	bare := regexp.MustCompile(`PME|ETI|bac\+\d(\+|–)|\bcd[di]\b|industry|\bany\b|\d-\d|\{\}|: \.`)
	for _, s := range []string{"bac+3+.", "PME ETI", "cdd cdi"} {
		if !bare.MatchString(s) {
			t.Fatalf("%q is not seen to be bare", s)
		}
	}
	read := 0
	for _, on := range []string{"2019-05-16", "2019-06-12", "2022-01-01", "2024-01-01"} {
		for _, change := range []func(*vte.VTE){func(*vte.VTE) {}, apprentice(12)} {
			v := sample.VTE()
			change(v)
			for _, r := range v.Eligibility(sample.Day(on)).Reasons {
				for _, s := range r.Statements {
					for _, lang := range []string{"fr", "en"} {
						read++
						m := s.Message(lang)
						if m == "" || bare.MatchString(m) {
							t.Errorf("%s in %s: %q", s.ID, lang, m)
						}
					}
				}
			}
		}
	}
	if read < 100 {
		t.Errorf("%d sentences read", read)
	}
	if m := (vte.Statement{Rule: "luck"}).Message("fr") + (vte.Reason{}).Message("fr"); m != "" {
		t.Errorf("no rule says %q", m)
	}
}

func TestNotEligibleError(t *testing.T) {
	t.Parallel()
	v := sample.VTE()
	v.Company.Headcount, v.Candidate.Level = new(5000), new(1)
	err := v.Eligibility(v.Requested).Err()
	bad, ok := errors.AsType[*vte.NotEligibleError](err)
	if !ok || bad.On != v.Requested || len(bad.Reasons) != 2 {
		t.Fatalf("error %#v", err)
	}
	if want := "territoires: not eligible on 2019-06-12: vte.company.headcount: size; vte.candidate.level: level"; err.Error() != want {
		t.Errorf("%q; want %q", err, want)
	}
}

// TestZeroDateDecidesNothing judges a request that does not say when it is made.
func TestZeroDateDecidesNothing(t *testing.T) {
	t.Parallel()
	if e := sample.VTE().Eligibility(territoires.Date{}); e.Verdict != vte.VerdictUndecided || e.Err() != nil {
		t.Errorf("%s, %v", e.Verdict, e.Err())
	}
}
