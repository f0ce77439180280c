package registration_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// limited opens a desk with limits, and seats for the meeting and one session.
func limited(t *testing.T, seats, morning registration.Seats) desk {
	t.Helper()
	d := newDesk(t, seats, morning, registration.Unlimited)
	var err error
	d.Desk, err = registration.NewDesk(registration.DeskOptions{Store: again{Store: d.store}, Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// from signs somebody up by a form that was filled in at a person's pace.
func (d desk) from(t *testing.T, network netip.Addr, r registration.Request) error {
	t.Helper()
	r.Signals = registration.BotSignals{Form: d.FormToken(time.Time{}), Network: network}
	d.clock.Set(d.Now().Add(registration.FillTime))
	_, err := d.SignUp(t.Context(), slug, r)
	return err
}

// met is the limit that an error tells of, "" for none.
func met(t *testing.T, err error) registration.Limit {
	t.Helper()
	l, ok := errors.AsType[*registration.LimitError](err)
	if err != nil && (!ok || !errors.Is(err, registration.ErrTooMany)) {
		t.Fatalf("%v, want a limit", err)
	}
	if !ok {
		return ""
	}
	return l.Limit
}

// confirmed confirms who signed up last.
func (d desk) confirmLast(t *testing.T) {
	t.Helper()
	all := d.all(t)
	if _, err := d.Confirm(t.Context(), d.token(link.ForConfirm, all[len(all)-1])); err != nil {
		t.Fatal(err)
	}
}

// TestMailboxes: a mailbox has three sign-ups that wait for it at most, however
// its address is written; where addresses that look alike are others, and once one
// is confirmed, people get in.
func TestMailboxes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		addresses []string
		let       int
	}{
		{"a tag anywhere", []string{"a@ville.example", "a+1@ville.example", "A+2@Ville.example", "a+3@ville.example", "a+4@ville.example"}, 3},
		{"dots and tags at Google's", []string{"j.d@gmail.com", "jd+1@gmail.com", "j.d+2@googlemail.com", "J.D@googlemail.com"}, 3},
		{"dots elsewhere", []string{"j.d.x@ville.example", "jd.x@ville.example", "j.dx@ville.example", "jdx@ville.example"}, 4},
		{"a tag alone", []string{"+1@ville.example", "+2@ville.example", "+3@ville.example", "+4@ville.example"}, 4},
	} {
		d, let := limited(t, 300, 300), 0
		for i, address := range tt.addresses {
			r := request(i)
			r.Email = address
			switch err := d.from(t, address4(i), r); {
			case err == nil:
				let++
			case errors.Is(err, registration.ErrTooMany) && met(t, err) != registration.LimitMailbox:
				t.Errorf("%s: %s: %v", tt.name, address, err)
			}
		}
		if let != tt.let {
			t.Errorf("%s: %d let in, want %d", tt.name, let, tt.let)
		}
		if tt.let == 3 {
			d.confirmLast(t)
			r := request(99)
			r.Email = tt.addresses[3]
			if err := d.from(t, address4(99), r); err != nil {
				t.Errorf("%s: once one is confirmed: %v", tt.name, err)
			}
		}
	}
}

// address4 is an address of a network of its own.
func address4(n int) netip.Addr { return numbered(1000 + n) }

// TestNetworks: what one network may hold without a confirmation.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		seats   registration.Seats
		network func(i int) netip.Addr
		tries   int
		let     int
	}{
		{"300 seats", 300, func(int) netip.Addr { return numbered(1) }, 70, 60},
		{"a fifth of many", 400, func(int) netip.Addr { return numbered(1) }, 90, 80},
		{"half of few", 50, func(int) netip.Addr { return numbered(1) }, 30, 25},
		{"never below ten", 12, func(int) netip.Addr { return numbered(1) }, 12, 10},
		{"a /48", 300, func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8:1:%x::1", i)) }, 70, 60},
		{"many networks", 300, address4, 70, 70},
		{"many networks, as IPv6", 300, func(i int) netip.Addr { return netip.AddrFrom16(address4(i).As16()) }, 70, 70},
		{"many /48", 300, func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::1", i)) }, 70, 70},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, let := limited(t, tt.seats, registration.Unlimited), 0
			for i := range tt.tries {
				r := request(i)
				r.Email = fmt.Sprintf("p%d@ville.example", i)
				if l := met(t, d.from(t, tt.network(i), r)); l == "" {
					let++
				} else if l != registration.LimitUnconfirmed {
					t.Fatalf("limit %q", l)
				}
			}
			if let != tt.let {
				t.Errorf("%d of %d let in, want %d", let, tt.tries, tt.let)
			}
			d.check(t)
		})
	}
}

// TestSmallSession: a session of few seats is not taken by one network, while the
// meeting goes on taking it.
func TestSmallSession(t *testing.T) {
	t.Parallel()
	d, let := limited(t, 300, 30), 0
	for i := range 30 {
		r := request(i)
		r.Email, r.Sessions = fmt.Sprintf("p%d@ville.example", i), []registration.SessionID{"innovation"}
		r.Sessions[0] = registration.ShippedExample().Sessions[0].ID
		if met(t, d.from(t, numbered(1), r)) == "" {
			let++
		}
	}
	if let != 15 {
		t.Errorf("%d let into a session of 30, want 15", let)
	}
	r := request(40)
	r.Email = "other@ville.example"
	if err := d.from(t, numbered(1), r); err != nil {
		t.Errorf("without the session: %v", err)
	}
}

