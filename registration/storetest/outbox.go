package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

var outboxCases = []testCase{
	{"claim", func(t *testing.T, s Store) {
		first, second, third := post(t, s, noon), post(t, s, noon.Add(time.Second)), post(t, s, noon.Add(time.Hour))
		wantClaim(t, s, noon.Add(-time.Microsecond), 10)
		wantClaim(t, s, noon.Add(time.Second), 1, first)
		wantClaim(t, s, noon.Add(time.Second), 10, second) // the first is leased
		wantClaim(t, s, noon.Add(lease), 10)
		wantClaim(t, s, noon.Add(lease+time.Second), 10, first, second) // leases that ended
		wantClaim(t, s, noon.Add(time.Hour), 10, first, second, third)
	}},
	{"due at once", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		m := mail(u, noon)
		m.DueAt = time.Time{}
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(u), nil)
			return tx.Post(m)
		})
		m.DueAt = noon
		wantClaim(t, s, noon, 1, m)
	}},
	{"to another address", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		m := mail(u, noon)
		m.Kind, m.To = registration.MailAddress, "Paul@exemple.fr"
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Insert", tx.Insert(u), nil)
			return tx.Post(m)
		})
		wantClaim(t, s, noon, 1, m)
		recordOutcome(t, s, m, registration.Outcome{ParkedAt: noon})
		list, err := s.Parked(t.Context(), slug, 10)
		if err != nil || len(list) != 1 || list[0].Person.Email != m.To {
			t.Errorf("Parked = %+v, %v; want the address that refused", list, err)
		}
		change(t, s, func(tx registration.Tx) error {
			u.Person, u.AddressKey = registration.Person{Category: u.Category}, ""
			wantError(t, "Update", tx.Update(u), nil)
			_, err := tx.Requeue(m.ID, noon)
			return err
		})
		m.To, m.Attempts = "", 1
		wantClaim(t, s, noon, 1, m) // to nobody
	}},
	{"sent", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		wantClaim(t, s, noon, 1, m)
		recordOutcome(t, s, m, registration.Outcome{SentAt: noon, Reply: "250 ok"})
		wantClaim(t, s, noon.AddDate(1, 0, 0), 10)
		wantBacklog(t, s, registration.Backlog{})
	}},
	{"retried", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		wantClaim(t, s, noon, 1, m)
		again := noon.Add(10 * time.Second)
		recordOutcome(t, s, m, registration.Outcome{RetryAt: again, Reply: "451"})
		wantBacklog(t, s, registration.Backlog{Waiting: 1, Oldest: noon})
		wantClaim(t, s, again.Add(-time.Microsecond), 1)
		m.Attempts, m.DueAt = 1, again
		wantClaim(t, s, again, 1, m) // its lease ended with the attempt
	}},
	{"put off", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		again := noon.Add(10 * time.Second)
		wantClaim(t, s, noon, 1, m)
		recordOutcome(t, s, m, registration.Outcome{RetryAt: again, Untried: true})
		m.DueAt = again
		wantClaim(t, s, again.Add(-time.Microsecond), 1)
		wantClaim(t, s, again, 1, m) // no attempt was counted
	}},
	{"parked", func(t *testing.T, s Store) {
		m, waiting := post(t, s, noon), post(t, s, noon.Add(time.Second))
		wantClaim(t, s, noon, 1, m)
		recordOutcome(t, s, m, registration.Outcome{ParkedAt: noon, Reply: "550"})
		wantClaim(t, s, noon.AddDate(1, 0, 0), 10, waiting)
		wantBacklog(t, s, registration.Backlog{Waiting: 1, Parked: 1, Oldest: noon.Add(time.Second)})
	}},
	{"readdressed", func(t *testing.T, s Store) {
		wrong, old, other := post(t, s, noon), post(t, s, noon.Add(time.Second)), post(t, s, noon.Add(2*time.Second))
		reminder, waits := wrong, old
		reminder.ID, reminder.Kind, reminder.CreatedAt, reminder.DueAt = registration.NewID(), registration.MailReminder, noon.Add(time.Minute), noon.Add(time.Minute)
		waits.ID, waits.Kind, waits.Signup = registration.NewID(), registration.MailChanged, wrong.Signup
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Post", tx.Post(reminder), nil)
			return tx.Post(waits)
		})
		recordOutcome(t, s, wrong, registration.Outcome{RetryAt: noon, Reply: "450 4.2.1 try later"})
		for _, m := range []registration.Mail{wrong, reminder, other} {
			recordOutcome(t, s, m, registration.Outcome{ParkedAt: noon, Reply: "550 5.1.1 no such user"})
		}
		recordOutcome(t, s, old, registration.Outcome{SentAt: noon})
		later := noon.Add(time.Hour)
		change(t, s, func(tx registration.Tx) error {
			return tx.Readdress(wrong.Signup, "Faux@exemple.fr", []registration.Kind{registration.MailConfirm, registration.MailChanged}, later)
		})
		wantClaim(t, s, later.Add(-time.Microsecond), 10, waits) // it goes to the new address anyhow
		wrong.DueAt, wrong.Attempts = later, 1
		wantClaim(t, s, later, 10, wrong) // it was refused, and is of a kind that is sent again
		list, err := s.Parked(t.Context(), slug, 10)
		wantError(t, "Parked", err, nil)
		if len(list) != 1 || list[0].ID != other.ID {
			t.Errorf("Parked = %+v; want that of somebody else: what the address before refused needs nobody's hand", list)
		}
		mails, err := s.MailsTo(t.Context(), wrong.Signup)
		wantError(t, "MailsTo", err, nil)
		for _, m := range mails {
			wantSame(t, "MailsTo, to another address than the person's", m.Elsewhere, m.Kind == registration.MailReminder)
		}
	}},
	{"parked mails of a meeting", func(t *testing.T, s Store) {
		m, other, erased := post(t, s, noon), post(t, s, noon.Add(time.Second)), post(t, s, noon.Add(2*time.Second))
		recordOutcome(t, s, m, registration.Outcome{RetryAt: noon, Reply: "450 4.2.1 try later"})
		for i, m := range []registration.Mail{m, other, erased} {
			recordOutcome(t, s, m, registration.Outcome{ParkedAt: noon.Add(time.Duration(i) * time.Minute), Reply: "550 5.1.1 no such user"})
		}
		change(t, s, func(tx registration.Tx) error {
			u, err := tx.Signup(erased.Signup)
			wantError(t, "Signup", err, nil)
			u.Person, u.AddressKey = registration.Person{Category: u.Category}, ""
			return tx.Update(u)
		})
		list, err := s.Parked(t.Context(), slug, 10)
		wantError(t, "Parked", err, nil)
		if len(list) != 2 || list[0].ID != other.ID || list[1].ID != m.ID || list[1].Reply != "550 5.1.1 no such user" ||
			!list[1].At.Equal(noon) || list[1].Kind != m.Kind || list[1].Person.Email == "" || list[1].Code == "" {
			t.Errorf("parked %+v; want the latest first, without who was erased", list)
		}
		later := noon.Add(time.Hour)
		change(t, s, func(tx registration.Tx) error {
			signup, err := tx.Requeue(m.ID, later)
			wantError(t, "Requeue", err, nil)
			wantSame(t, "Requeue", signup, m.Signup)
			_, err = tx.Requeue(m.ID, later)
			wantError(t, "Requeue what is not parked", err, registration.ErrNotFound)
			_, err = tx.Requeue(registration.NewID(), later)
			wantError(t, "Requeue what is not there", err, registration.ErrNotFound)
			return nil
		})
		m.Attempts, m.DueAt = 1, later // although it was tried twice
		wantClaim(t, s, later, 10, m)
		list, err = s.Parked(t.Context(), slug, 1)
		wantError(t, "Parked", err, nil)
		if len(list) != 1 || list[0].ID != other.ID {
			t.Errorf("parked %+v; want the one that is left", list)
		}
		if list, err := s.Parked(t.Context(), "2020-nulle-part", 10); err != nil || len(list) != 0 {
			t.Errorf("parked elsewhere: %v, %v", list, err)
		}
	}},
	{"outcome of what is not there", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		err := s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{registration.NewID(): {SentAt: noon}, m.ID: {SentAt: noon}})
		wantError(t, "Settle", err, nil)
		wantBacklog(t, s, registration.Backlog{}) // the others have an outcome
	}},
	{"outcomes together", func(t *testing.T, s Store) {
		sent, parked, retried := post(t, s, noon), post(t, s, noon.Add(time.Microsecond)), post(t, s, noon.Add(2*time.Microsecond))
		again := noon.Add(time.Hour)
		err := s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{
			sent.ID: {SentAt: noon}, parked.ID: {ParkedAt: noon, Reply: "550"}, retried.ID: {RetryAt: again, Reply: "451"},
		})
		wantError(t, "Settle", err, nil)
		wantBacklog(t, s, registration.Backlog{Waiting: 1, Parked: 1, Oldest: retried.CreatedAt})
		retried.Attempts, retried.DueAt = 1, again
		wantClaim(t, s, again, 10, retried)
	}},
	{"sent for good", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		recordOutcome(t, s, m, registration.Outcome{SentAt: noon})
		recordOutcome(t, s, m, registration.Outcome{RetryAt: noon}) // by one whose lease was over
		wantClaim(t, s, noon.Add(time.Hour), 10)
	}},
	{"renew", func(t *testing.T, s Store) {
		held, waiting, done := post(t, s, noon), post(t, s, noon.Add(time.Second)), post(t, s, noon.Add(2*time.Second))
		wantClaim(t, s, noon, 1, held)
		recordOutcome(t, s, done, registration.Outcome{SentAt: noon})
		ids := []registration.ID{registration.NewID(), done.ID, waiting.ID, held.ID}
		wantError(t, "Renew", s.Renew(t.Context(), noon.Add(2*lease), ids), nil)
		wantClaim(t, s, noon.Add(lease), 10, waiting) // which nobody had leased
		wantClaim(t, s, noon.Add(2*lease), 10, held, waiting)
	}},
	{"reclaim", func(t *testing.T, s Store) {
		m := post(t, s, noon)
		wantClaim(t, s, noon, 1, m)
		wantClaim(t, s, noon, 1)
		wantError(t, "Reclaim", s.Reclaim(t.Context(), noon), nil)
		wantClaim(t, s, noon, 1, m)
	}},
	{"reclaim what is not due", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		u := signup(1)
		insert(t, s, u)
		tried, ahead, planned := mail(u, noon), mail(u, noon.Add(time.Hour)), mail(u, noon)
		planned.DueAt = noon.Add(time.Hour)
		ahead.Kind, planned.Kind = registration.MailAlreadySignedUp, registration.MailChanged
		change(t, s, func(tx registration.Tx) error { return tx.Post(tried) })
		wantClaim(t, s, noon, 1, tried)
		retry := registration.Outcome{RetryAt: noon.Add(time.Hour), Reply: "451"}
		recordOutcome(t, s, tried, retry)
		change(t, s, func(tx registration.Tx) error { return errors.Join(tx.Post(ahead), tx.Post(planned)) })
		wantClaim(t, s, noon, 10)

		wantError(t, "Reclaim", s.Reclaim(t.Context(), noon), nil)
		tried.Attempts, tried.DueAt, ahead.DueAt = 1, noon, noon
		wantClaim(t, s, noon, 10, tried, ahead)
		wantClaim(t, s, noon.Add(time.Second), 10) // what is planned keeps its hour
		wantClaim(t, s, planned.DueAt, 10, tried, ahead, planned)
	}},
	{"each leased by one", leasedByOne},
	{"a newer one takes the place", newerMail},
	{"posted since", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		other := meeting(10, 5, 5)
		other.Slug = "2020-06-12-lyon"
		put(t, s, other)
		// The mails to an address count whichever sign-up caused them.
		ended, active := signup(1), signup(2)
		ended.EndedAt, active.AddressKey = noon, ended.AddressKey
		insert(t, s, ended, active)
		change(t, s, func(tx registration.Tx) error {
			wantError(t, "Post", tx.Post(mail(ended, noon)), nil)
			wantError(t, "Post", tx.Post(mail(active, noon.Add(time.Second))), nil)
			wantPosted(t, tx, active.AddressKey, noon, 2)
			wantPosted(t, tx, active.AddressKey, noon.Add(time.Microsecond), 1)
			wantPosted(t, tx, active.AddressKey, noon.Add(time.Minute), 0)
			wantPosted(t, tx, "autre@exemple.fr", noon, 0)
			return nil
		})
		err := s.Change(t.Context(), other.Slug, func(tx registration.Tx) error {
			wantPosted(t, tx, active.AddressKey, noon, 0)
			return nil
		})
		wantError(t, "Change", err, nil)
	}},
}

