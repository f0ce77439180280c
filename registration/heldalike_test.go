package registration_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
)

// stranger is somebody who cannot read Paul's mail and wants to learn from the limits
// whether he is signed up.
type stranger struct {
	desk
	t     *testing.T
	asked int // addresses of their own
}

const paulsAddress = "paul@ville.example"

// newStranger opens a meeting in which one network may have ten unconfirmed places, with
// one person who has confirmed.
func newStranger(t *testing.T, known string) *stranger {
	t.Helper()
	s := &stranger{desk: limited(t, 20, registration.Unlimited), t: t}
	m := registration.ShippedExample()
	m.Seats, m.Companions, m.Queue = 20, 5, true
	if err := s.store.PutMeeting(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if l := s.asks(1, known); l != "" {
		t.Fatalf("limit %q", l)
	}
	s.confirmLast(t)
	return s
}

// asks signs somebody up who brings others with addresses of their own.
func (s *stranger) asks(network int, email string, companions ...string) registration.Limit {
	s.t.Helper()
	r := request(1)
	r.Email = email
	for _, c := range companions {
		r.Companions = append(r.Companions, registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: c})
	}
	return met(s.t, s.from(s.t, numbered(network), r))
}

// own is an address that nobody has used.
func (s *stranger) own() string {
	s.asked++
	return fmt.Sprintf("eve.%d@ville.example", s.asked)
}

// leads signs the stranger up from a network and returns their link.
func (s *stranger) leads(network int, companions ...string) registration.Signup {
	s.t.Helper()
	email := s.own()
	if l := s.asks(network, email, companions...); l != "" {
		s.t.Fatalf("limit %q", l)
	}
	all := s.all(s.t)
	return all[slices.IndexFunc(all, func(u registration.Signup) bool { return u.Email == email })]
}

func (s *stranger) confirms(lead registration.Signup) {
	s.t.Helper()
	s.later(time.Second)
	s.must(s.Confirm(s.t.Context(), s.token(link.ForConfirm, lead)))
}

// configures changes the meeting.
func (s *stranger) configures(change func(*registration.Meeting)) {
	s.t.Helper()
	m, err := s.store.Meeting(s.t.Context(), slug)
	s.must(nil, err)
	change(&m)
	s.must(nil, s.Configure(s.t.Context(), m))
}

// offered signs the stranger up for a full meeting, with others whom they bring, and then
// lets enough seats be free for all of them.
func (s *stranger) offered(companions ...string) registration.Signup {
	s.t.Helper()
	s.configures(func(m *registration.Meeting) { m.Seats = 1 })
	lead := s.leads(2, companions...)
	s.confirms(lead)
	s.configures(func(m *registration.Meeting) { m.Seats = 20 })
	return lead
}

