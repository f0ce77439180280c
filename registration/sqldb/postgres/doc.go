// Package postgres opens a [sqldb.Store] on PostgreSQL, for a site that several
// processes serve.
//
// A change is one transaction: it locks the row of its meeting, then those of
// the sessions in the order of their ids, so that changes of one meeting follow
// each other whichever process they come from. A deadlock or a failed
// serialization is tried again; a lost connection is answered with
// [registration.ErrUnavailable] and replaced when the next change comes. If it is
// lost during a commit, the server is asked whether the transaction was committed.
package postgres