// newerMail tests that a sign-up has at most one unsent mail of each kind.
// Messages, mails to another address and mails being sent do not count.
func newerMail(t *testing.T, s Store) {
	put(t, s, meeting(10, 5, 5))
	u, other := signup(1), signup(2)
	insert(t, s, u, other)
	changed := func(at time.Time, set func(*registration.Mail)) registration.Mail {
		t.Helper()
		m := mail(u, at)
		m.Kind = registration.MailChanged
		if set != nil {
			set(&m)
		}
		change(t, s, func(tx registration.Tx) error { return tx.Post(m) })
		return m
	}
	first := changed(noon, nil)
	second := changed(noon.Add(time.Second), nil)
	second.CreatedAt, second.DueAt = first.CreatedAt, first.DueAt // it waits since then
	elsewhere := changed(noon.Add(time.Second), func(m *registration.Mail) { m.To = "z@exemple.fr" })
	another := changed(noon.Add(time.Second), func(m *registration.Mail) { m.Signup = other.ID })
	wantClaim(t, s, noon.Add(time.Second), 10, second, elsewhere, another)
	third := changed(noon.Add(2*time.Second), nil) // beside the one that is being sent
	wantClaim(t, s, noon.Add(2*time.Second), 10, third)
	recordOutcome(t, s, second, registration.Outcome{SentAt: noon.Add(2 * time.Second)})
	recordOutcome(t, s, third, registration.Outcome{RetryAt: noon.Add(time.Hour), Reply: "451"})
	fourth := changed(noon.Add(3*time.Second), nil)
	fourth.CreatedAt, fourth.DueAt, fourth.Attempts = third.CreatedAt, noon.Add(time.Hour), 1
	wantClaim(t, s, noon.Add(4*time.Second), 10) // a server that is away is not hurried
	wantClaim(t, s, noon.Add(time.Hour), 10, elsewhere, another, fourth)
	recordOutcome(t, s, fourth, registration.Outcome{ParkedAt: noon.Add(time.Hour)})
	fifth := changed(noon.Add(2*time.Hour), nil) // what was refused stays for an organiser
	wantClaim(t, s, noon.Add(2*time.Hour), 10, elsewhere, another, fifth)

	for n := range 2 { // news to many is replaced too, messages are not
		for _, k := range []registration.Kind{registration.MailMeetingChanged, registration.MailMessage} {
			all := registration.Mailing{ID: registration.NewID(), Kind: k, DueAt: noon}
			change(t, s, func(tx registration.Tx) error {
				m := mail(u, noon.Add(time.Duration(n)*time.Second))
				m.Kind, m.Mailing = k, all.ID
				return errors.Join(tx.PutMailing(all), tx.Post(m))
			})
		}
	}
	posted, err := s.MailsTo(t.Context(), u.ID)
	wantError(t, "MailsTo", err, nil)
	counts := map[registration.Kind]int{}
	for _, p := range posted {
		counts[p.Kind]++
	}
	wantSame(t, "mails", counts, map[registration.Kind]int{registration.MailChanged: 5 - 1, registration.MailMeetingChanged: 1, registration.MailMessage: 2})
}

