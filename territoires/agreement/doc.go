// Package agreement has the documents that a territory goes through: action
// sheets ([ActionSheet]), the protocol ([Protocol]), the contract ([Contract])
// and the file that holds them all ([Dossier]), with who signs them
// ([Signatory]).
//
// [Protocol.Missing] and [Contract.Missing] say who has not signed on a day.
// [Dossier.Advance] takes a territory to its next [Stage] or says what is
// missing. [ProgressAt] counts how far phase I had come on a day.
// validation.Validate applies the rules of the documents; package document reads
// and writes them as files.
//
// A type or field whose comment says "our model" is the package's own layout:
// no official form for it could be read. Everything else comes from a source,
// named in the comment.
//
// Every function may be called from several goroutines at once. Of the methods
// only [Dossier.Advance] changes a document, so goroutines may share one that
// nobody writes to.
package agreement
