package mail

import (
	"errors"
	"testing"

	"github.com/territoires-industrie/sdk/registration"
)

// TestOfCancelledMeeting has mails that say of a seat what is not true of a meeting that
// is cancelled before they leave.
func TestOfCancelledMeeting(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []registration.Kind{registration.MailConfirm, registration.MailInvitation, registration.MailConfirmReminder, registration.MailConfirmed, registration.MailApproved,
		registration.MailChanged, registration.MailEnlisted, registration.MailReceived, registration.MailWaitlisted, registration.MailOffer, registration.MailOfferEnded} {
		l := letter(k, registration.French)
		if k == registration.MailReceived {
			l.Signup.Places = []registration.Place{{Session: registration.MeetingSession, State: registration.Approval, Since: at}}
		}
		if _, err := c.Compose(l); err != nil {
			t.Errorf("%s before the meeting is cancelled: %v", k, err)
		}
		l.Meeting.CancelledAt = at
		if _, err := c.Compose(l); !errors.Is(err, registration.ErrOvertaken) {
			t.Errorf("%s of a cancelled meeting: %v, want ErrOvertaken", k, err)
		}
	}
}
