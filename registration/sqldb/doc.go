// Package sqldb keeps sign-ups in a database/sql database. One [Store] and one set
// of statements serve SQLite and PostgreSQL; an [Engine] has the differences. Package
// sqlite or postgres makes the engine, so that a program links only the one it uses:
//
//	store, err := sqlite.Open(ctx, "rencontre.db", sqlite.Options{})
//
// # Seats
//
// A row of table session has a capacity, the number of seats taken, and a ceiling.
// The rules of package registration compare the seats taken with the capacity, under
// a lock. The ceiling is a second barrier, in the schema: CHECK (taken <= ceiling).
// So the database refuses one seat too many even if the rules have a bug.
//
// The ceiling is normally the capacity. If an organiser lowers the capacity below the
// seats taken, or admits somebody beyond it, the ceiling is the number taken, and
// falls with each seat given back. A capacity and ceiling of -1 mean no limit.
//
// # Statements
//
// Every value is a parameter, every instant whole microseconds since 1970 UTC, every
// id text. Errors of a driver are recognised by their codes, never by their words.
package sqldb
