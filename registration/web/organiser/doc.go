// Package organiser has the pages under /organisation/, for people who are signed
// in: signing in by mail, the meetings, the list of sign-ups with its files, one
// sign-up with what an organiser may do about it, and the mail of a meeting.
//
// [kernel.SignedIn] lets every role read; forOrganisers guards what acts on
// sign-ups. What is done at the door on the day belongs to package desk.
package organiser
