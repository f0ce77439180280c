-- +goose Up

-- What an organiser wrote to somebody whose sign-up was refused; '': nothing.
ALTER TABLE signup ADD COLUMN refusal TEXT NOT NULL DEFAULT '';
