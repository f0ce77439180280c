-- +goose Up

-- Lists that organisers have read in and not confirmed yet. They hold names, and
-- are deleted after an hour.
CREATE TABLE pending_import (
    id      TEXT PRIMARY KEY,
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    at      INTEGER NOT NULL, -- when the list was read
    content BLOB NOT NULL
) STRICT;

CREATE INDEX pending_import_at ON pending_import (at);
