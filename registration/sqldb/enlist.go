package sqldb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// enlisted is how lists find a sign-up, as its row says.
type enlisted struct {
	status  registration.Status // "": not yet
	nameKey []byte
	terms   []string
}

// enlisted returns how lists find a sign-up.
func (t *tx) enlisted(id registration.ID) (e enlisted, err error) {
	var terms string
	err = t.q.QueryRowContext(t.ctx, `
		SELECT status, name_key, terms FROM signup WHERE id = $1`, id.String()).Scan(&e.status, &e.nameKey, &terms)
	e.terms = strings.Fields(terms)
	return e, err
}

// enlist brings the terms and the counts by status from what was stored to d.
func (t *tx) enlist(id registration.ID, was enlisted, d derived) error {
	if err := t.replaceTerms(id, was, d); err != nil {
		return err
	}
	if was.status == d.status {
		return nil
	}
	if err := t.countStatus(d.status, 1); err != nil || was.status == "" {
		return err
	}
	return t.countStatus(was.status, -1)
}

// countStatus moves the number of sign-ups that have a status.
func (t *tx) countStatus(s registration.Status, by int64) error {
	_, err := t.q.ExecContext(t.ctx, `
		INSERT INTO status_count (meeting, status, n)
		VALUES ($1, $2, 0)
		ON CONFLICT (meeting, status) DO NOTHING`, t.meeting.Slug, s)
	if err != nil {
		return err
	}
	_, err = t.q.ExecContext(t.ctx, `
		UPDATE status_count SET n = n + $3 WHERE meeting = $1 AND status = $2`, t.meeting.Slug, s, by)
	return err
}

// replaceTerms writes the terms that are new and deletes those that are gone:
// all of them if the name, by which they are ordered, is another.
func (t *tx) replaceTerms(id registration.ID, was enlisted, d derived) error {
	renamed := !bytes.Equal(was.nameKey, d.nameKey)
	for _, term := range was.terms {
		if _, kept := slices.BinarySearch(d.terms, term); kept && !renamed {
			continue
		}
		_, err := t.q.ExecContext(t.ctx, `
			DELETE FROM term WHERE meeting = $1 AND term = $2 AND name_key = $3 AND signup = $4`,
			t.meeting.Slug, term, was.nameKey, id.String())
		if err != nil {
			return err
		}
	}
	var added []string
	for _, term := range d.terms {
		if renamed || !slices.Contains(was.terms, term) {
			added = append(added, term)
		}
	}
	for some := range slices.Chunk(added, termsAtOnce) {
		if err := t.insertTerms(id, d.nameKey, some); err != nil {
			return err
		}
	}
	return nil
}

// termsAtOnce bounds the length of a statement, and with it how many there are.
const termsAtOnce = 24

func (t *tx) insertTerms(id registration.ID, nameKey []byte, terms []string) error {
	args := []any{t.meeting.Slug, nameKey, id.String()}
	var values []string
	for _, term := range terms {
		args = append(args, term)
		values = append(values, "($1, $"+strconv.Itoa(len(args))+", $2, $3)")
	}
	// One that is there already was left by a program that knew no terms.
	_, err := t.q.ExecContext(t.ctx, `
		INSERT`+t.store.engine.Clauses().OrIgnore+` INTO term (meeting, term, name_key, signup)
		VALUES `+strings.Join(values, ", ")+`
		ON CONFLICT DO NOTHING`, args...)
	return err
}

// deriveBatch is how many sign-ups one transaction brings up to date: few enough
// for visitors not to notice.
const deriveBatch = 200

// Derive brings up to date what lists need of sign-ups that were written, or
// derived, by another version of the program. It is for the packages that open
// a store, and may run in several processes at once.
func (s *Store) Derive(ctx context.Context) error {
	rows, err := s.engine.Read().QueryContext(ctx, `SELECT slug FROM meeting ORDER BY slug`)
	slugs, err := collect(rows, err, func(r *sql.Rows) (slug string, err error) { return slug, r.Scan(&slug) })
	if err != nil {
		return s.wrap("derive", err)
	}
	for _, slug := range slugs {
		if err := s.deriveMeeting(ctx, slug); err != nil {
			return fmt.Errorf("derive %s: %w", slug, err)
		}
	}
	return nil
}

func (s *Store) deriveMeeting(ctx context.Context, slug string) error {
	var version string
	err := s.engine.Read().QueryRowContext(ctx, `SELECT list_version FROM meeting WHERE slug = $1`, slug).Scan(&version)
	if err != nil {
		return s.wrap("list version", err)
	}
	which := ` AND status = ''`
	if version != listVersion {
		which = ""
	}
	for after, more := "", true; more; {
		last, err := s.deriveSome(ctx, slug, after, which)
		if errors.Is(err, registration.ErrNotFound) { // deleted meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		after, more = last, last != ""
	}
	return nil
}

// deriveSome brings the next sign-ups after an id up to date, and returns the
// last of them, "" if there are no more.
func (s *Store) deriveSome(ctx context.Context, slug, after, which string) (last string, err error) {
	err = s.write(ctx, "derive", func(ctx context.Context, q Querier) error {
		t := &tx{store: s, ctx: ctx, q: q}
		if err := t.lock(slug); err != nil {
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
		return t.outcome(err)
	})
	return last, err
}

func (t *tx) derive(s registration.Signup) error {
	was, err := t.enlisted(s.ID)
	if err != nil {
		return err
	}
	d := derive(s)
	_, err = t.q.ExecContext(t.ctx, `
		UPDATE signup
		SET status = $2, name_key = $3, organisation_key = $4, terms = $5
		WHERE id = $1`, s.ID.String(), string(d.status), d.nameKey, d.organisationKey, d.joined())
	if err != nil {
		return err
	}
	return t.enlist(s.ID, was, d)
}
