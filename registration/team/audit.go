package team

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// Entry is a line of the audit log: an act of an organiser or of the command
// line. It names ids, never people.
type Entry struct {
	N       int64 // from 1, without a gap
	At      time.Time
	Actor   registration.Actor
	Act     string
	Meeting string          // slug, "" for an act that is not on one
	Subject registration.ID // the sign-up or organiser acted on, zero for none
	Detail  string          // ids, roles and numbers
	Hash    string          // of the entry and the hash of the one before: see [Entry.Sum]
}

// The acts that are not events of a sign-up or a meeting.
const (
	ActGranted   = "grant_changed"
	ActSignedIn  = "signed_in"
	ActSignedOut = "signed_out"
	ActShown     = "signin_shown" // a one-time sign-in, to somebody who stands beside
	ActExported  = "export"
	ActDeleted   = "meeting_deleted"
)

// Sum returns the hash of the entry: SHA-256, in hexadecimal, of every other field
// and of before, the hash of the previous entry. If every hash of a log is the Sum
// of its line, no line was changed in the middle. But who can write the whole log
// can compute new hashes, so keep the last hash elsewhere.
func (e Entry) Sum(before string) string {
	b, err := json.Marshal([]string{before, strconv.FormatInt(e.N, 10), strconv.FormatInt(e.At.UnixMicro(), 10),
		string(e.Actor.Kind), e.Actor.ID.String(), e.Act, e.Meeting, e.Subject.String(), e.Detail})
	if err != nil { // a list of texts
		panic("team: audit: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// BrokenError says that the audit log was changed after it was written. N is the
// first line that is wrong.
type BrokenError struct{ N int64 }

func (e *BrokenError) Error() string {
	return fmt.Sprintf("team: the audit log is not what was written: line %d was changed, added or removed", e.N)
}

// LastSignIns returns when each organiser last signed in. Who never did is not in the
// map.
func (t *Team) LastSignIns(ctx context.Context) (map[registration.ID]time.Time, error) {
	last, err := t.store.LastSignIns(ctx)
	if err != nil {
		return nil, fmt.Errorf("last sign-ins: %w", err)
	}
	return last, nil
}

// auditPage is how many lines are read at once.
const auditPage = 500

// Audit streams the audit log from its first line on. An error ends the
// sequence.
func (t *Team) Audit(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		var last int64
		for {
			page, err := t.store.Audited(ctx, last, auditPage)
			if err != nil {
				yield(Entry{}, fmt.Errorf("audit: %w", err))
				return
			}
			for _, e := range page {
				if last = e.N; !yield(e, nil) {
					return
				}
			}
			if len(page) < auditPage {
				return
			}
		}
	}
}

// AuditPage returns at most n lines of the audit log that follow line number after,
// and the number of the last line of the log.
func (t *Team) AuditPage(ctx context.Context, after int64, n int) (page []Entry, last int64, err error) {
	if last, _, err = t.store.AuditHead(ctx); err == nil {
		page, err = t.store.Audited(ctx, after, n)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("audit: %w", err)
	}
	return page, last, nil
}

// Verify reads the whole audit log and returns how many lines it has and the hash
// of the last one, or a [*BrokenError] that says which line is the first that is
// wrong. Lines that are written meanwhile may be left out.
func (t *Team) Verify(ctx context.Context) (n int64, hash string, err error) {
	headN, head, err := t.store.AuditHead(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("audit: %w", err)
	}
	atHead := ""
	for e, err := range t.Audit(ctx) {
		if err != nil {
			return 0, "", err
		}
		if n++; e.N != n || e.Sum(hash) != e.Hash {
			return 0, "", &BrokenError{n}
		}
		if hash = e.Hash; n == headN {
			atHead = hash
		}
	}
	if n < headN || atHead != head {
		return 0, "", &BrokenError{min(n+1, headN)}
	}
	return n, hash, nil
}

// Note adds an act to the audit log if the actor of ctx is an organiser or the
// command line. For other actors it does nothing.
func (t *Team) Note(ctx context.Context, act, meeting, detail string) error {
	e := Entry{At: t.Now(), Actor: registration.ActorOf(ctx), Act: act, Meeting: meeting, Detail: detail}
	if !e.Actor.Audited() {
		return nil
	}
	if err := t.store.ChangeTeam(ctx, func(tx Tx) error { return tx.Audit(e) }); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
