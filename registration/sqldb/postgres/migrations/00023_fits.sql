-- +goose Up

-- Whose turn it is among the parties of one size.
DROP INDEX waiting_size;
CREATE INDEX waiting_size ON waiting (meeting, session, size, rank, first, party);
DROP INDEX waiting_rank;

-- With the id, so that who waits to confirm is counted without a look at the rows.
DROP INDEX signup_held;
CREATE INDEX signup_held ON signup (meeting, held_until, id)
    WHERE address_confirmed_at IS NULL AND ended_at IS NULL;

-- Ids are compared byte by byte: an index of the database's own order serves no join
-- with them, so that each sign-up that was read read every arrival there was.
ALTER TABLE arrival
    ALTER COLUMN half TYPE TEXT COLLATE "C",
    ALTER COLUMN session TYPE TEXT COLLATE "C",
    ALTER COLUMN signup TYPE TEXT COLLATE "C";
ALTER TABLE export_columns
    ALTER COLUMN organiser TYPE TEXT COLLATE "C";
ALTER TABLE kept_tally
    ALTER COLUMN meeting TYPE TEXT COLLATE "C";
ALTER TABLE link_ask
    ALTER COLUMN address_key TYPE TEXT COLLATE "C",
    ALTER COLUMN meeting TYPE TEXT COLLATE "C";
ALTER TABLE mail
    ALTER COLUMN signin TYPE TEXT COLLATE "C";
ALTER TABLE meeting_version
    ALTER COLUMN meeting TYPE TEXT COLLATE "C";
ALTER TABLE pending_import
    ALTER COLUMN id TYPE TEXT COLLATE "C",
    ALTER COLUMN meeting TYPE TEXT COLLATE "C";
ALTER TABLE place
    ALTER COLUMN state TYPE TEXT COLLATE "C";
ALTER TABLE probe
    ALTER COLUMN id TYPE TEXT COLLATE "C";
ALTER TABLE signin
    ALTER COLUMN organiser TYPE TEXT COLLATE "C";
ALTER TABLE signup
    ALTER COLUMN mailbox TYPE TEXT COLLATE "C",
    ALTER COLUMN network TYPE TEXT COLLATE "C",
    ALTER COLUMN status TYPE TEXT COLLATE "C";
ALTER TABLE tally
    ALTER COLUMN meeting TYPE TEXT COLLATE "C",
    ALTER COLUMN status TYPE TEXT COLLATE "C";
ALTER TABLE term
    ALTER COLUMN meeting TYPE TEXT COLLATE "C",
    ALTER COLUMN signup TYPE TEXT COLLATE "C";
ALTER TABLE waiting
    ALTER COLUMN first TYPE TEXT COLLATE "C",
    ALTER COLUMN meeting TYPE TEXT COLLATE "C",
    ALTER COLUMN party TYPE TEXT COLLATE "C",
    ALTER COLUMN session TYPE TEXT COLLATE "C";

-- What was known of these columns is forgotten, and would be until much of a table
-- has changed. An empty one is better left as one that was never seen.
-- +goose StatementBegin
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM signup) THEN
        ANALYZE arrival, export_columns, kept_tally, link_ask, mail, meeting_version, pending_import, place,
            signin, signup, tally, term, waiting;
    END IF;
END $$;
-- +goose StatementEnd
