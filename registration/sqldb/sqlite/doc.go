// Package sqlite opens the embedded engine of a [sqldb.Store]: one file, one
// process that serves, no server beside it.
//
// One connection writes. Changes that wait at the same moment share one
// durable commit, each in a savepoint of its own, so that all of them wait
// for the disk only once. A change that comes alone is committed alone, at
// once. Readers have connections of their own and never wait.
//
// The commands of an organiser may open the same file beside the process that
// serves: they take their turns on SQLite's own lock.
package sqlite
