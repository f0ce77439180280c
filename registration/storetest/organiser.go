package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/team"
)

var organiserCases = []testCase{
	{"absent", func(t *testing.T, s Store) {
		_, err := s.Organiser(t.Context(), registration.NewID())
		wantError(t, "Organiser", err, registration.ErrNotFound)
		err = s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Remove(registration.NewID()) })
		wantError(t, "Remove", err, registration.ErrNotFound)
		wantError(t, "SetDigest", s.SetDigest(t.Context(), registration.NewID(), true), registration.ErrNotFound)
	}},
	{"put", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		o := organiser(t, s)
		got, err := s.Organiser(t.Context(), o.ID)
		wantError(t, "Organiser", err, nil)
		wantSame(t, "Organiser", got, o)
		o.Grants = []registration.Grant{{Role: registration.RoleDesk}, {Meeting: slug, Role: registration.RoleAdmin}}
		putOrganiser(t, s, o)
		all, err := s.Organisers(t.Context())
		wantError(t, "Organisers", err, nil)
		wantSame(t, "Organisers", all, []registration.Organiser{o})
		err = s.ChangeTeam(t.Context(), func(tx team.Tx) error {
			return tx.Put(registration.Organiser{ID: registration.NewID(), Email: "pas une adresse"})
		})
		if err == nil {
			t.Error("Put accepted what is not an address")
		}
	}},
	{"which meetings there are", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		err := s.ChangeTeam(t.Context(), func(tx team.Tx) error {
			for slug, want := range map[string]bool{slug: true, "nulle-part": false, "": false} {
				has, err := tx.HasMeeting(slug)
				wantError(t, "HasMeeting", err, nil)
				wantSame(t, "HasMeeting "+slug, has, want)
			}
			return nil
		})
		wantError(t, "ChangeTeam", err, nil)
	}},
	{"rolled back", func(t *testing.T, s Store) {
		o, stop := organiser(t, s), errors.New("stop")
		err := s.ChangeTeam(t.Context(), func(tx team.Tx) error {
			wantError(t, "Remove", tx.Remove(o.ID), nil)
			wantError(t, "Audit", tx.Audit(team.Entry{Act: "x"}), nil)
			return stop
		})
		wantError(t, "ChangeTeam", err, stop)
		got, err := s.Organiser(t.Context(), o.ID)
		wantError(t, "Organiser", err, nil)
		wantSame(t, "Organiser", got, o)
		n, _, err := s.AuditHead(t.Context())
		wantError(t, "AuditHead", err, nil)
		wantSame(t, "lines of the audit log", n, int64(0))
	}},
	{"removed with everything", func(t *testing.T, s Store) {
		put(t, s, meeting(10, 5, 5))
		o := organiser(t, s)
		o.Grants = append(o.Grants, registration.Grant{Meeting: slug, Role: registration.RoleDesk})
		putOrganiser(t, s, o)
		i := openSignIn(t, s, o.ID, noon)
		wantError(t, "OpenSession", s.OpenSession(t.Context(), session(o.ID, "k")), nil)
		wantError(t, "Remove", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Remove(o.ID) }), nil)
		_, err := s.UseSignIn(t.Context(), i.ID, noon)
		wantError(t, "UseSignIn", err, registration.ErrNotFound)
		_, _, err = s.Session(t.Context(), "k")
		wantError(t, "Session", err, registration.ErrNotFound)
		wantBacklog(t, s, registration.Backlog{})
	}},
	{"an invitation outlives who sent it", func(t *testing.T, s Store) {
		o := organiser(t, s)
		host := registration.Organiser{ID: registration.NewID(), Email: "hote@exemple.fr", Grants: o.Grants}
		putOrganiser(t, s, host)
		i := registration.SignIn{ID: registration.NewID(), Organiser: o.ID, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		m := registration.Mail{ID: registration.NewID(), Kind: registration.MailTeamInvitation, SignIn: i.ID, Organiser: host.ID, CreatedAt: noon}
		wantError(t, "OpenSignIn", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.OpenSignIn(i, &m) }), nil)
		for _, inviter := range []registration.ID{host.ID, {}} {
			mails, err := s.Claim(t.Context(), noon, 0, 9)
			wantError(t, "Claim", err, nil)
			m.Organiser, m.DueAt = inviter, noon
			wantSame(t, "mails", mails, []registration.Mail{m})
			if inviter == host.ID {
				wantError(t, "Remove", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Remove(host.ID) }), nil)
			}
		}
		wantError(t, "Remove", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Remove(o.ID) }), nil)
		wantBacklog(t, s, registration.Backlog{})
	}},
	{"who has signed in, and when", func(t *testing.T, s Store) {
		came, invited := organiser(t, s), registration.NewID()
		add := func(id registration.ID, act string, at time.Time) {
			t.Helper()
			e := team.Entry{At: at, Actor: registration.Actor{Kind: registration.ActorOrganiser, ID: id}, Act: act, Subject: invited}
			wantError(t, "Audit", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Audit(e) }), nil)
		}
		want := map[registration.ID]time.Time{}
		for range 2 {
			last, err := s.LastSignIns(t.Context())
			wantError(t, "LastSignIns", err, nil)
			wantSame(t, "LastSignIns", last, want)
			add(came.ID, team.ActSignedIn, noon)
			add(came.ID, team.ActSignedIn, noon.Add(time.Hour))
			add(came.ID, team.ActSignedOut, noon.Add(2*time.Hour))
			want[came.ID] = noon.Add(time.Hour)
		}
	}},
	{"digest once a day", func(t *testing.T, s Store) {
		o := organiser(t, s)
		post := func(day string, want int) {
			t.Helper()
			var all atomic.Int64
			var done sync.WaitGroup
			for range 4 {
				done.Go(func() {
					n, err := s.PostDigests(t.Context(), day, noon)
					wantError(t, "PostDigests", err, nil)
					all.Add(int64(n))
				})
			}
			done.Wait()
			wantSame(t, "digests of "+day, all.Load(), int64(want))
		}
		post("2019-05-16", 0)
		wantError(t, "SetDigest", s.SetDigest(t.Context(), o.ID, true), nil)
		post("2019-05-16", 1)
		post("2019-05-16", 0)
		post("2019-05-17", 1)
		mails, err := s.Claim(t.Context(), noon, time.Minute, 9)
		wantError(t, "Claim", err, nil)
		for _, m := range mails {
			wantSame(t, "digest", m, registration.Mail{ID: m.ID, Kind: registration.MailDigest, Organiser: o.ID, CreatedAt: noon, DueAt: noon})
		}
		wantSame(t, "digests", len(mails), 2)
	}},
	{"one change after the other", func(t *testing.T, s Store) {
		o := organiser(t, s)
		var done sync.WaitGroup
		for range 12 {
			done.Go(func() {
				err := s.ChangeTeam(t.Context(), func(tx team.Tx) error {
					all, err := tx.Organisers()
					if err != nil || len(all) != 1 {
						return nil // somebody has removed the last one
					}
					return errors.Join(tx.Remove(o.ID), tx.Audit(team.Entry{At: noon, Act: "removed"}))
				})
				wantError(t, "ChangeTeam", err, nil)
			})
		}
		done.Wait()
		n, _, err := s.AuditHead(t.Context())
		wantError(t, "AuditHead", err, nil)
		wantSame(t, "removals", n, int64(1))
	}},
}

