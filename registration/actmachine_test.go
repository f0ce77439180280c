package registration_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/territoires-industrie/sdk/registration"
	"github.com/territoires-industrie/sdk/registration/link"
	"github.com/territoires-industrie/sdk/registration/mail"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// TestActs mixes the acts of organisers, of the door and of configurations with those of
// people, in all orders.
func TestActs(t *testing.T) {
	t.Parallel()
	base := newDesk(t, 1, 1, 1)
	composer, err := mail.NewComposer("rencontre@exemple.fr")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		meeting := registration.ShippedExample()
		meeting.Queue, meeting.Companions, meeting.Approval = true, 2, rapid.Bool().Draw(r, "approval")
		meeting.Questions = nil
		m := &actMachine{machine: newMachine(t, r, base, meeting), told: map[registration.ID]registration.State{}, composer: composer}
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) {
				m.check(r)
				m.noIdleSeat(r)
				m.nobodyPassed(r)
				m.history(r)
				m.counted(r)
				m.everybodyKnows(r)
			},
			"signUp":   m.signUpParty,
			"confirm":  m.confirmAny,
			"disavow":  m.disavow,
			"replace":  m.transfer,
			"link":     m.byLink,
			"organise": m.organise,
			"party":    m.changeParty,
			"enlist":   m.enlist,
			"door":     m.door,
			"settings": m.settings,
			"erase":    m.eraseSomebody,
			"release":  m.release,
			"wait":     m.wait,
		})
	})
}

// actMachine is a machine of all acts, with what people have been told.
type actMachine struct {
	*machine
	told     map[registration.ID]registration.State // where they stand in the meeting
	composer *mail.Composer
}

// known are the errors that tell a person or an organiser why an act was not done.
var known = []error{registration.ErrNotFound, registration.ErrFull, registration.ErrNotOpen, registration.ErrClosed, registration.ErrExpired, registration.ErrCancelled,
	registration.ErrAddressTaken, registration.ErrNotToday, registration.ErrTooOld, registration.ErrNeedsYes, registration.ErrImportInUse, registration.ErrWrongRows, registration.ErrTooMany}

func (m *actMachine) allows(r *rapid.T, what string, err error) {
	if _, invalid := errors.AsType[*validation.Error](err); invalid || err == nil {
		return
	}
	if _, door := errors.AsType[*registration.NoSeatError](err); door {
		return
	}
	if !slices.ContainsFunc(known, func(want error) bool { return errors.Is(err, want) }) {
		r.Fatalf("%s: %v", what, err)
	}
}

func (m *actMachine) confirmAny(r *rapid.T) {
	if s, ok := m.pick(r); ok {
		got, err := m.Confirm(context.Background(), m.token(link.ForConfirm, s))
		m.allows(r, "confirm", err)
		if err == nil {
			m.asStored(r, "confirm", got)
		}
	}
}

func (m *actMachine) signUpParty(r *rapid.T) {
	q := request(rapid.IntRange(1, 8).Draw(r, "person"))
	q.Sessions = rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
	for range rapid.IntRange(0, 2).Draw(r, "companions") {
		q.Companions = append(q.Companions, companion(r))
	}
	_, err := m.SignUp(context.Background(), m.slug, q)
	m.allows(r, "sign up", err)
	if err != nil || rapid.Bool().Draw(r, "confirmed later") {
		return
	}
	for _, s := range m.all(r) {
		if s.Email == q.Email && s.EndedAt.IsZero() && s.AddressConfirmedAt.IsZero() {
			_, err := m.Confirm(context.Background(), m.token(link.ForConfirm, s))
			m.allows(r, "confirm at once", err)
		}
	}
}

// transfer moves a sign-up to a colleague or to another address.
func (m *actMachine) transfer(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	ctx, to := context.Background(), companion(r)
	var err error
	if rapid.Bool().Draw(r, "colleague") {
		s, err = m.Replace(ctx, m.manage(s), to)
	} else {
		s, err = m.ChangeAddress(ctx, m.manage(s), to.Email)
	}
	if m.allows(r, "transfer", err); err != nil || s.Transfer.Number == 0 {
		return
	}
	if rapid.IntRange(0, 3).Draw(r, "withdraws") == 0 {
		_, err = m.WithdrawTransfer(ctx, m.manage(s))
	} else {
		s, err = m.AcceptTransfer(ctx, m.keys.Token(link.ForTransfer, s.ID, s.Transfer.Number))
	}
	m.allows(r, "accept", err)
}

