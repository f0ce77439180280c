// Package programme has the dated facts of « Territoires d'industrie »: counts of
// territories, figures that were reported, signatures, conventions of operators,
// meetings of the national committee, publications, and the national meeting of
// 12 June 2019.
//
// Every fact has its date and its sources. Where sources conflict, both are kept
// ([Counts], [Signing.Claims]). Where no source was found, the answer is
// [AnswerUnknown], which is not [AnswerNo]. A date is a [territoires.Span], as
// precise as its source.
//
// What people of the programme write (sheets, protocols, contracts) is in
// package agreement.
//
// Every function may be called from several goroutines at once; what it returns is
// the caller's own.
package programme
