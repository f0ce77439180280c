-- +goose Up

-- Every instant is in microseconds since 1970, UTC; every id is a UUIDv7.
-- Names that are sorted are in byte order, whatever the database's collation.

CREATE TABLE meeting (
    slug      TEXT COLLATE "C" PRIMARY KEY,
    day       TEXT COLLATE "C" NOT NULL, -- 2019-06-12, for the order of lists
    config    TEXT NOT NULL, -- registration.Meeting as JSON
    config_id TEXT NOT NULL  -- another one with each change of config, so that it can be cached
);

CREATE TABLE session (
    meeting  TEXT COLLATE "C" NOT NULL REFERENCES meeting (slug),
    id       TEXT COLLATE "C" NOT NULL,              -- 'meeting' stands for the meeting itself
    capacity BIGINT NOT NULL,           -- seats; -1: unlimited
    taken    BIGINT NOT NULL DEFAULT 0, -- places with a seat or an offer
    ceiling  BIGINT NOT NULL,           -- the greater of capacity and taken; -1: unlimited
    PRIMARY KEY (meeting, id),
    CHECK (capacity >= -1),
    CHECK (taken >= 0),
    CHECK (ceiling = -1 OR taken <= ceiling)
);

CREATE TABLE signup (
    id                   TEXT COLLATE "C" PRIMARY KEY,
    meeting              TEXT COLLATE "C" NOT NULL REFERENCES meeting (slug),
    code                 TEXT COLLATE "C" NOT NULL,
    version              BIGINT NOT NULL, -- raised to revoke links
    party                TEXT COLLATE "C" NOT NULL,    -- id of the lead
    given_name           TEXT NOT NULL,
    family_name          TEXT NOT NULL,
    email                TEXT NOT NULL,
    organisation         TEXT NOT NULL,
    function             TEXT NOT NULL,
    category             TEXT NOT NULL CHECK (category IN
        ('', 'elu', 'region', 'etat', 'operateur', 'industriel', 'etudiant', 'presse', 'autre')),
    territory            TEXT NOT NULL,
    address_key          TEXT COLLATE "C" NOT NULL, -- folded address; '': none
    language             TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    notice_version       TEXT NOT NULL,
    created_at           BIGINT NOT NULL,
    address_confirmed_at BIGINT, -- NULL: not confirmed
    held_until           BIGINT, -- NULL: no hold
    ended_at             BIGINT, -- NULL: active
    UNIQUE (meeting, code)
);

CREATE UNIQUE INDEX signup_active_address ON signup (meeting, address_key)
    WHERE ended_at IS NULL AND address_key <> '';
CREATE INDEX signup_address ON signup (address_key, meeting);
CREATE INDEX signup_meeting ON signup (meeting, id);
CREATE INDEX signup_party ON signup (party);
CREATE INDEX signup_held ON signup (meeting, held_until)
    WHERE address_confirmed_at IS NULL AND ended_at IS NULL;

CREATE TABLE place (
    signup  TEXT COLLATE "C" NOT NULL REFERENCES signup (id),
    session TEXT COLLATE "C" NOT NULL,
    meeting TEXT COLLATE "C" NOT NULL,
    state   TEXT NOT NULL CHECK (state IN
        ('seat', 'offer', 'queue', 'approval', 'cancelled', 'refused', 'expired')),
    since   BIGINT NOT NULL, -- when the state began
    until   BIGINT,          -- end of an offer
    PRIMARY KEY (signup, session),
    FOREIGN KEY (meeting, session) REFERENCES session (meeting, id)
);

CREATE INDEX place_session ON place (meeting, session, state, since);
CREATE INDEX place_offer ON place (until) WHERE state = 'offer';

CREATE TABLE presence (
    signup TEXT COLLATE "C" NOT NULL REFERENCES signup (id),
    at     BIGINT NOT NULL,
    PRIMARY KEY (signup, at)
);

CREATE TABLE organiser (
    id          TEXT COLLATE "C" PRIMARY KEY,
    email       TEXT NOT NULL,
    address_key TEXT COLLATE "C" NOT NULL UNIQUE, -- folded address
    role        TEXT NOT NULL CHECK (role IN ('reader', 'desk', 'organiser', 'admin')),
    version     BIGINT NOT NULL -- raised to sign the person out
);

CREATE TABLE signin (
    id         TEXT COLLATE "C" PRIMARY KEY,
    organiser  TEXT NOT NULL REFERENCES organiser (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    reusable   BIGINT NOT NULL CHECK (reusable IN (0, 1)),
    used_at    BIGINT -- NULL: not used
);

CREATE INDEX signin_organiser ON signin (organiser, created_at);

-- Kinds of mail and acts of the history are open lists: they grow with the
-- program, and nothing is counted by them here.
CREATE TABLE mail (
    id          TEXT COLLATE "C" PRIMARY KEY, -- makes the Message-ID
    kind        TEXT NOT NULL,
    meeting     TEXT COLLATE "C" REFERENCES meeting (slug), -- NULL for an organiser's mail
    signup      TEXT COLLATE "C" REFERENCES signup (id),    -- NULL for an organiser's mail
    signin      TEXT REFERENCES signin (id),    -- NULL for an attendee's mail
    created_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,               -- not before
    lease_until BIGINT,                        -- NULL: nobody is sending it
    attempts    BIGINT NOT NULL,
    sent_at     BIGINT,
    parked_at   BIGINT,                        -- refused for good
    reply       TEXT NOT NULL                   -- the mail server's last words
);

CREATE INDEX mail_due ON mail (due_at, id) WHERE sent_at IS NULL AND parked_at IS NULL;
CREATE INDEX mail_parked ON mail (parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX mail_signup ON mail (signup, created_at);

CREATE TABLE event (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meeting TEXT COLLATE "C" NOT NULL REFERENCES meeting (slug),
    at      BIGINT NOT NULL,
    act     TEXT NOT NULL,
    signup  TEXT COLLATE "C", -- NULL for an act on the meeting; outlives the sign-up
    detail  TEXT NOT NULL
);

CREATE INDEX event_signup ON event (signup);
