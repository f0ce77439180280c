-- +goose Up

-- Which key the links in people's mailboxes were signed with: one row once a
-- program with the key has opened the database. It does not tell the key.
CREATE TABLE site_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    fingerprint TEXT NOT NULL
) STRICT;

-- What is written and deleted to find out whether the database takes writes.
CREATE TABLE probe (
    id     TEXT PRIMARY KEY,
    filler TEXT NOT NULL
) STRICT;
