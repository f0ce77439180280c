package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/territoires-industrie/sdk/registration"
)

// versions returns the versions of a meeting, without their configurations.
func versions(ctx context.Context, q Querier, slug string) ([]registration.Version, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT n, at, actor_kind, actor, keys FROM meeting_version WHERE meeting = $1 ORDER BY n DESC`, slug)
	return collect(rows, err, func(r *sql.Rows) (registration.Version, error) { return scanVersion(r) })
}

// version returns one version of a meeting.
func version(ctx context.Context, q Querier, slug string, n int) (registration.Version, error) {
	var config string
	v, err := scanVersion(q.QueryRowContext(ctx, `
		SELECT n, at, actor_kind, actor, keys, config FROM meeting_version WHERE meeting = $1 AND n = $2`, slug, n), &config)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal([]byte(config), &v.Meeting); err != nil {
		return v, fmt.Errorf("%w: %w", registration.ErrBroken, err)
	}
	return v, nil
}

func scanVersion(r interface{ Scan(...any) error }, more ...any) (v registration.Version, err error) {
	var at sql.NullInt64
	var actor sql.NullString
	var keys string
	if err := r.Scan(append([]any{&v.N, &at, &v.Actor.Kind, &actor, &keys}, more...)...); err != nil {
		return v, err
	}
	v.At = instant(at)
	if keys != "" {
		v.Keys = strings.Split(keys, "\n")
	}
	return v, v.Actor.ID.Scan(actor.String) // an absent id gives the zero one
}

// Versions implements [registration.Store].
func (s *Store) Versions(ctx context.Context, slug string) ([]registration.Version, error) {
	list, err := versions(ctx, s.engine.Read(), slug)
	return list, s.wrap("versions of "+slug, err)
}

// Version implements [registration.Store].
func (s *Store) Version(ctx context.Context, slug string, n int) (registration.Version, error) {
	v, err := version(ctx, s.engine.Read(), slug, n)
	return v, s.wrap("version of "+slug, err)
}

// Versions implements [registration.Tx].
func (t *tx) Versions() ([]registration.Version, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := versions(t.ctx, t.q, t.meeting.Slug)
	return list, t.spoil("versions", err)
}

// Version implements [registration.Tx].
func (t *tx) Version(n int) (registration.Version, error) {
	if t.err != nil {
		return registration.Version{}, t.err
	}
	v, err := version(t.ctx, t.q, t.meeting.Slug, n)
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, registration.ErrBroken) { // nothing is spoilt
		return v, t.store.wrap("version", err)
	}
	return v, t.spoil("version", err)
}

// PutVersion implements [registration.Tx].
func (t *tx) PutVersion(v registration.Version) error {
	if t.err != nil {
		return t.err
	}
	config, err := json.Marshal(v.Meeting)
	if err != nil {
		return t.spoil("put version", err)
	}
	_, err = t.q.ExecContext(t.ctx, `
		INSERT INTO meeting_version (meeting, n, at, actor_kind, actor, keys, config)
		SELECT $1, coalesce(max(n), 0) + 1, CAST($2 AS BIGINT), $3, $4, $5, $6 FROM meeting_version WHERE meeting = $1`,
		t.meeting.Slug, micros(v.At), v.Actor.Kind, text(v.Actor.ID), strings.Join(v.Keys, "\n"), string(config))
	if err == nil {
		_, err = t.q.ExecContext(t.ctx, `
			DELETE FROM meeting_version
			WHERE meeting = $1 AND n <= (SELECT max(n) FROM meeting_version WHERE meeting = $1) - $2`, t.meeting.Slug, registration.MaxVersions)
	}
	return t.spoil("put version", err)
}
