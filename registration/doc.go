// Package registration holds the rules of sign-ups for the national meetings
// of the programme « Territoires d'industrie »: who may take a seat, how long
// it is held, what a person is told, and when it goes to somebody else.
//
// A [Desk] decides. It reads and writes through a [Store], which enforces
// capacity and uniqueness inside one transaction; each decision writes the
// mails it causes as rows of the same transaction. A [Courier] takes these rows
// from the [Outbox], has a [Composer] write each message at the moment of
// sending, and gives it to a [Sender].
//
// The package reaches no network, no database and no template: its
// sub-packages bring those, and package site wires them together.
//
// Times are parameters, never read from the machine's clock in the middle of a
// rule. Stored instants have microsecond precision, in UTC; days and hours
// that people read are those of Europe/Paris.
package registration
