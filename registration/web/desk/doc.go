// Package desk has the pages of the check-in desk, under /accueil/, for those who
// welcome people on the day. They need the right of the desk in the meeting. The QR
// code of a ticket contains the address of a person's page here.
package desk
