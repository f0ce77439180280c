// Package sqldb keeps sign-ups in a database/sql database. One [Store] and one
// set of statements serve SQLite and PostgreSQL; an [Engine] holds what sets
// the two apart, and is made by package sqlite or postgres, so that a program
// links only the one it uses:
//
//	store, err := sqlite.Open(ctx, "rencontre.db", sqlite.Options{})
//
// # Seats
//
// A row of table session holds a capacity, the seats taken, and a ceiling. The
// rules look at the capacity, under a lock. The ceiling is the schema's own
// barrier, CHECK (taken <= ceiling): it is the capacity, or what was taken when
// an organiser lowered the capacity below that, and comes down with each seat
// given back. So a seat too many is refused even by a program without rules.
//
// # Statements
//
// Every value travels as a parameter, every instant as whole microseconds
// since 1970 UTC, every id as text. Errors of a driver are told apart by their
// codes, never by their words.
package sqldb
