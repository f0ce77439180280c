-- +goose Up

-- How many sign-ups of a meeting have a status; and of those that have a term of
-- a day, a category, a territory or the like, how many have which. So no page
-- counts them. Sign-ups that are here already are counted when the program opens
-- the database.
CREATE TABLE tally (
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    term    TEXT COLLATE "C" NOT NULL, -- '': all of them
    status  TEXT NOT NULL,
    n       BIGINT NOT NULL,
    PRIMARY KEY (meeting, term, status)
);

-- What is left of those whose data was deleted, in groups that name nobody.
CREATE TABLE kept_tally (
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    term    TEXT COLLATE "C" NOT NULL,
    n       BIGINT NOT NULL,
    PRIMARY KEY (meeting, term)
);

DROP TABLE status_count;
UPDATE signup SET status = '';
