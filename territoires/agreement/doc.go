// Package agreement has the documents that a territory goes through: action
// sheets ([ActionSheet]), the protocol ([Protocol]), the contract ([Contract])
// and the file that holds them all ([Dossier]), with who signs them
// ([Signatory]).
//
// [Protocol.Missing] and [Contract.Missing] say who has not signed on a day;
// [Dossier.Advance] takes a territory to its next [Stage] or says what lacks;
// [ProgressAt] counts how far phase I had come on a day. The rules that
// documents keep are applied by validation.Validate; package document reads and
// writes them as files.
//
// A type or field whose comment says "our model" is the package's own layout:
// no official form for it could be read. Everything else comes from a source,
// named in the comment.
//
// Every function may be called from several goroutines at once. A document is read by
// methods and changed by [Dossier.Advance] alone: it may be shared as long as nobody
// writes to it.
package agreement