func organiser(t *testing.T, s Store) registration.Organiser {
	t.Helper()
	o := registration.Organiser{ID: registration.NewID(), Email: "Orga@Exemple.fr",
		Grants: []registration.Grant{{Role: registration.RoleReader}}}
	putOrganiser(t, s, o)
	return o
}

func putOrganiser(t *testing.T, s Store, o registration.Organiser) {
	t.Helper()
	if err := s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.Put(o) }); err != nil {
		t.Fatalf("Put = %v", err)
	}
}

func session(organiser registration.ID, key string) team.Session {
	return team.Session{Key: key, Organiser: organiser, Since: noon, Seen: noon, Until: noon.Add(team.SessionFor), Device: "Firefox, Linux"}
}

var sessionCases = []testCase{
	{"kept", func(t *testing.T, s Store) {
		_, _, err := s.Session(t.Context(), "k")
		wantError(t, "Session", err, registration.ErrNotFound)
		o := organiser(t, s)
		k, other := session(o.ID, "k"), session(o.ID, "other")
		other.Since = noon.Add(time.Second)
		wantError(t, "OpenSession", s.OpenSession(t.Context(), k), nil)
		wantError(t, "OpenSession", s.OpenSession(t.Context(), other), nil)
		k.Seen = noon.Add(time.Minute)
		wantError(t, "SeeSession", s.SeeSession(t.Context(), "k", k.Seen), nil)
		got, who, err := s.Session(t.Context(), "k")
		wantError(t, "Session", err, nil)
		wantSame(t, "Session", got, k)
		wantSame(t, "organiser of the session", who, o)
		all, err := s.Sessions(t.Context(), o.ID)
		wantError(t, "Sessions", err, nil)
		wantSame(t, "Sessions", all, []team.Session{k, other})
	}},
	{"ended", func(t *testing.T, s Store) {
		o := organiser(t, s)
		for _, key := range []string{"a", "b", "c"} {
			wantError(t, "OpenSession", s.OpenSession(t.Context(), session(o.ID, key)), nil)
		}
		wantError(t, "EndSessions of somebody else", s.EndSessions(t.Context(), registration.NewID(), "a"), nil)
		wantSessions(t, s, o.ID, 3)
		wantError(t, "EndSessions", s.EndSessions(t.Context(), o.ID, "a"), nil)
		wantSessions(t, s, o.ID, 2)
		wantError(t, "SeeSession of an ended one", s.SeeSession(t.Context(), "a", noon), nil)
		wantSessions(t, s, o.ID, 2)
		wantError(t, "DeleteSessions", s.DeleteSessions(t.Context(), noon.Add(team.SessionFor+team.ExpiredFor-time.Microsecond)), nil)
		wantSessions(t, s, o.ID, 2)
		wantError(t, "DeleteSessions", s.DeleteSessions(t.Context(), noon.Add(team.SessionFor+team.ExpiredFor)), nil)
		wantSessions(t, s, o.ID, 0)
	}},
	{"signed out everywhere", func(t *testing.T, s Store) {
		o := organiser(t, s)
		i := openSignIn(t, s, o.ID, noon)
		wantError(t, "OpenSession", s.OpenSession(t.Context(), session(o.ID, "a")), nil)
		wantError(t, "SignOut", s.ChangeTeam(t.Context(), func(tx team.Tx) error { return tx.SignOut(o.ID, noon) }), nil)
		wantSessions(t, s, o.ID, 0)
		_, err := s.UseSignIn(t.Context(), i.ID, noon)
		wantError(t, "UseSignIn", err, registration.ErrNotFound)
	}},
	{"form", func(t *testing.T, s Store) {
		o := organiser(t, s)
		take := func(want string) {
			t.Helper()
			got, err := s.TakeForm(t.Context(), o.ID)
			wantError(t, "TakeForm", err, nil)
			wantSame(t, "TakeForm", got, want)
		}
		take("")
		wantError(t, "SaveForm", s.SaveForm(t.Context(), o.ID, "typed", noon), nil)
		take("typed")
		take("")
		wantError(t, "SaveForm", s.SaveForm(t.Context(), o.ID, "typed", noon), nil)
		wantError(t, "DeleteSessions", s.DeleteSessions(t.Context(), noon.Add(2*time.Hour)), nil)
		take("")
	}},
}

func wantSessions(t *testing.T, s Store, organiser registration.ID, want int) {
	t.Helper()
	all, err := s.Sessions(t.Context(), organiser)
	wantError(t, "Sessions", err, nil)
	wantSame(t, "sessions", len(all), want)
}
