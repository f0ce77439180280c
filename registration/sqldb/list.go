package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/territoires-industrie/sdk/registration"
)

// listLimit is how long one page of a list may take.
const listLimit = 10 * time.Second

// streamPage is how many sign-ups [Store.Listed] reads at once.
const streamPage = 2000

// selectEntry reads the lines of a list. What follows it joins table signup with a
// subquery named page, which has the ids and the order.
const selectEntry = `
	SELECT ` + signupColumns + `,
		CASE WHEN signup.party = signup.id THEN code
			ELSE coalesce((SELECT lead.code FROM signup AS lead WHERE lead.id = signup.party), '') END,
		EXISTS (SELECT 1 FROM mail WHERE mail.signup = signup.id AND ` + refusedMail + ` LIMIT 1 OFFSET 0)
	FROM `

// lists runs read on the pool of [Engine.Lists], for at most [listLimit].
func (s *Store) lists(ctx context.Context, op string, read func(ctx context.Context, q Querier) error) error {
	limited, cancel := context.WithTimeoutCause(ctx, listLimit, registration.ErrUnavailable)
	defer cancel()
	err := read(limited, s.engine.Lists())
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("%w: longer than %v: %w", registration.ErrUnavailable, listLimit, err)
	}
	return s.wrap(op, err)
}

// List implements [registration.ListStore].
func (s *Store) List(ctx context.Context, slug string, f registration.Filter, p registration.Paging) (page registration.Page, err error) {
	err = s.lists(ctx, "list of "+slug, func(ctx context.Context, q Querier) error {
		l := listing{ctx: ctx, q: q, slug: slug, filter: f, order: p.Order, all: p.CountAll, lateral: s.engine.Clauses().Lateral}
		if err := l.plan(); err != nil {
			return err
		}
		page, err = l.page(p)
		page.Selected = l.selected
		return err
	})
	return page, err
}

// Listed implements [registration.ListStore].
func (s *Store) Listed(ctx context.Context, slug string, f registration.Filter, o registration.Order) iter.Seq2[registration.Entry, error] {
	return func(yield func(registration.Entry, error) bool) {
		for p := (registration.Paging{Order: o, Limit: streamPage}); ; {
			var page registration.Page
			err := s.lists(ctx, "list of "+slug, func(ctx context.Context, q Querier) (err error) {
				l := listing{ctx: ctx, q: q, slug: slug, filter: f, order: o, lateral: s.engine.Clauses().Lateral}
				if err := l.plan(); err != nil {
					return err
				}
				page, err = l.page(p)
				return err
			})
			if err != nil {
				yield(registration.Entry{}, err)
				return
			}
			for _, e := range page.Entries {
				if !yield(e, nil) {
					return
				}
			}
			if !page.Next {
				return
			}
			p.After = page.Entries[len(page.Entries)-1].Code
		}
	}
}

// Fullness implements [registration.ListStore].
func (s *Store) Fullness(ctx context.Context, slug string) (all []registration.Occupancy, err error) {
	err = s.lists(ctx, "fullness of "+slug, func(ctx context.Context, q Querier) error {
		all, err = occupancy(ctx, q, slug)
		return err
	})
	return all, err
}

// StatusCounts implements [registration.ListStore].
func (s *Store) StatusCounts(ctx context.Context, slug string) (counts map[registration.Status]int, err error) {
	err = s.lists(ctx, "statuses of "+slug, func(ctx context.Context, q Querier) error {
		counts, err = statusCounts(ctx, q, slug)
		return err
	})
	return counts, err
}

func statusCounts(ctx context.Context, q Querier, slug string) (map[registration.Status]int, error) {
	counts := make(map[registration.Status]int)
	list, err := tallies(ctx, q, `SELECT term, status, n FROM tally WHERE meeting = $1 AND term = '' AND n > 0`, slug)
	for _, t := range list {
		counts[t.status] = t.n
	}
	return counts, err
}

// Answered implements [registration.ListStore]: it looks up one question after the
// other in the index of terms, without reading those who answered.
func (s *Store) Answered(ctx context.Context, slug string) (ids []string, err error) {
	err = s.lists(ctx, "answered questions of "+slug, func(ctx context.Context, q Querier) error {
		ids = nil
		for after := answeredTerm; ; {
			var term sql.NullString
			err := q.QueryRowContext(ctx, `
				SELECT min(term) FROM term WHERE meeting = $1 AND term > $2 AND term < $3`,
				slug, after, answeredTerm+"~").Scan(&term)
			if err != nil || !term.Valid {
				return err
			}
			after = term.String
			ids = append(ids, strings.TrimPrefix(after, answeredTerm))
		}
	})
	return ids, err
}

// Columns implements [registration.ListStore].
func (s *Store) Columns(ctx context.Context, organiser registration.ID) ([]string, error) {
	var columns string
	err := s.engine.Read().QueryRowContext(ctx, `
		SELECT columns FROM export_columns WHERE organiser = $1`, organiser.String()).Scan(&columns)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return strings.Fields(columns), s.wrap("columns", err)
}

// SetColumns implements [registration.ListStore].
func (s *Store) SetColumns(ctx context.Context, organiser registration.ID, columns []string) error {
	return s.write(ctx, "set columns", func(ctx context.Context, q Querier) error {
		_, err := q.ExecContext(ctx, `
			INSERT INTO export_columns (organiser, columns)
			VALUES ($1, $2)
			ON CONFLICT (organiser) DO UPDATE SET columns = excluded.columns`, organiser.String(), strings.Join(columns, " "))
		return err
	})
}

func scanEntry(r *sql.Rows) (e registration.Entry, err error) {
	e.Signup, err = scanSignup(r, &e.LeadCode, &e.MailRefused)
	return e, err
}
