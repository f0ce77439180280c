-- +goose Up

-- The configurations of a meeting as they were put in force, the current one
-- included. A meeting that was configured before they were kept has none until
-- it is changed: then the first is the one before the change.
CREATE TABLE meeting_version (
    meeting    TEXT NOT NULL REFERENCES meeting (slug),
    n          BIGINT NOT NULL,
    at         BIGINT,        -- NULL: unknown
    actor_kind TEXT NOT NULL,
    actor      TEXT,
    keys       TEXT NOT NULL,  -- that it changed, a line each
    config     TEXT NOT NULL,
    PRIMARY KEY (meeting, n)
);
