package registration

import "time"

// Act is what happened to a sign-up or a meeting.
type Act string

// The acts of the history.
const (
	ActSignedUp   Act = "signed_up"
	ActKnown      Act = "signed_up_again" // the address was known already
	ActConfirmed  Act = "confirmed"
	ActDisavowed  Act = "disavowed" // « ce n'est pas moi »
	ActCancelled  Act = "cancelled"
	ActExpired    Act = "expired"
	ActChanged    Act = "changed"
	ActUndone     Act = "undone"   // a cancellation was taken back
	ActOffered    Act = "offered"  // a freed seat
	ActAccepted   Act = "accepted" // the offer
	ActDeclined   Act = "declined"
	ActOfferEnded Act = "offer_ended"
	ActApproved   Act = "approved"
	ActRefused    Act = "refused"
	ActReissued   Act = "reissued" // the links were revoked and sent anew
	ActErased     Act = "erased"
	ActForgotten  Act = "forgotten" // what is not kept any longer was deleted
	ActMailing    Act = "mailing"   // begun
	ActResent     Act = "resent"    // a mail that had been refused
)

// Event is a line of the history. It names ids, never people.
type Event struct {
	At     time.Time
	Act    Act
	Signup ID     // zero for an act on the meeting
	Detail string // ids and numbers: "tables-rondes 40>30"; "" if the act says all
}
