// Package vte has the volontariat territorial en entreprise: the request of a
// company, a candidate and a placement ([VTE]), what the rules of a day say of
// it ([VTE.Eligibility]), and which aids there are ([Aids]).
//
// A rule is applied only where a source states it, from the day on which the
// source can be cited. One day decides all of an answer: which rules, aids and list
// of territories are in force, and what time limits are counted to. Sources that
// disagree on it make a rule [VerdictDisputed]; what a request leaves out makes it
// [VerdictUndecided]. The layout of a request is our model: no official form could
// be read.
//
// Every function may be called from several goroutines at once. The methods of a request
// only read it.
package vte
