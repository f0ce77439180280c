package registration

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/territoires-industrie/sdk/territoires"
	"github.com/territoires-industrie/sdk/territoires/validation"
)

// Decide approves or refuses the party of this sign-up, which waits for an organiser's
// decision. It can also approve a party that was refused, which then gets seats by the
// usual rules at its former rank; companions who never confirmed their address, or have
// signed up again since, stay out. It returns [ErrNotFound] if the party waits for no
// decision, [ErrClosed] (of a cancelled meeting for an approval), [ErrExpired] if the
// refused address was never confirmed, [ErrAddressTaken] if it has signed up again since,
// or a [*FullError].
func (d *Desk) Decide(ctx context.Context, slug string, id ID, approve bool) error {
	return d.onSignup(ctx, slug, id, "decide", func(c change, s Signup) error { return c.decide(s, approve, "") })
}

// maxRefusal is how long the reason of a refusal may be, in characters.
const maxRefusal = 1000

// Refuse refuses a party as [Desk.Decide] does, and shows each of its people the reason.
// It also returns a [*validation.Error], with the path reason.
func (d *Desk) Refuse(ctx context.Context, slug string, id ID, reason string) error {
	reason, err := checkedReason(reason)
	if err != nil {
		return err
	}
	return d.onSignup(ctx, slug, id, "refuse", func(c change, s Signup) error { return c.decide(s, false, reason) })
}

// checkedReason returns the reason of a refusal trimmed, or a [*validation.Error].
func checkedReason(reason string) (string, error) {
	reason = strings.TrimSpace(strings.ReplaceAll(norm.NFC.String(reason), "\r\n", "\n"))
	rule := ""
	if utf8.RuneCountInString(reason) > maxRefusal {
		rule = "max"
	} else if !isLine(strings.ReplaceAll(reason, "\n", " ")) {
		rule = "line"
	}
	if rule != "" {
		return "", &validation.Error{Fields: []validation.FieldError{{Path: "reason", Rule: rule, Param: strconv.Itoa(maxRefusal)}}}
	}
	return reason, nil
}

// Reissue revokes every link to a sign-up and sends the person a new one, if it
// is active and has an address of its own. It returns [ErrNotFound].
func (d *Desk) Reissue(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "reissue", func(c change, s Signup) error {
		if s.Email != "" && s.EndedAt.IsZero() {
			return c.revoke(s, MailReissued)
		}
		return c.revoke(s)
	})
}

// Revoke revokes every link to a sign-up and tells nobody. It returns
// [ErrNotFound].
func (d *Desk) Revoke(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "revoke", func(c change, s Signup) error { return c.revoke(s) })
}

func (c change) revoke(s Signup, mails ...Kind) error {
	s.Version, s.Transfer = s.Version+1, Transfer{}
	return c.write(s, EventReissued, mails...)
}

// NoteCopy records in the history that an organiser took a copy of a person's data, on
// that person's behalf. It returns [ErrNotFound].
func (d *Desk) NoteCopy(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "note copy", func(c change, s Signup) error { return c.note(EventCopied, s) })
}

// onSignup runs an organiser's act on a sign-up in its own transaction. With
// [Desk.IfUnchanged] it returns [ErrStale] if the sign-up has changed.
func (d *Desk) onSignup(ctx context.Context, slug string, id ID, doing string, run func(change, Signup) error) error {
	return d.change(ctx, slug, doing, func(c change) error {
		s, err := c.Signup(id)
		if err != nil {
			return err
		}
		if err := d.checkSeen(s); err != nil {
			return err
		}
		return run(c, s)
	})
}

// The following acts are those of an organiser for somebody who writes or telephones.
// Each follows the rules, and posts the mails, of the act that the person can do with
// their link, except that the freeze and the limits of [LimitError] do not apply. All
// return [ErrNotFound] for a sign-up that this meeting does not have.

// Correct does what [Desk.Edit] does.
func (d *Desk) Correct(ctx context.Context, slug string, id ID, r Request) (now Signup, err error) {
	err = d.onSignup(ctx, slug, id, "correct", func(c change, s Signup) (err error) {
		now, err = c.edit(s, r)
		return err
	})
	return now, err
}

// CancelFor does what [Desk.Cancel] does or, if alone is set, [Desk.CancelAlone].
func (d *Desk) CancelFor(ctx context.Context, slug string, id ID, alone bool) error {
	return d.onSignup(ctx, slug, id, "cancel for", func(c change, s Signup) error {
		if s.Invited() {
			return c.remove(s)
		}
		_, err := c.cancel(s, EventCancelled, alone)
		return err
	})
}

// UndoCancellation does what [Desk.Undo] does, within [UndoFor], even after the freeze.
func (d *Desk) UndoCancellation(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "undo for", func(c change, s Signup) error {
		_, err := c.undo(s)
		return err
	})
}

// EraseFor does what [Desk.Erase] does. Twice is not an error.
func (d *Desk) EraseFor(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "erase for", change.erase)
}

