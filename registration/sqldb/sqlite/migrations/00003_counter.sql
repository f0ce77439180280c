-- +goose Up

-- What is counted to tell people from robots. Networks are kept as keyed
-- hashes, and for two days at most.
CREATE TABLE counter (
    id    TEXT NOT NULL, -- what is counted
    since INTEGER NOT NULL, -- beginning of the window, microseconds since 1970, UTC
    n     INTEGER NOT NULL,
    PRIMARY KEY (id, since)
) STRICT, WITHOUT ROWID;

CREATE INDEX counter_since ON counter (since);