// TestOffice: forty people behind one address get in within an hour, whether
// they confirm at once or not, and as many again as confirm.
func TestOffice(t *testing.T) {
	t.Parallel()
	for _, confirm := range []bool{false, true} {
		d := limited(t, 300, registration.Unlimited)
		began := d.Now()
		people := 40
		if confirm {
			people = 120
		}
		for i := range people {
			r := request(i)
			r.Email = fmt.Sprintf("agent%d@ministere.example", i)
			if err := d.from(t, numbered(1), r); err != nil {
				t.Fatalf("person %d: %v", i, err)
			}
			if confirm {
				d.confirmLast(t)
			}
		}
		if took := d.Now().Sub(began); took > time.Hour {
			t.Fatalf("took %v", took)
		}
	}
}

// TestHoldsEnd: what a network or a mailbox holds makes way as it is confirmed,
// or as its hold ends.
func TestHoldsEnd(t *testing.T) {
	t.Parallel()
	d := limited(t, 12, registration.Unlimited)
	ask := func(i int) registration.Limit {
		r := request(i)
		r.Email = fmt.Sprintf("p%d@ville.example", i)
		return met(t, d.from(t, numbered(1), r))
	}
	for i := range 10 {
		if l := ask(i); l != "" {
			t.Fatalf("person %d: limit %q", i, l)
		}
	}
	if l := ask(10); l != registration.LimitUnconfirmed {
		t.Fatalf("the eleventh: limit %q", l)
	}
	d.confirmLast(t)
	if l := ask(11); l != "" {
		t.Errorf("after a confirmation: limit %q", l)
	}
	d.clock.Set(d.Now().Add(registration.HoldFor))
	if l := ask(12); l != "" {
		t.Errorf("after the holds: limit %q", l)
	}
	for _, s := range d.all(t) {
		if (s.Network != "") != (s.AddressConfirmedAt.IsZero() && s.EndedAt.IsZero()) {
			t.Errorf("%s, confirmed %v, ended %v: network %q", s.Email, s.AddressConfirmedAt, s.EndedAt, s.Network)
		}
	}
}

// TestCompanionsCount: a mailbox is not written to by the companions of a party
// either, nor one by one.
func TestCompanionsCount(t *testing.T) {
	t.Parallel()
	d := limited(t, 300, registration.Unlimited)
	m := registration.ShippedExample()
	m.Seats, m.Companions = 300, 5
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	r := request(1)
	r.Email = "lead@ville.example"
	for i := range 4 {
		r.Companions = append(r.Companions, registration.Companion{GivenName: "Ana", FamilyName: "Petit", Email: fmt.Sprintf("victim+%d@x.example", i)})
	}
	if l := met(t, d.from(t, numbered(1), r)); l != registration.LimitMailbox {
		t.Errorf("four of one mailbox: limit %q", l)
	}
	r.Companions = r.Companions[:3]
	if err := d.from(t, numbered(1), r); err != nil {
		t.Fatal(err)
	}
	lead := d.all(t)[0]
	_, err := d.AddCompanion(t.Context(), d.manage(lead), registration.Companion{GivenName: "Ana", FamilyName: "Petit", Email: "victim+9@x.example"})
	if l := met(t, err); l != registration.LimitMailbox {
		t.Errorf("a fourth one: limit %q", l)
	}
}

// TestPartiesCount: a party is as many people as it has, for what its network holds.
func TestPartiesCount(t *testing.T) {
	t.Parallel()
	d := limited(t, 12, registration.Unlimited)
	m := registration.ShippedExample()
	m.Seats, m.Companions = 12, 5
	if err := d.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	party := func(n, companions int) registration.Limit {
		t.Helper()
		r := request(n)
		for i := range companions {
			r.Companions = append(r.Companions, registration.Companion{GivenName: "Ana", FamilyName: fmt.Sprint("Petit ", n, i)})
		}
		return met(t, d.from(t, numbered(1), r))
	}
	if l := party(1, 5); l != "" {
		t.Errorf("six: limit %q", l)
	}
	if l := party(2, 5); l != registration.LimitUnconfirmed {
		t.Errorf("six more, of ten: limit %q", l)
	}
	if l := party(3, 3); l != "" {
		t.Errorf("the last four: limit %q", l)
	}
}

// TestLimitsOff: without limits one network and one mailbox hold what they like, and
// nobody's hold is shorter.
func TestLimitsOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 100, registration.Unlimited, registration.Unlimited)
	for i := range 70 {
		r := request(i)
		r.Email = fmt.Sprintf("a+%d@ville.example", i)
		r.Signals = registration.BotSignals{Network: numbered(1)}
		receipt, err := d.SignUp(t.Context(), slug, r)
		if err != nil {
			t.Fatalf("sign-up %d: %v", i, err)
		}
		if left := receipt.HeldUntil.Sub(d.Now()); left != registration.HoldFor {
			t.Fatalf("sign-up %d is held for %v", i, left)
		}
	}
}
