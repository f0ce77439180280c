package registration_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

func TestApproval(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, func(m *registration.Meeting) { m.Approval = true })
	ctx := t.Context()
	one, two, three := d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0)
	d.want(t, 1, registration.StatusApproval)
	for s, approve := range map[registration.ID]bool{one.ID: true, three.ID: false} {
		if err := d.Decide(ctx, slug, s, approve); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Decide(ctx, slug, two.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 1, registration.StatusConfirmed)
	d.want(t, 2, registration.StatusWaitlisted)
	d.want(t, 3, registration.StatusRefused)
	if err := d.Decide(ctx, slug, one.ID, false); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("decide twice: %v, want ErrNotFound", err)
	}
	d.check(t)
}

func TestEditEraseReissue(t *testing.T) {
	t.Parallel()
	d := queueing(t, 5, func(m *registration.Meeting) {
		m.Questions = []registration.Question{{ID: "meal", Kind: registration.ChoiceQuestion, Label: registration.Localized{FR: "Question"}, Options: []registration.Option{
			{ID: "fish", Label: registration.Localized{FR: "Poisson"}}, {ID: "none", Label: registration.Localized{FR: "Rien"}}}}}
	})
	ctx := t.Context()
	s := d.join(t, 1, 1)
	r := request(1)
	r.GivenName, r.Email, r.Answers = " Jehanne ", "other@exemple.fr", registration.Answers{"meal": {"fish"}, "colour": {"blue"}}
	if _, err := d.Edit(ctx, d.manage(s), r); err != nil {
		t.Fatal(err)
	}
	s = d.byNumber(t, 1) // the address stays
	if s.GivenName != "Jehanne" || len(s.Answers) != 1 || s.Answers["meal"][0] != "fish" {
		t.Errorf("edited to %+v, %v", s.Person, s.Answers)
	}
	r.Answers = registration.Answers{"meal": {"meat"}}
	if _, err := d.Edit(ctx, d.manage(s), r); err == nil {
		t.Error("an answer that is no option was taken")
	}
	old := d.manage(s)
	if err := d.Reissue(ctx, slug, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Cancel(ctx, old); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("a revoked link: %v, want ErrNotFound", err)
	}
	s = d.byNumber(t, 1)
	if err := d.Erase(ctx, d.manage(s)); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.all(t) {
		if p.Person != (registration.Person{}) || p.AddressKey != "" || len(p.Answers) > 0 || p.EndedAt.IsZero() {
			t.Errorf("after erasing: %+v", p)
		}
	}
	if _, _, err := d.Read(ctx, link.ForManage, d.manage(s)); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the link after erasing: %v, want ErrNotFound", err)
	}
	d.check(t)
}

func TestCompanionsRefused(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	for name, tt := range map[string]struct {
		companions []registration.Companion
		path       string
	}{
		"too many":    {make4(), "companions"},
		"no name":     {[]registration.Companion{{GivenName: "Paul"}}, "companions[0].family_name"},
		"bad address": {[]registration.Companion{{GivenName: "P", FamilyName: "Q", Email: "x"}}, "companions[0].email"},
		"lead’s own":  {[]registration.Companion{{GivenName: "P", FamilyName: "Q", Email: "Jeanne.1@exemple.fr"}}, "companions[0].email"},
		"line break":  {[]registration.Companion{{GivenName: "P\nQ", FamilyName: "Q"}}, "companions[0].given_name"},
		"2 thousand":  {slices.Repeat([]registration.Companion{{GivenName: "P", FamilyName: "Q"}}, 2000), "companions"},
	} {
		r := request(1)
		r.Companions = tt.companions
		_, err := d.SignUp(t.Context(), slug, r)
		bad, ok := errors.AsType[*validation.Error](err)
		if !ok || !strings.HasPrefix(bad.Fields[0].Path, tt.path) {
			t.Errorf("%s: %v, want an error at %s", name, err, tt.path)
		}
	}
	if n := len(d.all(t)); n != 0 {
		t.Errorf("%d sign-ups were stored", n)
	}
}

