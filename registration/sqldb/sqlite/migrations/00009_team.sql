-- +goose Up

-- What an organiser may do in one meeting, or in all of them. Who had a role
-- keeps it, everywhere.
CREATE TABLE organiser_grant (
    organiser TEXT NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
    meeting   TEXT REFERENCES meeting (slug) ON DELETE CASCADE, -- NULL: every meeting
    role      TEXT NOT NULL CHECK (role IN ('desk', 'reader', 'organiser', 'admin'))
) STRICT;

CREATE UNIQUE INDEX organiser_grant_scope ON organiser_grant (organiser, coalesce(meeting, ''));
CREATE INDEX organiser_grant_meeting ON organiser_grant (meeting) WHERE meeting IS NOT NULL;

INSERT INTO organiser_grant (organiser, meeting, role)
SELECT id, NULL, role FROM organiser;

ALTER TABLE organiser DROP COLUMN role;
ALTER TABLE organiser DROP COLUMN version;
ALTER TABLE organiser ADD COLUMN digest INTEGER NOT NULL DEFAULT 0 CHECK (digest IN (0, 1)); -- 1: wants a daily one
ALTER TABLE organiser ADD COLUMN digest_day TEXT NOT NULL DEFAULT '';                        -- of the last one
ALTER TABLE organiser ADD COLUMN kept_form TEXT NOT NULL DEFAULT '';                         -- while they sign in once more
ALTER TABLE organiser ADD COLUMN kept_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE signin ADD COLUMN next TEXT NOT NULL DEFAULT ''; -- path of the page that was wanted

ALTER TABLE mail ADD COLUMN organiser TEXT REFERENCES organiser (id); -- of a digest

CREATE INDEX mail_organiser ON mail (organiser) WHERE organiser IS NOT NULL;

-- Who is signed in, and where.
CREATE TABLE login (
    key       TEXT PRIMARY KEY, -- hash of what the browser has
    organiser TEXT NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
    since     INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    device    TEXT NOT NULL
) STRICT;

CREATE INDEX login_organiser ON login (organiser, since);
CREATE INDEX login_until ON login (until);

-- Who did it: '' is not known, of what happened before this migration.
ALTER TABLE event ADD COLUMN actor_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN actor TEXT;                       -- id of a sign-up or an organiser, NULL for none
ALTER TABLE event ADD COLUMN changes TEXT NOT NULL DEFAULT ''; -- as JSON; '': none

-- What organisers and the command line did: lines that are never changed.
CREATE TABLE audit (
    n          INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      TEXT NOT NULL, -- '': none
    act        TEXT NOT NULL,
    meeting    TEXT NOT NULL, -- '': none; outlives the meeting
    subject    TEXT NOT NULL, -- '': none; outlives what it names
    detail     TEXT NOT NULL,
    hash       TEXT NOT NULL
) STRICT;

CREATE TABLE audit_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1), -- one row, locked by who adds a line or changes the team
    n    INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (id, n, hash) VALUES (1, 0, '');

-- +goose StatementBegin
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
