// Package territoires models the French programme « Territoires d'industrie »:
// which territories there are, of what they are made, where they are and how
// to find them.
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
// One rule holds in all packages. What is one thing or nothing is returned as
// (T, bool); what is many as an [iter.Seq], in the order of its table or document,
// or from cog.Search with the best first until the caller has enough; what is
// cut to a number, ranked by share, a small part of one value, or the list of a
// type's words, as a fresh slice. Facts with a date are asked for by a day, and
// the zero [Date] asks for all of them.
//
// Types that are stored have Valid, a text that JSON uses, and the methods of
// database/sql; their zero value is an empty text and NULL, and what is not
// valid is an error on its way out as well as on its way in. String is that
// text; Label is what people read, in French or in English. An error that says
// why a text could not be read has the methods Malformed and Unknown, whichever
// package it is from, a Cause in a word, and Message, a sentence that says what
// to do in French or in English. What people do not see or do not mean in a code
// (spaces and line ends of all kinds, invisible characters, full-width digits,
// capitals) is passed over. A type without a Parse function is read by its
// UnmarshalText. Codes and kinds of package cog are plain texts: whether a code is
// right is asked of a vintage.
//
// # Editions
//
// [Edition] names the state of the embedded tables; internal/data/SOURCES.md
// tells where each comes from. A release that changes any table changes Edition, and the
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
//go:generate go run ./internal/gen overlaps internal/data/overlaps.csv
//go:generate go run ./internal/gen sums internal/data/SOURCES.md

// Edition names the state of the embedded tables: the year of the latest Code
// officiel géographique in them, and a number within that year.
const Edition = "2026.1"
