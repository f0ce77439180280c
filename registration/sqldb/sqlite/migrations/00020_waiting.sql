-- +goose Up

-- The parties that wait for a session and may be offered seats of it, each once:
-- how many of them do, and who is first. It follows from place and signup and is
-- written with them, so that whose turn it is does not depend on how many wait.
CREATE TABLE waiting (
    meeting TEXT NOT NULL REFERENCES meeting (slug) ON DELETE CASCADE,
    session TEXT NOT NULL,
    party   TEXT NOT NULL,
    size    INTEGER NOT NULL,
    rank    INTEGER NOT NULL, -- the lowest of them
    first   TEXT NOT NULL,    -- who has it, the lowest id of equals
    PRIMARY KEY (meeting, party, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX waiting_size ON waiting (meeting, session, size, party);
CREATE INDEX waiting_rank ON waiting (meeting, session, rank, first, size, party);

INSERT INTO waiting (meeting, session, party, size, rank, first)
SELECT meeting, session, party, size, rank, first
FROM (SELECT place.meeting, place.session, signup.party, coalesce(place.rank, place.since) AS rank, place.signup AS first,
        count(*) OVER (PARTITION BY place.meeting, place.session, signup.party) AS size,
        row_number() OVER (PARTITION BY place.meeting, place.session, signup.party
            ORDER BY coalesce(place.rank, place.since), place.signup) AS n
    FROM signup JOIN place ON place.signup = signup.id
    WHERE place.state = 'queue'
        AND (signup.address_confirmed_at IS NOT NULL OR EXISTS (
            SELECT 1 FROM signup AS lead WHERE lead.id = signup.party AND lead.address_confirmed_at IS NOT NULL))
        AND (place.session = 'meeting' OR EXISTS (
            SELECT 1 FROM place AS seat
            WHERE seat.signup = place.signup AND seat.session = 'meeting' AND seat.state = 'seat'))) AS members
WHERE n = 1;
