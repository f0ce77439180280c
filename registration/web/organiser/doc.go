// Package organiser has the pages under /organisation/, for people who are signed
// in: signing in by mail, their own sessions, the team and the audit log, the
// meetings, the list of sign-ups with its files, one sign-up with what an
// organiser may do about it, and the mail of a meeting.
//
// The table of routes says which right each page needs. Check-in on the day is in
// package desk.
package organiser