// ChooseSessionsFor does what [Desk.ChooseSessions] does.
func (d *Desk) ChooseSessionsFor(ctx context.Context, slug string, id ID, ids []SessionID) (now Signup, err error) {
	err = d.onSignup(ctx, slug, id, "choose sessions for", func(c change, s Signup) (err error) {
		now, err = c.chooseAmong(s, ids)
		return err
	})
	return now, err
}

// AddCompanionFor does what [Desk.AddCompanion] does, even before sign-ups open and
// after they close.
func (d *Desk) AddCompanionFor(ctx context.Context, slug string, id ID, p Companion) error {
	p, err := p.checked()
	if err != nil {
		return err
	}
	return d.onSignup(ctx, slug, id, "add companion for", func(c change, s Signup) error { return c.addCompanion(s, p) })
}

// SendAgain posts the mail that says where a sign-up stands, with its link and,
// for a seat, its ticket. For a sign-up that has ended it returns [ErrCancelled],
// [ErrExpired] or, if it was refused, [ErrClosed]; [ErrClosed] also if no mail can go
// to the person, as without an address. It posts nothing if the mail left within the last
// ten seconds: a form was sent twice.
func (d *Desk) SendAgain(ctx context.Context, slug string, id ID) error {
	return d.onSignup(ctx, slug, id, "send again", change.sendAgain)
}

func (c change) sendAgain(s Signup) error {
	if err := c.checkActive(s); err != nil {
		return err
	}
	mails, err := c.statusMails(s)
	if err != nil || len(mails) == 0 {
		return cmp.Or(err, ErrClosed)
	}
	posted, err := c.PostedTo(s.AddressKey, c.now.Add(-10*time.Second))
	if err != nil || slices.ContainsFunc(posted, func(p Posted) bool { return p.Kind == mails[0] && !p.SentAt.IsZero() }) {
		return err
	}
	return c.note(EventResent, s, mails...)
}

// statusMails returns the kind of mail that says where an active sign-up stands. It
// is none without an address, or for a companion whose lead has not confirmed.
func (c change) statusMails(s Signup) ([]Kind, error) {
	switch {
	case s.Email == "":
		return nil, nil
	case !s.AddressConfirmedAt.IsZero():
		return []Kind{standingMail(s)}, nil
	case s.ID == s.Party:
		return []Kind{MailConfirm}, nil
	}
	lead, err := c.Signup(s.Party)
	if err != nil || lead.AddressConfirmedAt.IsZero() {
		return nil, err
	}
	return []Kind{MailInvitation}, nil
}

// The bounds of what a list is asked for.
const (
	maxSearch      = 200 // characters
	maxSearchWords = 10
	MaxChosen      = 2000 // sign-ups that one message or one bulk action can list
	MaxAnswers     = 50   // filters of a list by answers
)

// Check returns a [*validation.Error] for the conditions of f that no sign-up of m can
// meet. Its paths are the parameters of a list's page: q, status, session, waiting,
// category, territory, region, axis, day, arrived, half, source, answer.ID and codes.
func (f Filter) Check(m Meeting) error {
	var bad []validation.FieldError
	blame := func(wrong bool, path, rule, param string) {
		if wrong {
			bad = append(bad, validation.FieldError{Path: path, Rule: rule, Param: param})
		}
	}
	blame(utf8.RuneCountInString(f.Words) > maxSearch, "q", "max", strconv.Itoa(maxSearch))
	blame(len(strings.Fields(f.Words)) > maxSearchWords, "q", "words", strconv.Itoa(maxSearchWords))
	for _, s := range f.Status {
		blame(!slices.Contains(Statuses(), s), "status", "known", "")
	}
	for path, id := range map[string]SessionID{"session": f.Session, "waiting": f.Waiting, "arrived": f.Arrived.Session} {
		_, ok := m.Capacity(id)
		blame(id != "" && !ok, path, "known", "")
	}
	blame(f.Category != "" && !slices.Contains(Categories(), f.Category), "category", "known", "")
	_, ok := territoires.Lookup(territoires.PhaseI, territoires.ID(f.Territory))
	blame(f.Territory != "" && !ok, "territory", "known", "")
	blame(f.Region != "" && !hasRegion(f.Region), "region", "known", "")
	_, err := territoires.ParseAxis(territoires.PhaseI, f.Axis)
	blame(f.Axis != "" && err != nil, "axis", "known", "")
	_, err = territoires.ParseDate(f.Day)
	blame(f.Day != "" && err != nil, "day", "known", "")
	blame(f.Arrived.Half != "" && (f.Arrived.Session == "" || f.Arrived.Half != Morning && f.Arrived.Half != Afternoon), "half", "known", "")
	blame(f.Source != "" && !slices.Contains(Sources(), f.Source), "source", "known", "")
	blame(len(f.Codes) > MaxChosen, "codes", "max", strconv.Itoa(MaxChosen))
	blame(len(f.Answers) > MaxAnswers, "answer", "known", "")
	for _, a := range f.Answers {
		blame(!isQuestionID(a.Question), "answer."+a.Question, "known", "")
		blame(utf8.RuneCountInString(a.Answer) > maxSearch, "answer."+a.Question, "max", strconv.Itoa(maxSearch))
	}
	if bad == nil {
		return nil
	}
	return &validation.Error{Fields: bad}
}

