-- +goose Up

ALTER TABLE place ADD COLUMN rank BIGINT;                  -- order of the queue, kept when the state changes; NULL: never waited
ALTER TABLE place ADD COLUMN was TEXT NOT NULL DEFAULT '' -- what a cancellation ended; '': nothing
    CHECK (was IN ('', 'seat', 'offer', 'queue', 'approval'));

CREATE INDEX place_queue ON place (meeting, session, rank, signup) WHERE state = 'queue';

ALTER TABLE signup ADD COLUMN answers TEXT NOT NULL DEFAULT '';   -- to the organiser's questions, as JSON; '': none
ALTER TABLE signup ADD COLUMN interests TEXT NOT NULL DEFAULT ''; -- axes, with spaces between
