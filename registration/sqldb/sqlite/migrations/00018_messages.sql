-- +goose Up

-- Whom an organiser's message is for, as JSON; '': see note.
ALTER TABLE mailing ADD COLUMN audience TEXT NOT NULL DEFAULT '';
ALTER TABLE mailing ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0; -- mails that were taken back unsent
ALTER TABLE mailing ADD COLUMN stopped_at INTEGER; -- by an organiser; NULL: it was not