// hasRegion reports whether code is the région that leads some territory.
func hasRegion(code string) bool {
	for t := range territoires.All(territoires.PhaseI) {
		if (Person{Territory: string(t.ID)}).Region() == code {
			return true
		}
	}
	return false
}

// BulkAction is an act that an organiser does for many sign-ups at once.
type BulkAction string

// The bulk actions.
const (
	BulkApprove BulkAction = "approve"
	BulkRefuse  BulkAction = "refuse" // with a reason, or none
	BulkCancel  BulkAction = "cancel" // each alone: companions who are not listed keep their places
	BulkResend  BulkAction = "resend" // the mail that says where the sign-up stands
)

// BulkActions returns the bulk actions in the order of the form.
func BulkActions() []BulkAction { return []BulkAction{BulkApprove, BulkRefuse, BulkCancel, BulkResend} }

// Applies returns nil if the action can be done for s at now. Otherwise it returns
// [ErrNotFound] if s waits for no decision, [ErrCancelled], [ErrClosed] if s was refused
// or a mail would have no address, or [ErrExpired].
func (a BulkAction) Applies(s Signup, now time.Time) error {
	switch state := s.State(MeetingSession); {
	case a == BulkApprove || a == BulkRefuse:
		if state != Approval {
			return ErrNotFound
		}
	case state == Cancelled:
		return ErrCancelled
	case state == Refused, a == BulkResend && s.Email == "":
		return ErrClosed
	case !s.EndedAt.IsZero(), s.HoldExpired(now):
		return ErrExpired
	}
	return nil
}

// bulkBatch is the most sign-ups for which one transaction acts.
const bulkBatch = 100

// Batch is the outcome of one transaction of [Desk.RunBulkAction].
type Batch struct {
	Done    []Signup // as the action left them
	Skipped []Skipped
	Err     error // why nothing of the batch was done; nil if it was done
	Left    []ID  // with Err: the sign-ups of this batch and of all later ones
}

// Skipped is a sign-up for which the action could not be done: for example the person
// has cancelled, another organiser has decided, or no seat is left. Err says why.
type Skipped struct {
	Signup Signup
	Err    error
}

// RunBulkAction does one act for many sign-ups, in the order in which they signed up and
// a hundred per transaction, and returns the outcome of each transaction. It stops at
// the first that fails, but not when ctx ends. A decision on one person of a party is a
// decision on the whole party. It returns a [*validation.Error], with the path reason or
// codes, before anything is done.
func (d *Desk) RunBulkAction(ctx context.Context, slug string, act BulkAction, ids []ID, reason string) ([]Batch, error) {
	reason, err := checkedReason(reason)
	if err != nil {
		return nil, err
	}
	if len(ids) > MaxChosen {
		return nil, Filter{Codes: make([]string, len(ids))}.Check(Meeting{})
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	ctx = context.WithoutCancel(ctx)
	var batches []Batch
	decided := map[ID]bool{}
	for len(ids) > 0 {
		some := ids[:min(bulkBatch, len(ids))]
		var b Batch
		now := map[ID]bool{}
		b.Err = d.change(ctx, slug, "act for many", func(c change) (err error) {
			b, now = Batch{}, maps.Clone(decided) // the store may run this again
			for _, id := range some {
				if err := c.actFor(&b, now, act, id, reason); err != nil {
					return err
				}
			}
			return nil
		})
		if b.Err != nil {
			return append(batches, Batch{Err: b.Err, Left: ids}), nil
		}
		batches, decided, ids = append(batches, b), now, ids[len(some):]
	}
	return batches, nil
}

// actFor does an act for one sign-up of many, or skips it.
func (c change) actFor(b *Batch, decided map[ID]bool, act BulkAction, id ID, reason string) error {
	s, err := c.Signup(id)
	if err != nil {
		return err
	}
	decides := act == BulkApprove || act == BulkRefuse
	if decides && decided[s.Party] { // with another of the party
		b.Done = append(b.Done, s)
		return nil
	}
	err = act.Applies(s, c.now)
	switch {
	case err != nil:
	case decides:
		err = c.decide(s, act == BulkApprove, reason)
		decided[s.Party] = err == nil
	case act == BulkResend:
		err = c.sendAgain(s)
	case s.Invited():
		err = c.remove(s)
	default:
		_, err = c.cancel(s, EventCancelled, true)
	}
	if err == nil {
		if s, err = c.Signup(id); err == nil {
			b.Done = append(b.Done, s)
		}
		return err
	}
	for _, over := range []error{ErrNotFound, ErrCancelled, ErrClosed, ErrExpired, ErrFull} {
		if errors.Is(err, over) {
			b.Skipped = append(b.Skipped, Skipped{s, err})
			return nil // if the error has aborted the transaction, the whole batch fails
		}
	}
	return err
}

func (c change) eraseAgain(id ID) (erased bool, err error) {
	s, err := c.Signup(id)
	if err != nil || s.blank() {
		return false, err
	}
	if s, err = c.cancel(s, EventCancelled, false); err != nil {
		return false, err
	}
	s.anonymise()
	return true, c.write(s, EventErased)
}