func leasedByOne(t *testing.T, s Store) {
	const mails, workers = 200, 8
	put(t, s, meeting(10, 5, 5))
	u := signup(1)
	insert(t, s, u)
	change(t, s, func(tx registration.Tx) error {
		for n := range mails {
			m := mail(u, noon)
			m.To = fmt.Sprintf("zoe%d@exemple.fr", n)
			wantError(t, "Post", tx.Post(m), nil)
		}
		return nil
	})
	var mu sync.Mutex
	claims := make(map[registration.ID]int)
	claim := func(n int) int {
		list, err := s.Claim(t.Context(), noon, lease, n)
		wantError(t, "Claim", err, nil)
		mu.Lock()
		defer mu.Unlock()
		for _, m := range list {
			claims[m.ID]++
		}
		return len(list)
	}
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for claim(7) > 0 {
			}
		})
	}
	done.Wait()
	claim(mails) // rows that somebody else had locked are passed over, not lost
	for id, n := range claims {
		if n != 1 {
			t.Errorf("mail %v was leased %d times", id, n)
		}
	}
	if len(claims) != mails {
		t.Errorf("%d mails leased; want %d", len(claims), mails)
	}
}

const lease = time.Minute

// post stores a sign-up with a mail made at t.
func post(t *testing.T, s Store, at time.Time) registration.Mail {
	t.Helper()
	if _, err := s.Meeting(t.Context(), slug); err != nil {
		put(t, s, meeting(10, 5, 5))
	}
	u := signup(len(all(t, s, registration.Query{})))
	m := mail(u, at)
	change(t, s, func(tx registration.Tx) error {
		wantError(t, "Insert", tx.Insert(u), nil)
		return tx.Post(m)
	})
	return m
}

func recordOutcome(t *testing.T, s Store, m registration.Mail, o registration.Outcome) {
	t.Helper()
	wantError(t, "Settle", s.RecordOutcomes(t.Context(), map[registration.ID]registration.Outcome{m.ID: o}), nil)
}

func wantClaim(t *testing.T, s Store, now time.Time, n int, want ...registration.Mail) {
	t.Helper()
	got, err := s.Claim(t.Context(), now, lease, n)
	wantError(t, "Claim", err, nil)
	wantSame(t, "Claim", got, want)
}

func wantBacklog(t *testing.T, s Store, want registration.Backlog) {
	t.Helper()
	got, err := s.Backlog(t.Context(), noon)
	wantError(t, "Backlog", err, nil)
	wantSame(t, "Backlog", got, want)
}

func wantPosted(t *testing.T, tx registration.Tx, key string, since time.Time, want int) {
	t.Helper()
	got, err := tx.PostedTo(key, since)
	wantError(t, "PostedTo", err, nil)
	wantSame(t, "mails posted", len(got), want)
}
