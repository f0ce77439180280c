-- +goose Up

-- What is counted to tell people from robots. Networks are kept as keyed
-- hashes, and for two days at most.
CREATE TABLE counter (
    id    TEXT COLLATE "C" NOT NULL, -- what is counted
    since BIGINT NOT NULL, -- beginning of the window, microseconds since 1970, UTC
    n     BIGINT NOT NULL,
    PRIMARY KEY (id, since)
);

CREATE INDEX counter_since ON counter (since);
