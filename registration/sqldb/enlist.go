package sqldb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// enlisted holds the columns by which lists find a sign-up, as stored.
type enlisted struct {
	status  registration.Status // "": not yet
	nameKey []byte
	terms   []string
}

// enlist updates the terms and the tallies of a sign-up from was to d.
func (t *tx) enlist(id registration.ID, was enlisted, d derived) error {
	if was.status != "" {
		t.tally(was.status, was.terms, -1)
	}
	t.tally(d.status, d.terms, 1)
	return t.replaceTerms(id, was, d)
}

// replaceTerms adds rows for new terms and deletes those of terms that are gone. If
// the name has changed, it replaces all of them, since they are ordered by name.
func (t *tx) replaceTerms(id registration.ID, was enlisted, d derived) error {
	renamed := !bytes.Equal(was.nameKey, d.nameKey)
	for _, term := range was.terms {
		if _, kept := slices.BinarySearch(d.terms, term); kept && !renamed {
			continue
		}
		if err := t.writeTerms(); err != nil { // the row to be deleted may be among them
			return err
		}
		if _, err := t.q.ExecContext(t.ctx, deleteTerm, t.meeting.Slug, term, was.nameKey, id.String()); err != nil {
			return err
		}
	}
	key, signup := any(d.nameKey), any(id.String())
	for _, term := range d.rows() {
		if renamed || !slices.Contains(was.terms, term) {
			t.terms = append(t.terms, termRow{term, key, signup})
		}
	}
	return nil
}

const deleteTerm = `DELETE FROM term WHERE meeting = $1 AND term = $2 AND name_key = $3 AND signup = $4`

// deriveBatch is how many sign-ups one transaction brings up to date: few enough
// for visitors not to notice.
const deriveBatch = 200

// Derive brings the columns that lists need up to date, for sign-ups that another
// version of the program wrote or derived. The packages that open a store call it.
// It may run in several processes at once, and logs what takes long.
func (s *Store) Derive(ctx context.Context, log *slog.Logger) error {
	rows, err := s.engine.Read().QueryContext(ctx, `SELECT slug FROM meeting ORDER BY slug`)
	slugs, err := collect(rows, err, func(r *sql.Rows) (slug string, err error) { return slug, r.Scan(&slug) })
	if err != nil {
		return s.wrap("derive", err)
	}
	for _, slug := range slugs {
		if err := s.deriveMeeting(ctx, slug, log); err != nil {
			return fmt.Errorf("derive %s: %w", slug, err)
		}
	}
	return nil
}

func (s *Store) deriveMeeting(ctx context.Context, slug string, log *slog.Logger) error {
	var version string
	err := s.engine.Read().QueryRowContext(ctx, `SELECT list_version FROM meeting WHERE slug = $1`, slug).Scan(&version)
	if err != nil {
		return s.wrap("list version", err)
	}
	which := ` AND status = ''`
	if version != listVersion {
		which = ""
	}
	began, batches := time.Now(), 0
	defer func() {
		if batches > 1 {
			log.InfoContext(ctx, "lists are up to date", "event", "derived", "meeting", slug, "took", time.Since(began))
		}
	}()
	for after, more := "", true; more; {
		last, err := s.deriveSome(ctx, slug, after, which)
		if errors.Is(err, registration.ErrNotFound) || errors.Is(err, registration.ErrBroken) { // deleted meanwhile, or unreadable: left for the next time
			return nil
		}
		if err != nil {
			return err
		}
		if batches++; last != "" && batches == 1 {
			log.InfoContext(ctx, "bringing lists up to date", "event", "derive", "meeting", slug)
		}
		after, more = last, last != ""
	}
	return nil
}

// deriveSome brings the next sign-ups after an id up to date, and returns the
// last of them, "" if there are no more.
func (s *Store) deriveSome(ctx context.Context, slug, after, which string) (last string, err error) {
	err = s.write(ctx, "derive", func(ctx context.Context, q Querier) error {
		t, err := s.lock(ctx, q, slug)
		if err != nil {
			return err
		}
		list, err := t.list("derive", ` WHERE meeting = $1 AND id > $2`+which+` ORDER BY id LIMIT $3`, slug, after, deriveBatch)
		for i := 0; err == nil && i < len(list); i++ {
			err = t.derive(list[i])
		}
		last = ""
		if len(list) == deriveBatch {
			last = list[len(list)-1].ID.String()
		} else if err == nil {
			_, err = q.ExecContext(ctx, `UPDATE meeting SET list_version = $2 WHERE slug = $1`, slug, listVersion)
		}
		if err == nil {
			err = t.flush()
		}
		return t.outcome(err)
	})
	return last, err
}

func (t *tx) derive(s registration.Signup) error {
	was, err := t.stored(s.ID)
	if err != nil {
		return err
	}
	d := derive(s)
	_, err = t.q.ExecContext(t.ctx, `
		UPDATE signup
		SET status = $2, name_key = $3, organisation_key = $4, terms = $5
		WHERE id = $1`, s.ID.String(), string(d.status), d.nameKey, d.organisationKey, d.joined())
	if err == nil { // of an older version: codes had a row too
		_, err = t.q.ExecContext(t.ctx, deleteTerm, t.meeting.Slug, d.code, was.nameKey, s.ID.String())
	}
	if err != nil {
		return err
	}
	t.forget(s.ID, s.Party)
	return t.enlist(s.ID, was.enlisted, d)
}
