-- +goose Up

-- Every instant is in microseconds since 1970, UTC; every id is a UUIDv7.

CREATE TABLE meeting (
    slug      TEXT PRIMARY KEY,
    day       TEXT NOT NULL, -- 2019-06-12, for the order of lists
    config    TEXT NOT NULL, -- registration.Meeting as JSON
    config_id TEXT NOT NULL  -- another one with each change of config, so that it can be cached
) STRICT;

CREATE TABLE session (
    meeting  TEXT NOT NULL REFERENCES meeting (slug),
    id       TEXT NOT NULL,              -- 'meeting' stands for the meeting itself
    capacity INTEGER NOT NULL,           -- seats; -1: unlimited
    taken    INTEGER NOT NULL DEFAULT 0, -- places with a seat or an offer
    ceiling  INTEGER NOT NULL,           -- the greater of capacity and taken; -1: unlimited
    PRIMARY KEY (meeting, id),
    CHECK (capacity >= -1),
    CHECK (taken >= 0),
    CHECK (ceiling = -1 OR taken <= ceiling)
) STRICT;

CREATE TABLE signup (
    id                   TEXT PRIMARY KEY,
    meeting              TEXT NOT NULL REFERENCES meeting (slug),
    code                 TEXT NOT NULL,
    version              INTEGER NOT NULL, -- raised to revoke links
    party                TEXT NOT NULL,    -- id of the lead
    given_name           TEXT NOT NULL,
    family_name          TEXT NOT NULL,
    email                TEXT NOT NULL,
    organisation         TEXT NOT NULL,
    function             TEXT NOT NULL,
    category             TEXT NOT NULL CHECK (category IN
        ('', 'elu', 'region', 'etat', 'operateur', 'industriel', 'etudiant', 'presse', 'autre')),
    territory            TEXT NOT NULL,
    address_key          TEXT NOT NULL, -- folded address; '': none
    language             TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    notice_version       TEXT NOT NULL,
    created_at           INTEGER NOT NULL,
    address_confirmed_at INTEGER, -- NULL: not confirmed
    held_until           INTEGER, -- NULL: no hold
    ended_at             INTEGER, -- NULL: active
    UNIQUE (meeting, code)
) STRICT;

CREATE UNIQUE INDEX signup_active_address ON signup (meeting, address_key)
    WHERE ended_at IS NULL AND address_key <> '';
CREATE INDEX signup_address ON signup (address_key, meeting);
CREATE INDEX signup_meeting ON signup (meeting, id);
CREATE INDEX signup_party ON signup (party);
CREATE INDEX signup_held ON signup (meeting, held_until)
    WHERE address_confirmed_at IS NULL AND ended_at IS NULL;

CREATE TABLE place (
    signup  TEXT NOT NULL REFERENCES signup (id),
    session TEXT NOT NULL,
    meeting TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN
        ('seat', 'offer', 'queue', 'approval', 'cancelled', 'refused', 'expired')),
    since   INTEGER NOT NULL, -- when the state began
    until   INTEGER,          -- end of an offer
    PRIMARY KEY (signup, session),
    FOREIGN KEY (meeting, session) REFERENCES session (meeting, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX place_session ON place (meeting, session, state, since);
CREATE INDEX place_offer ON place (until) WHERE state = 'offer';

CREATE TABLE presence (
    signup TEXT NOT NULL REFERENCES signup (id),
    at     INTEGER NOT NULL,
    PRIMARY KEY (signup, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE organiser (
    id          TEXT PRIMARY KEY,
    email       TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE, -- folded address
    role        TEXT NOT NULL CHECK (role IN ('reader', 'desk', 'organiser', 'admin')),
    version     INTEGER NOT NULL -- raised to sign the person out
) STRICT;

CREATE TABLE signin (
    id         TEXT PRIMARY KEY,
    organiser  TEXT NOT NULL REFERENCES organiser (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    reusable   INTEGER NOT NULL CHECK (reusable IN (0, 1)),
    used_at    INTEGER -- NULL: not used
) STRICT;

CREATE INDEX signin_organiser ON signin (organiser, created_at);

-- Kinds of mail and acts of the history are open lists: they grow with the
-- program, and nothing is counted by them here.
CREATE TABLE mail (
    id          TEXT PRIMARY KEY, -- makes the Message-ID
    kind        TEXT NOT NULL,
    meeting     TEXT REFERENCES meeting (slug), -- NULL for an organiser's mail
    signup      TEXT REFERENCES signup (id),    -- NULL for an organiser's mail
    signin      TEXT REFERENCES signin (id),    -- NULL for an attendee's mail
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,               -- not before
    lease_until INTEGER,                        -- NULL: nobody is sending it
    attempts    INTEGER NOT NULL,
    sent_at     INTEGER,
    parked_at   INTEGER,                        -- refused for good
    reply       TEXT NOT NULL                   -- the mail server's last words
) STRICT;

CREATE INDEX mail_due ON mail (due_at, id) WHERE sent_at IS NULL AND parked_at IS NULL;
CREATE INDEX mail_parked ON mail (parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX mail_signup ON mail (signup, created_at);

CREATE TABLE event (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    at      INTEGER NOT NULL,
    act     TEXT NOT NULL,
    signup  TEXT, -- NULL for an act on the meeting; outlives the sign-up
    detail  TEXT NOT NULL
) STRICT;

CREATE INDEX event_signup ON event (signup);
