-- +goose Up

-- What an organiser may do in one meeting, or in all of them. Who had a role
-- keeps it, everywhere.
CREATE TABLE organiser_grant (
    organiser TEXT COLLATE "C" NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
    meeting   TEXT COLLATE "C" REFERENCES meeting (slug) ON DELETE CASCADE, -- NULL: every meeting
    role      TEXT NOT NULL CHECK (role IN ('desk', 'reader', 'organiser', 'admin'))
);

CREATE UNIQUE INDEX organiser_grant_scope ON organiser_grant (organiser, coalesce(meeting, ''));
CREATE INDEX organiser_grant_meeting ON organiser_grant (meeting) WHERE meeting IS NOT NULL;

INSERT INTO organiser_grant (organiser, meeting, role)
SELECT id, NULL, role FROM organiser;

ALTER TABLE organiser DROP COLUMN role;
ALTER TABLE organiser DROP COLUMN version;
ALTER TABLE organiser ADD COLUMN digest BIGINT NOT NULL DEFAULT 0 CHECK (digest IN (0, 1)); -- 1: wants a daily one
ALTER TABLE organiser ADD COLUMN digest_day TEXT COLLATE "C" NOT NULL DEFAULT '';                        -- of the last one
ALTER TABLE organiser ADD COLUMN kept_form TEXT NOT NULL DEFAULT '';                         -- while they sign in once more
ALTER TABLE organiser ADD COLUMN kept_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE signin ADD COLUMN next TEXT NOT NULL DEFAULT ''; -- path of the page that was wanted

ALTER TABLE mail ADD COLUMN organiser TEXT COLLATE "C" REFERENCES organiser (id); -- of a digest

CREATE INDEX mail_organiser ON mail (organiser) WHERE organiser IS NOT NULL;

-- Who is signed in, and where.
CREATE TABLE login (
    key       TEXT COLLATE "C" PRIMARY KEY, -- hash of what the browser has
    organiser TEXT COLLATE "C" NOT NULL REFERENCES organiser (id) ON DELETE CASCADE,
    since     BIGINT NOT NULL,
    seen      BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    device    TEXT NOT NULL
);

CREATE INDEX login_organiser ON login (organiser, since);
CREATE INDEX login_until ON login (until);

-- Who did it: '' is not known, of what happened before this migration.
ALTER TABLE event ADD COLUMN actor_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN actor TEXT COLLATE "C";                       -- id of a sign-up or an organiser, NULL for none
ALTER TABLE event ADD COLUMN changes TEXT NOT NULL DEFAULT ''; -- as JSON; '': none

-- What organisers and the command line did: lines that are never changed.
CREATE TABLE audit (
    n          BIGINT PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL, -- '': none
    act        TEXT NOT NULL,
    meeting    TEXT COLLATE "C" NOT NULL, -- '': none; outlives the meeting
    subject    TEXT COLLATE "C" NOT NULL, -- '': none; outlives what it names
    detail     TEXT NOT NULL,
    hash       TEXT NOT NULL
);

CREATE TABLE audit_head (
    id   BIGINT PRIMARY KEY CHECK (id = 1), -- one row, locked by who adds a line or changes the team
    n    BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (id, n, hash) VALUES (1, 0, '');

-- +goose StatementBegin
-- A restore makes it as well: see appendOnly in backup.go.
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