// must takes what an act with a link returns.
func (s *stranger) must(_ any, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// room tells what the stranger can find out: how many more a network may sign up, and
// Paul's mailbox, before a limit is met.
func (s *stranger) room(network int) (left struct{ Network, Mailbox int }) {
	s.t.Helper()
	for s.asks(network, s.own()) == "" {
		left.Network++
	}
	for s.asks(1000+left.Mailbox, fmt.Sprintf("paul+%d@ville.example", left.Mailbox)) == "" {
		left.Mailbox++
	}
	return left
}

func (s *stranger) later(d time.Duration) {
	s.clock.Set(s.Now().Add(d))
}

// TestLimitsTellNothing: what unconfirmed sign-ups hold of a network and of a mailbox
// is the same whether an address that somebody asks with was signed up or not.
func TestLimitsTellNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name             string
		does             func(s *stranger)
		network, mailbox int // what is left
	}{
		{"nothing", func(*stranger) {}, 10, 3},
		{"asks", func(s *stranger) { s.asks(2, paulsAddress) }, 9, 2},
		{"asks with a tag besides", func(s *stranger) {
			s.asks(2, "paul+a@ville.example")
			s.asks(2, paulsAddress)
			s.asks(2, "paul+b@ville.example")
		}, 7, 0},
		{"asks again and again", func(s *stranger) {
			for range 5 {
				s.asks(2, paulsAddress)
			}
		}, 9, 2},
		{"asks here after elsewhere", func(s *stranger) {
			s.asks(3, paulsAddress)
			s.asks(2, paulsAddress)
			s.asks(3, paulsAddress)
			s.asks(2, paulsAddress)
		}, 9, 2},
		{"asks elsewhere", func(s *stranger) { s.asks(3, paulsAddress) }, 10, 2},
		{"asks until the hold ends", func(s *stranger) { s.asks(2, paulsAddress); s.later(registration.NetworkFor - time.Minute) }, 9, 2},
		{"asks until the network is forgotten", func(s *stranger) { s.asks(2, paulsAddress); s.later(registration.NetworkFor) }, 10, 2},
		{"asks and waits", func(s *stranger) { s.asks(2, paulsAddress); s.later(registration.HoldFor) }, 10, 3},
		{"asks and waits and asks", func(s *stranger) {
			s.asks(2, paulsAddress)
			s.later(registration.HoldFor - time.Hour)
			s.asks(3, paulsAddress)
			s.later(2 * time.Hour)
			s.asks(3, paulsAddress)
			s.asks(2, paulsAddress)
		}, 9, 2},
		{"asks for a party", func(s *stranger) {
			others := []string{s.own(), s.own(), "", "paul+a@ville.example"}
			s.asks(2, paulsAddress, others...)
			s.asks(2, paulsAddress, others...)
			s.asks(2, others[0])
			s.asks(2, others[0])
		}, 4, 1},
		{"brings him", func(s *stranger) { s.asks(2, s.own(), paulsAddress) }, 8, 2},
		{"brings him twice", func(s *stranger) { s.asks(2, s.own(), paulsAddress); s.asks(2, s.own(), paulsAddress) }, 6, 1},
		{"brings him after asking", func(s *stranger) { s.asks(2, paulsAddress); s.asks(2, s.own(), paulsAddress); s.asks(2, paulsAddress) }, 7, 1},
		{"brings him and asks", func(s *stranger) { s.asks(2, s.own(), paulsAddress); s.asks(2, paulsAddress); s.asks(2, paulsAddress) }, 7, 1},
		{"brings him and waits", func(s *stranger) { s.asks(2, s.own(), paulsAddress); s.later(registration.HoldFor) }, 10, 3},
		{"brings him and confirms", func(s *stranger) { s.confirms(s.leads(2, paulsAddress)) }, 9, 2},
		{"brings him and confirms late", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.later(40 * time.Hour)
			s.confirms(lead)
			s.later(40 * time.Hour)
		}, 10, 2},
		{"brings him, confirms late and waits", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.later(40 * time.Hour)
			s.confirms(lead)
			s.later(registration.HoldFor)
		}, 10, 3},
		{"adds him", func(s *stranger) { s.adds(s.leads(2)) }, 9, 2},
		{"adds him and confirms", func(s *stranger) {
			lead := s.leads(2)
			s.adds(lead)
			s.later(time.Hour)
			s.confirms(lead)
			s.later(registration.HoldFor - time.Minute)
		}, 10, 2},
		{"adds him and takes him out", func(s *stranger) {
			lead := s.leads(2)
			s.confirms(lead)
			for range 3 {
				added := s.adds(lead)
				s.must(s.RemoveCompanion(s.t.Context(), s.manage(lead), added.ID))
			}
		}, 10, 3},
		{"brings him and cancels", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.confirms(lead)
			s.must(s.Cancel(s.t.Context(), s.manage(lead)))
		}, 10, 3},
		{"brings him and cancels without him", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.confirms(lead)
			s.later(time.Second)
			s.must(s.CancelAlone(s.t.Context(), s.manage(lead)))
		}, 9, 2},
		{"brings him, cancels and returns", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.confirms(lead)
			s.must(s.Cancel(s.t.Context(), s.manage(lead)))
			s.must(s.Undo(s.t.Context(), s.manage(lead)))
		}, 10, 2},
		{"brings him and is refused", func(s *stranger) {
			s.configures(func(m *registration.Meeting) { m.Approval = true })
			lead := s.leads(2, paulsAddress)
			s.confirms(lead)
			s.later(time.Second)
			s.must(nil, s.Decide(s.t.Context(), slug, lead.ID, false))
			s.configures(func(m *registration.Meeting) { m.Approval = false })
		}, 10, 3},
		{"brings him and declines", func(s *stranger) {
			lead := s.offered(paulsAddress)
			s.later(time.Second)
			s.must(s.Decline(s.t.Context(), s.manage(lead)))
		}, 10, 3},
		{"brings him and lets the offer end", func(s *stranger) {
			s.offered(paulsAddress)
			s.later(24 * time.Hour)
			s.must(nil, s.Release(s.t.Context()))
		}, 10, 3},
		{"brings him and erases", func(s *stranger) {
			lead := s.leads(2, paulsAddress)
			s.confirms(lead)
			s.must(nil, s.Erase(s.t.Context(), s.manage(lead)))
		}, 10, 3},
		{"brings him and is released", func(s *stranger) {
			s.leads(2, paulsAddress)
			networks, err := s.NetworkHolds(s.t.Context(), slug)
			s.must(nil, err)
			s.must(s.ReleaseNetwork(s.t.Context(), slug, networks[0].Network))
		}, 10, 3},
		{"brings him, confirms and is released", func(s *stranger) {
			s.confirms(s.leads(2, paulsAddress, s.own()))
			networks, err := s.NetworkHolds(s.t.Context(), slug)
			s.must(nil, err)
			s.later(time.Second)
			s.must(s.ReleaseNetwork(s.t.Context(), slug, networks[0].Network))
		}, 10, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := struct{ Network, Mailbox int }{tt.network, tt.mailbox}
			for _, known := range []string{"somebody@ville.example", paulsAddress} {
				s := newStranger(t, known)
				tt.does(s)
				if err := s.ApplyRetention(t.Context()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, s.room(2)); diff != "" {
					t.Errorf("if %s is signed up (-want +got):\n%s", known, diff)
				}
			}
		})
	}
}

// adds brings Paul after the stranger has signed up.
func (s *stranger) adds(lead registration.Signup) registration.Signup {
	s.t.Helper()
	s.must(s.AddCompanion(s.t.Context(), s.manage(lead), registration.Companion{GivenName: "Paul", FamilyName: "d’Arc", Email: paulsAddress}))
	all := s.all(s.t)
	return all[len(all)-1]
}
