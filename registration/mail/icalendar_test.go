package mail

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
)

// readICS prints what python3-icalendar finds in an entry.
const readICS = `
import sys, icalendar
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert any(z["TZID"] == "Europe/Paris" for z in cal.walk("VTIMEZONE"))
[ev] = cal.walk("VEVENT")
print(cal["METHOD"], ev["STATUS"], ev["UID"], ev["SEQUENCE"], ev["DTSTART"].dt.isoformat(), ev["DTSTART"].params["TZID"], ev["ORGANIZER"], len(ev.errors))
`

// TestICalendar has every entry of a mail read by an independent program.
func TestICalendar(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_FULL") == "" {
		t.Skip("set TEST_FULL=1 to read entries with python3-icalendar")
	}
	for kind, method := range map[registration.Kind]string{
		registration.MailConfirmed: "REQUEST CONFIRMED", registration.MailApproved: "REQUEST CONFIRMED",
		registration.MailChanged: "REQUEST CONFIRMED", registration.MailMeetingChanged: "REQUEST CONFIRMED",
		registration.MailCancelled: "CANCEL CANCELLED", registration.MailMeetingCancelled: "CANCEL CANCELLED",
	} {
		l := letter(kind, registration.French)
		l.Meeting.Day, l.Meeting.Starts = l.Meeting.Day.AddDays(1), "10:15"
		c := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", readICS)
		c.Stdin = strings.NewReader(parse(t, compose(t, l).Data).files["rencontre.ics"])
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v (Debian: apt-get install python3-icalendar)\n%s", kind, err, out)
		}
		sequence := 4
		if kind == registration.MailCancelled {
			sequence = 3
		}
		want := fmt.Sprintf("%s %s %d %s Europe/Paris mailto:%s 0\n", method, l.Signup.ID, sequence,
			registration.Hour("10:15").On(l.Meeting.Day).Format(time.RFC3339), l.Meeting.Contact)
		if diff := cmp.Diff(want, string(out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}
