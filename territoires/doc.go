// Package territoires has the territories of the French programme « Territoires
// d'industrie »: their names, members and places, and ways to find them.
//
// Most programs want one of these:
//
//	t, ok := territoires.Lookup(territoires.PhaseI, "ti-2701")    // by identifier
//	t, ok := territoires.OfCommune(territoires.PhaseI, "21425")   // by a commune
//	found := territoires.Search(territoires.PhaseI, "auxoi", 5)   // by a name half remembered
//
// [Outside] says that a commune lies in no territory, [FranceOutline] is a map to
// draw territories on.
//
// The packages beside it know the rest, and a program pays only for those that
// it imports:
//
//	sirene      SIREN, SIRET and NAF
//	cog         régions, départements, EPCI and communes, by vintage
//	programme   dated facts: counts, signatures, operators, committees, publications
//	validation  struct tags, sentences in French and English, strict JSON
//	agreement   action sheets, protocols, contracts, dossiers and their stages
//	vte         requests for a VTE, their eligibility and aids
//	document    all kinds of document as JSON files
//
// # Phases
//
// The programme has had two lists of territories, and both number them alike:
// ti-0101 is one place in [PhaseI] and another in [PhaseII]. So a territory is
// named by phase and identifier together.
//
// # What is known
//
// The library states what a source states, with its date. Where sources
// conflict it keeps both. What it computes itself (points, régions of a
// territory, [Territory.Overlaps]) is documented as computed.
//
// # How answers look
//
// One rule holds in all packages. A function that finds one thing or nothing
// returns (T, bool). One that finds many returns an [iter.Seq], in the order of
// the table or document; cog.Search yields the best first. A list that is short
// (a type's words, a part of one value), limited to a number or ranked by share
// is a fresh slice. Functions that return dated facts take a day; the zero [Date]
// asks for all of them.
//
// Types that are stored have Valid, a text that JSON uses, and the methods of
// database/sql. Their zero value is an empty text and NULL. A value that is not
// valid is an error when it is written as well as when it is read. String returns
// the stored text, Label what people read, in French or in English.
//
// Parse functions ignore the spaces, line ends and invisible characters in a
// code, and accept full-width digits and either case. A type without a Parse
// function is read by its UnmarshalText. The error says why a text could not be
// read, by the same methods in every package: Malformed, Unknown, and Message, a
// sentence in French or in English that says what to do. It has a Cause in a
// word. Codes and kinds of package cog are plain texts: ask a vintage whether it
// has a code.
//
// # Editions
//
// [Edition] names the state of the embedded tables; internal/data/SOURCES.md
// gives the origin of each. A release that changes a table changes Edition, and
// the changelog says what changed. Within an edition every function always
// returns the same. From one edition to the next, names, members and perimeters
// may change as their producers change them, but an identifier never passes to
// another territory of its phase. Vintages of package cog do not change: a new
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
//go:generate go run ./internal/gen overlaps internal/data/overlaps.csv
//go:generate go run ./internal/gen sums internal/data/SOURCES.md

// Edition names the state of the embedded tables: the year of the latest Code
// officiel géographique in them, and a number within that year.
const Edition = "2026.1"
