// Package team has the rules about those who run a meeting: who may do what,
// how they sign in, which of their sessions are open, and the audit log of
// what they do. The rules about those who attend are in package
// registration, which knows organisers by their ids only.
//
// A [Team] works on a [Store]; package sqldb has one.
package team