// byLink is what a person does with their own link.
func (m *actMachine) byLink(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	ctx, token := context.Background(), m.manage(s)
	var got registration.Signup
	var err error
	act := rapid.SampledFrom([]string{"cancel", "alone", "undo", "accept", "decline", "choose", "part", "edit"}).Draw(r, "act")
	switch act {
	case "cancel":
		got, err = m.Cancel(ctx, token)
	case "alone":
		got, err = m.CancelAlone(ctx, token)
	case "undo":
		m.mayPass = true
		got, err = m.Undo(ctx, token)
	case "accept":
		got, err = m.Accept(ctx, token)
	case "decline":
		got, err = m.Decline(ctx, token)
	case "choose":
		got, err = m.ChooseSessions(ctx, token, rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions"))
	case "part":
		var with []registration.ID
		for _, p := range m.all(r) {
			if p.Party == s.ID && p.ID != s.ID && rapid.Bool().Draw(r, "with") {
				with = append(with, p.ID)
			}
		}
		got, err = m.TakePart(ctx, token, rapid.SampledFrom(append(sessionIDs, registration.MeetingSession)).Draw(r, "session"), with)
	case "edit":
		got, err = m.Edit(ctx, token, edited())
	}
	m.allows(r, act, err)
	if err == nil {
		m.asStored(r, act, got)
	}
}

// organise is what an organiser does for one person.
func (m *actMachine) organise(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	ctx := registration.WithActor(context.Background(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	m.mayPass = true
	act := rapid.SampledFrom([]string{"approve", "refuse", "promote", "beyond", "cancel", "alone", "undo", "choose", "resend", "reissue", "colleague", "address", "correct", "bulk"}).Draw(r, "organiser's act")
	var err error
	switch act {
	case "approve":
		err = m.Decide(ctx, m.slug, s.ID, true)
	case "refuse":
		err = m.Refuse(ctx, m.slug, s.ID, "no")
	case "promote", "beyond":
		_, err = m.Promote(ctx, m.slug, s.ID, act == "beyond")
	case "cancel", "alone":
		err = m.CancelFor(ctx, m.slug, s.ID, act == "alone")
	case "undo":
		err = m.UndoCancellation(ctx, m.slug, s.ID)
	case "choose":
		_, err = m.ChooseSessionsFor(ctx, m.slug, s.ID, rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions"))
	case "resend":
		err = m.SendAgain(ctx, m.slug, s.ID)
	case "reissue":
		err = m.Reissue(ctx, m.slug, s.ID)
	case "colleague":
		delete(m.told, s.ID)
		_, err = m.ReplaceFor(ctx, m.slug, s.ID, companion(r))
	case "address":
		err = m.CorrectAddress(ctx, m.slug, s.ID, request(rapid.IntRange(1, 12).Draw(r, "address")).Email)
	case "correct":
		_, err = m.Correct(ctx, m.slug, s.ID, edited())
	case "bulk":
		var ids []registration.ID
		for _, s := range m.all(r) {
			if rapid.Bool().Draw(r, "chosen") {
				ids = append(ids, s.ID)
			}
		}
		var batches []registration.Batch
		batches, err = m.RunBulkAction(ctx, m.slug, rapid.SampledFrom(registration.BulkActions()).Draw(r, "bulk"), ids, "")
		for _, b := range batches {
			err = errors.Join(err, b.Err)
		}
	}
	m.allows(r, act+" of a "+string(s.Status())+" sign-up", err)
}

// changeParty adds, renames and takes out companions, and chooses their sessions.
func (m *actMachine) changeParty(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	ctx := context.Background()
	other, _ := m.pick(r)
	var err error
	act := rapid.SampledFrom([]string{"bring", "bring for", "remove", "rename", "sessions of"}).Draw(r, "act")
	switch act {
	case "bring":
		_, err = m.AddCompanion(ctx, m.manage(s), companion(r))
	case "bring for":
		m.mayPass = true
		ctx = registration.WithActor(ctx, registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
		err = m.AddCompanionFor(ctx, m.slug, s.ID, companion(r))
	case "remove":
		_, err = m.RemoveCompanion(ctx, m.manage(s), other.ID)
	case "rename":
		_, err = m.RenameCompanion(ctx, m.manage(s), other.ID, "Ana", "d’Arc")
	case "sessions of":
		_, err = m.ChooseSessionsOf(ctx, m.manage(s), other.ID, rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions"))
	}
	m.allows(r, act, err)
}

// enlist signs people up for an organiser, one by one or from a list.
func (m *actMachine) enlist(r *rapid.T) {
	ctx := registration.WithActor(context.Background(), registration.Actor{Kind: registration.ActorOrganiser, ID: registration.NewID()})
	m.mayPass = true
	var err error
	act := rapid.SampledFrom([]string{"enlist", "import", "undo import"}).Draw(r, "act")
	switch act {
	case "enlist":
		q := request(rapid.IntRange(1, 12).Draw(r, "person"))
		if rapid.Bool().Draw(r, "without address") {
			q.Email = ""
		}
		for range rapid.IntRange(0, 2).Draw(r, "companions") {
			q.Companions = append(q.Companions, companion(r))
		}
		q.Sessions = rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
		_, err = m.Enlist(ctx, m.slug, q)
	case "import":
		var rows []registration.ImportRow
		for i := range rapid.IntRange(1, 3).Draw(r, "rows") {
			q := request(rapid.IntRange(1, 12).Draw(r, "person"))
			q.Sessions = rapid.SliceOfNDistinct(rapid.SampledFrom(sessionIDs), 0, 2, rapid.ID).Draw(r, "sessions")
			if rapid.Bool().Draw(r, "without address") {
				q.Email = ""
			}
			rows = append(rows, registration.ImportRow{Line: i + 1, Request: q, Party: rapid.SampledFrom([]string{"", "A"}).Draw(r, "party"), Brought: rapid.Bool().Draw(r, "brought")})
		}
		_, err = m.Import(ctx, m.slug, rows, registration.ImportOptions{Pass: rapid.Bool().Draw(r, "pass"), Write: rapid.Bool().Draw(r, "write")})
	case "undo import":
		var list []registration.PastImport
		list, err = m.Imports(ctx, m.slug)
		if err == nil && len(list) > 0 {
			_, err = m.UndoImport(ctx, m.slug, list[0].At)
		}
	}
	m.allows(r, act, err)
}

// door is what happens on the meeting's day.
func (m *actMachine) door(r *rapid.T) {
	now := m.Now()
	if rapid.Bool().Draw(r, "on the day") {
		m.clock.Set(m.meeting.Day.In(registration.Paris).Add(time.Duration(rapid.IntRange(8, 17).Draw(r, "hour")) * time.Hour))
		defer m.setBack(r, now)
	}
	m.mayPass = true
	in := registration.CheckIn{Beyond: rapid.Bool().Draw(r, "beyond"), Session: rapid.SampledFrom([]registration.SessionID{"", "attractivite", "innovation"}).Draw(r, "session")}
	var err error
	act := rapid.SampledFrom([]string{"arrive", "back", "admit"}).Draw(r, "act")
	s, ok := m.pick(r)
	switch {
	case act == "admit":
		_, err = m.Admit(context.Background(), m.slug, registration.WalkIn{GivenName: "Ana", FamilyName: "Ici", Sure: true, CheckIn: in})
	case !ok:
	case act == "arrive":
		_, _, err = m.Arrive(context.Background(), m.slug, s.ID, in)
	case act == "back":
		err = m.UndoArrival(context.Background(), m.slug, s.ID, in.Session, "")
	}
	m.allows(r, act, err)
}

func (m *actMachine) eraseSomebody(r *rapid.T) {
	s, ok := m.pick(r)
	if !ok {
		return
	}
	var err error
	switch rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		err = m.Erase(context.Background(), m.manage(s))
	case 1:
		err = m.EraseFor(context.Background(), m.slug, s.ID)
	case 2:
		_, err = m.EraseAgain(context.Background(), []registration.ID{s.ID})
	}
	m.allows(r, "erase", err)
}
