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
// # Documents
//
// [ActionSheet], [Protocol], [Contract], [Dossier] and [VTE] are what people of
// the programme write. [ReadDocument] reads them from JSON and lists all that
// is wrong at once; [Validate] does the same for values; [Dossier.Advance]
// says what a territory still lacks for its next stage. What is known of
// documents whose text is not at hand is in [Signings], and [ProgressAt] counts
// both as of a day.
//
// A type or field whose comment says "our model" is the package's own layout:
// no official form for it could be read. Everything else comes from a source,
// named in the comment or in the data.
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
//	alternance                      kept: work and training in turn, under two kinds of contract
//	arrondissement municipal        kept: part of Paris, Lyon or Marseille, not a commune
//	avenant                         amendment of a contract
//	axe                             axis: a direction in which a phase acts
//	binôme                          kept: an elected member and an industriel who chair together
//	CDD, CDI                        kept: fixed-term and permanent contract of employment
//	chef de projet                  project manager of a territory
//	commune                         kept
//	comité de pilotage              steering committee
//	comité de projet, de suivi      committee: of a territory, before and after its contract
//	contrat                         contract, which a protocol comes before
//	convention de mobilisation      convention: by which an operator commits itself
//	délibération                    deliberation: the vote that authorises a signature
//	département                     kept
//	EPCI                            kept: grouping of communes with taxes of its own
//	EPT                             kept: établissement public territorial, in the Grand Paris
//	fiche-action                    action sheet: one project of a contract
//	intercommunalité                an EPCI or EPT
//	maître d'ouvrage                owner of a project
//	millésime                       vintage of the Code officiel géographique
//	NAF                             kept: nomenclature of activities (package sirene)
//	opérateur                       operator of the State: one of four
//	PETR, pôle métropolitain        kept: groupings that may sign for their members
//	phase                           phase
//	PME, ETI, GE                    kept: categories of size by decree 2008-1354
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

//go:generate go run ./internal/gen cog cog/data
//go:generate go run ./internal/gen names cog/data/names.idx
//go:generate go run ./internal/gen outline internal/data/outline.csv
//go:generate go run ./internal/gen overlaps data/overlaps.csv
//go:generate go run ./internal/gen sums data/SOURCES.md

// Edition names the state of the embedded tables: the year of the latest Code
// officiel géographique in them, and a number within that year.
const Edition = "2026.1"
