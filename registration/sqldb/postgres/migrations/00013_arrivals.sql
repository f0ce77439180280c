-- +goose Up

-- An arrival: when, in which half-day, at which session, and who recorded it.
CREATE TABLE arrival (
    signup    TEXT NOT NULL REFERENCES signup (id),
    session   TEXT NOT NULL, -- 'meeting': at the entrance
    half      TEXT NOT NULL  -- '': recorded by an older version
        CHECK (half IN ('', 'morning', 'afternoon')),
    at        BIGINT NOT NULL,
    organiser TEXT,          -- NULL: unknown
    PRIMARY KEY (signup, session, half, at)
);

CREATE UNIQUE INDEX arrival_once ON arrival (signup, session, half) WHERE half <> '';

INSERT INTO arrival (signup, session, half, at)
SELECT signup, 'meeting', '', at FROM presence;

DROP TABLE presence;
