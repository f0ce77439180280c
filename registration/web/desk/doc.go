// Package desk has the pages of the check-in desk, under /accueil/, for those who
// welcome people on the day: they need the right of the desk in the meeting. The address of
// [Part]'s page is what the QR code of a ticket holds.
package desk
