-- +goose Up

-- People put down for paper, by their ids alone: the list for the building's
-- security with what was added to it, and the badges of each print.
CREATE TABLE roll (
    id      TEXT PRIMARY KEY,
    meeting TEXT NOT NULL REFERENCES meeting (slug) ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE INDEX roll_meeting ON roll (meeting, kind, id);

CREATE TABLE roll_person (
    roll   TEXT NOT NULL REFERENCES roll (id) ON DELETE CASCADE,
    n      INTEGER NOT NULL, -- the place in the roll, from 1
    signup TEXT NOT NULL REFERENCES signup (id) ON DELETE CASCADE,
    PRIMARY KEY (roll, n),
    UNIQUE (signup, roll)
) STRICT, WITHOUT ROWID;
