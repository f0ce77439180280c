-- +goose Up

-- One mail to many, and how far it has come.
CREATE TABLE mailing (
    id      TEXT PRIMARY KEY,
    meeting TEXT NOT NULL REFERENCES meeting (slug),
    kind    TEXT NOT NULL,
    due_at  INTEGER NOT NULL, -- not before
    note    TEXT NOT NULL, -- an organiser's message as JSON; '': none
    reached TEXT, -- the last sign-up that was looked at; NULL: none yet
    posted  INTEGER NOT NULL, -- mails so far
    done_at INTEGER -- NULL: some sign-ups have not been looked at
) STRICT;

CREATE INDEX mailing_meeting ON mailing (meeting, id);

ALTER TABLE mail ADD COLUMN mailing TEXT REFERENCES mailing (id); -- NULL: a mail of its own

CREATE UNIQUE INDEX mail_once ON mail (mailing, signup) WHERE mailing IS NOT NULL;