func make4() []registration.Companion {
	return slices.Repeat([]registration.Companion{{GivenName: "Paul", FamilyName: "d’Arc"}}, 4)
}

// TestSecurityList: the list freezes once, a day before the meeting begins; who
// comes later is numbered apart, for good; what is erased is not on it.
func TestSecurityList(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	ctx := t.Context()
	for n, name := range []string{"Zola", "Étienne", "Faure"} {
		d.confirmed(t, n+1, name)
	}
	gone := d.confirmed(t, 4, "Martin")
	wantList := func(when string, frozen bool, listed, late []string) {
		t.Helper()
		got, err := d.SecurityList(ctx, slug)
		if err != nil {
			t.Fatal(err)
		}
		if frozen != !got.FrozenAt.IsZero() {
			t.Errorf("%s: frozen at %v", when, got.FrozenAt)
		}
		if diff := cmp.Diff([][]string{listed, late}, [][]string{names(got.Listed), names(got.Late)}, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: list (-want +got):\n%s", when, diff)
		}
	}
	freeze := func(at time.Time) {
		t.Helper()
		d.clock.Set(at)
		for range 2 { // twice is once
			if err := d.FreezeLists(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	begins := time.Date(2019, 6, 12, 9, 30, 0, 0, registration.Paris)
	all := []string{"Étienne", "Faure", "Martin", "Zola"}
	freeze(begins.Add(-24*time.Hour - time.Second))
	wantList("before", false, all, nil)
	freeze(begins.Add(-24 * time.Hour))
	wantList("frozen", true, all, nil)

	abadie := d.confirmed(t, 5, "Abadie")
	wantList("added", true, all, []string{"Abadie"})
	freeze(d.Now().Add(time.Minute))
	d.confirmed(t, 6, "Aa")
	wantList("added twice", true, all, []string{"Abadie", "Aa"})
	if _, err := d.Cancel(ctx, d.manage(abadie)); err != nil {
		t.Fatal(err)
	}
	freeze(d.Now().Add(time.Minute))
	wantList("the first late one cancelled", true, all, []string{"Abadie", "Aa"})
	if err := d.Erase(ctx, d.manage(gone)); err != nil {
		t.Fatal(err)
	}
	wantList("erased", true, []string{"Étienne", "Faure", "", "Zola"}, []string{"Abadie", "Aa"})

	if err := d.FreezeList(ctx, slug); err != nil {
		t.Fatal(err)
	}
	current, err := d.SecurityList(ctx, slug)
	if err != nil || len(current.Late) != 0 || len(current.Listed) != 4 || names(current.Listed)[0] != "Aa" {
		t.Errorf("frozen anew: %v then %v, %v", names(current.Listed), names(current.Late), err)
	}
	view, err := d.Meeting(ctx, slug)
	if err != nil {
		t.Fatal(err)
	}
	view.Meeting.Day = view.Meeting.Day.AddDays(7)
	if err := d.Configure(ctx, view.Meeting); err != nil {
		t.Fatal(err)
	}
	if current, err = d.SecurityList(ctx, slug); err != nil || !current.FrozenAt.IsZero() {
		t.Errorf("moved to another day, the list is still frozen at %v, %v", current.FrozenAt, err)
	}
}

// TestBadgesOnce: a badge is new until it is on a print.
func TestBadgesOnce(t *testing.T) {
	t.Parallel()
	d := queueing(t, 10, nil)
	ctx := t.Context()
	d.confirmed(t, 1, "Zola")
	d.confirmed(t, 2, "Étienne")
	fresh := func() []registration.Signup {
		t.Helper()
		people, err := d.Expected(ctx, slug)
		if err != nil {
			t.Fatal(err)
		}
		list, err := d.WithoutBadge(ctx, slug, people)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	first := fresh()
	if diff := cmp.Diff([]string{"Étienne", "Zola"}, names(first)); diff != "" {
		t.Errorf("new (-want +got):\n%s", diff)
	}
	roll, err := d.PrintBadges(ctx, slug, first, false)
	if err != nil || len(roll.People) != 2 {
		t.Fatalf("printed %v, %v", roll, err)
	}
	if list := fresh(); len(list) != 0 {
		t.Errorf("still new: %v", names(list))
	}
	if _, err := d.PrintBadges(ctx, slug, first, false); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("the same badges as new ones again: %v, want ErrNotFound", err)
	}
	d.confirmed(t, 3, "Abadie")
	if diff := cmp.Diff([]string{"Abadie"}, names(fresh())); diff != "" {
		t.Errorf("new since (-want +got):\n%s", diff)
	}
	if _, err := d.PrintBadges(ctx, slug, append(first, fresh()...), true); err != nil {
		t.Fatal(err)
	}
	rolls, err := d.BadgeRolls(ctx, slug)
	if err != nil || len(rolls) != 2 || len(rolls[0].People) != 2 || len(rolls[1].People) != 3 {
		t.Errorf("prints %v, %v", rolls, err)
	}
}

// TestExpectedIn: people come for what everybody attends and for their sessions.
func TestExpectedIn(t *testing.T) {
	t.Parallel()
	m := registration.Meeting{Programme: []registration.Item{
		{Half: registration.Morning, Session: "a"}, {Half: registration.Afternoon, Session: "b"},
	}}
	s := registration.Signup{AddressConfirmedAt: time.Now(), Person: registration.Person{FamilyName: "Zola"}, Places: []registration.Place{
		{Session: "a", State: registration.Seated}, {Session: "b", State: registration.Queued}, {Session: registration.MeetingSession, State: registration.Seated},
	}}
	if !s.ExpectedIn(m, registration.Morning) || s.ExpectedIn(m, registration.Afternoon) {
		t.Error("with a seat in a session of the morning, and none in that of the afternoon")
	}
	m.Programme[1].Session = ""
	if !s.ExpectedIn(m, registration.Afternoon) {
		t.Error("not expected at what everybody attends")
	}
	m.Programme = m.Programme[:1]
	if s.ExpectedIn(m, registration.Afternoon) || !slices.Equal(m.HalfDays(), []registration.HalfDay{registration.Morning}) {
		t.Error("expected in a half-day without a programme")
	}
	m.Programme = nil
	if !s.ExpectedIn(m, registration.Morning) || !s.ExpectedIn(m, registration.Afternoon) {
		t.Error("without a programme the day is whole")
	}
	s.Person = registration.Person{}
	if s.ExpectedIn(m, registration.Morning) {
		t.Error("somebody whose data was erased is expected")
	}
}

func names(people []registration.Signup) (list []string) {
	for _, s := range people {
		list = append(list, s.FamilyName)
	}
	return list
}

// confirmed signs person n up under a family name and confirms.
func (d desk) confirmed(t *testing.T, n int, family string) registration.Signup {
	t.Helper()
	r := request(n)
	r.FamilyName = family
	if _, err := d.SignUp(t.Context(), slug, r); err != nil {
		t.Fatal(err)
	}
	s, err := d.Confirm(t.Context(), d.token(link.ForConfirm, d.byNumber(t, n)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestActsOfOrganisers: the rules that the pages rest on.
func TestActsOfOrganisers(t *testing.T) {
	t.Parallel()
	d := queueing(t, 1, func(*registration.Meeting) {})
	one, two, three := d.join(t, 1, 0), d.join(t, 2, 0), d.join(t, 3, 0)
	ctx := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})

	var e registration.Effects
	if err := d.Preview(&e).CancelFor(ctx, slug, one.ID, false); err != nil {
		t.Fatal(err)
	}
	if len(e.Mails) != 2 || len(e.Offers) != 1 || e.Offers[0].Signup.ID != two.ID {
		t.Errorf("a cancellation would cause %+v", e)
	}
	if _, err := d.Preview(&e).Enlist(ctx, slug, request(4)); err != nil || len(e.Seated) != 0 || len(e.Queued) != 1 || e.Queued[0].Email != request(4).Email {
		t.Errorf("%v; who telephones would have a seat: %d, wait: %d", err, len(e.Seated), len(e.Queued))
	}
	if err := d.Preview(&e).Reissue(ctx, slug, one.ID); err != nil || len(e.Mails) != 1 || len(e.Seated)+len(e.Queued) != 0 {
		t.Errorf("%v; new links would move %d people", err, len(e.Seated)+len(e.Queued))
	}
	if _, err := d.Preview(&e).Promote(ctx, slug, two.ID, true); err != nil || len(e.Queued) != 0 || len(e.Seated) != 1 || e.Seated[0].ID != two.ID {
		t.Errorf("%v; who is promoted would have a seat: %d, wait: %d", err, len(e.Seated), len(e.Queued))
	}
	d.want(t, 1, registration.StatusConfirmed)
	d.want(t, 2, registration.StatusWaitlisted)

	passed, err := d.Promote(ctx, slug, three.ID, false)
	if !errors.Is(err, registration.ErrFull) || len(passed) != 1 || passed[0].ID != two.ID {
		t.Errorf("promote into a full meeting: %d passed, %v", len(passed), err)
	}
	if _, err := d.Promote(ctx, slug, three.ID, true); err != nil {
		t.Fatal(err)
	}
	d.want(t, 3, registration.StatusConfirmed)
	if _, err := d.Promote(ctx, slug, three.ID, true); !errors.Is(err, registration.ErrNotFound) {
		t.Errorf("promote twice: %v", err)
	}

	r := request(2)
	r.FamilyName = "Corrigé"
	seen := d.byNumber(t, 2).Revision
	if _, err := d.IfUnchanged(seen).Correct(ctx, slug, two.ID, r); err != nil {
		t.Fatal(err)
	}
	if err := d.IfUnchanged(seen).CancelFor(ctx, slug, two.ID, false); !errors.Is(err, registration.ErrStale) {
		t.Errorf("what the page did not show was cancelled: %v", err)
	}
	if err := d.CorrectAddress(ctx, slug, two.ID, one.Email); !errors.Is(err, registration.ErrAddressTaken) {
		t.Errorf("somebody else's address: %v", err)
	}
	if err := d.CorrectAddress(ctx, slug, two.ID, "right@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	if now, err := d.ByCode(ctx, slug, two.Code); err != nil || now.Email != "right@exemple.fr" || now.Version == two.Version || now.Status() != registration.StatusWaitlisted {
		t.Errorf("%s at version %d is %s, %v", now.Email, now.Version, now.Status(), err)
	}
	if _, err := d.Enlist(ctx, slug, registration.Request{GivenName: "Ana", FamilyName: "Phone", Category: registration.Other}); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.all(t) {
		if s.FamilyName == "Phone" && s.Status() != registration.StatusWaitlisted {
			t.Errorf("by telephone into a full meeting: %s", s.Status())
		}
	}
}

// TestCorrectAddressRunsAgain: an address that was the same only in a transaction that
// is lost is not refused for it.
func TestCorrectAddressRunsAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5, 5, 5)
	s := d.confirmed(t, 1, "Martin")
	same := 0
	again, err := registration.NewDesk(registration.DeskOptions{Organisers: d.store, Keyring: d.keys, Clock: d.clock.Now, NoLimits: true,
		Store: again{d.store, func(tx registration.Tx) error {
			u, err := tx.Signup(s.ID)
			if err == nil {
				same++
				u.Email, u.AddressKey = "zoe@exemple.fr", "zoe@exemple.fr"
				err = tx.Update(u)
			}
			return err
		}}})
	if err != nil {
		t.Fatal(err)
	}
	organiser := registration.WithActor(t.Context(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	if err := again.CorrectAddress(organiser, slug, s.ID, "zoe@exemple.fr"); err != nil || same != 1 {
		t.Errorf("corrected to what it was in %d lost transactions: %v", same, err)
	}
	if got := d.byID(t, s.ID).Email; got != "zoe@exemple.fr" {
		t.Errorf("the address is %s", got)
	}
}
