-- +goose Up

-- What lists of sign-ups are filtered, searched and ordered by. It follows from
-- the rest of a sign-up and is written with it; sign-ups that are here already
-- are brought up to date when the program opens the database.
ALTER TABLE signup ADD COLUMN status TEXT NOT NULL DEFAULT '';            -- the word that people read; '': not derived yet
ALTER TABLE signup ADD COLUMN name_key BLOB NOT NULL DEFAULT x'';         -- family and given name in French order
ALTER TABLE signup ADD COLUMN organisation_key BLOB NOT NULL DEFAULT x''; -- organisation in French order
ALTER TABLE signup ADD COLUMN terms TEXT NOT NULL DEFAULT '';             -- its rows of term, with spaces between and around
ALTER TABLE meeting ADD COLUMN list_version TEXT NOT NULL DEFAULT '';     -- the rules by which all its sign-ups were derived

CREATE INDEX signup_name ON signup (meeting, name_key, id);
CREATE INDEX signup_organisation ON signup (meeting, organisation_key, name_key, id);
CREATE INDEX signup_status ON signup (meeting, status, name_key, id);
CREATE INDEX signup_underived ON signup (meeting, id) WHERE status = '';

-- What a sign-up is found by, in the order of names: folded words, sessions,
-- places, answers.
CREATE TABLE term (
    meeting  TEXT NOT NULL,
    term     TEXT NOT NULL,
    name_key BLOB NOT NULL,
    signup   TEXT NOT NULL,
    PRIMARY KEY (meeting, term, name_key, signup)
) STRICT, WITHOUT ROWID;

-- How many sign-ups of a meeting have a status, so that no page counts them.
CREATE TABLE status_count (
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    status  TEXT NOT NULL,
    n       INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (meeting, status)
) STRICT, WITHOUT ROWID;

ALTER TABLE session ADD COLUMN queued INTEGER NOT NULL DEFAULT 0; -- places in the queue
UPDATE session SET queued = (SELECT count(*) FROM place
    WHERE place.meeting = session.meeting AND place.session = session.id AND place.state = 'queue');

CREATE INDEX mail_refused ON mail (signup) WHERE parked_at IS NOT NULL;
CREATE INDEX signup_companion ON signup (meeting, party) WHERE party <> id;

-- The columns that an organiser chose for files.
CREATE TABLE export_columns (
    organiser TEXT PRIMARY KEY REFERENCES organiser (id) ON DELETE CASCADE,
    columns   TEXT NOT NULL -- their names, with spaces between
) STRICT;
