// Package territoires models the French programme « Territoires d'industrie »:
// which territories there are, of what they are made, what is known of them
// and since when.
//
// Most programs want one of these:
//
//	t, ok := territoires.Lookup(territoires.PhaseI, "ti-2701")    // by identifier
//	t, ok := territoires.OfCommune(territoires.PhaseI, "21425")   // by a commune
//	found := territoires.Search(territoires.PhaseI, "auxoi", 5)   // by a name half remembered
//	err := territoires.Validate(form)                             // struct tags, errors in French and English
//
// # Phases
//
// The programme has had two lists of territories, and both number them alike:
// ti-0101 is one place in [PhaseI] and another in [PhaseII]. So a territory is
// named by phase and identifier together.
//
// # What is known
//
// The package states what a source states, with its date. Where sources
// conflict it keeps both, dated ([Counts]); where none was found it says
// [Unknown], which is not [No]. What it computes itself (points, régions of a
// territory, [Territory.Overlaps]) is documented as computed.
//
// # Editions
//
// [Edition] names the state of the embedded tables; data/SOURCES.md tells where
// each comes from. A release that changes any table changes Edition, and the
// changelog says what changed. Within an edition every function returns the
// same for ever. Across editions an identifier, once published, is never given
// to another territory of its phase; names, members and perimeters may change
// as their producers change them. Vintages of package cog are closed: a new
// one is added beside them.
//
// # Glossary
//
// Identifiers are in English. Words of the programme whose translation would
// be a guess stay French.
//
//	agglomération, communauté d'    CA, a kind of EPCI (package cog)
//	axe                             axis: a direction in which a phase acts
//	arrondissement municipal        kept: part of Paris, Lyon or Marseille, not a commune
//	chef de projet                  project manager of a territory
//	commune                         kept
//	comité de pilotage              steering committee
//	contrat                         contract, which a protocol comes before
//	département                     kept
//	EPCI                            kept: grouping of communes with taxes of its own
//	EPT                             kept: établissement public territorial, in the Grand Paris
//	fiche-action                    action sheet: one project of a contract
//	intercommunalité                an EPCI or EPT
//	millésime                       vintage of the Code officiel géographique
//	NAF                             kept: nomenclature of activities (package sirene)
//	phase                           phase
//	protocole d'accord              protocol, an intermediate step before the contract
//	région                          kept
//	rencontre nationale             national meeting
//	SIREN, SIRET                    kept: numbers of an enterprise, of an establishment
//	table ronde                     round table
//	territoire                      territory
//	territoire pilote               pilot
//	VTE                             kept: volontariat territorial en entreprise
//
// # Concurrency and cost
//
// Tables are part of the program, read on first use and never changed; every
// function may be called from several goroutines at once. Lookups by code
// allocate nothing. The package needs no network and no file.
package territoires

//go:generate go run ./internal/gen overlaps data/overlaps.csv
//go:generate go run ./internal/gen sums data/SOURCES.md

// Edition names the state of the embedded tables: the year of the latest Code
// officiel géographique in them, and a number within that year.
const Edition = "2026.1"
