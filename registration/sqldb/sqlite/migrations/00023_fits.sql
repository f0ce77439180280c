-- +goose Up

-- Whose turn it is among the parties of one size.
DROP INDEX waiting_size;
CREATE INDEX waiting_size ON waiting (meeting, session, size, rank, first, party);
DROP INDEX waiting_rank;

-- With the id, so that who waits to confirm is counted without a look at the rows.
DROP INDEX signup_held;
CREATE INDEX signup_held ON signup (meeting, held_until, id)
    WHERE address_confirmed_at IS NULL AND ended_at IS NULL;
