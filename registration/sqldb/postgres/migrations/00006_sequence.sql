-- +goose Up

-- Of the last calendar entry that was sent, or is about to be.
ALTER TABLE signup ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
