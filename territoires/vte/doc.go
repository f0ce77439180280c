// Package vte has the volontariat territorial en entreprise: the request of a
// company, a candidate and a placement ([VTE]), its outcome by the rules of a day
// ([VTE.Eligibility]), and the aids ([Aids]).
//
// A rule applies only if a source states it, from the day on which the source can
// be cited. Every answer is for one day: the day decides which rules, aids and
// list of territories are in force, and time limits are counted to it. A rule on
// which sources disagree is [VerdictDisputed]; one for which the request says too
// little is [VerdictUndecided]. The layout of a request is our model: no official
// form could be read.
//
// Every function may be called from several goroutines at once. The methods of a
// request do not change it.
package vte
