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

// TestCancelledAfterAnOffer: whose offer ends between the cancellation of the meeting and
// its mail is told of the cancellation all the same: of the end of the offer they are not.
func TestCancelledAfterAnOffer(t *testing.T) {
	t.Parallel()
	c, err := NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	l := letter(registration.MailMeetingCancelled, registration.French)
	l.Signup.Places, l.Signup.EndedAt = in(registration.Expired), at
	if _, err := c.Compose(l); err != nil {
		t.Errorf("to somebody whose offer has ended: %v", err)
	}
	l.Signup.Places = in(registration.Cancelled)
	if _, err := c.Compose(l); !errors.Is(err, registration.ErrOvertaken) {
		t.Errorf("to somebody who has cancelled: %v, want ErrOvertaken", err)
	}
}
