// Package programme has the dated facts of « Territoires d'industrie »: how
// many territories there were said to be, what was reported, who signed what
// and when, which operators committed themselves, when the national committee
// met, what was published, and the national meeting of 12 June 2019.
//
// Every fact has its date and its sources. Where sources conflict both are
// kept ([Counts], [Signing.Claims]); where none was found the answer is
// [AnswerUnknown], which is not [AnswerNo]. A date is a [territoires.Span], as close as its
// source is.
//
// What people of the programme write (sheets, protocols, contracts) is in
// package agreement.
//
// Every function may be called from several goroutines at once; what it returns is
// the caller's own.
package programme
