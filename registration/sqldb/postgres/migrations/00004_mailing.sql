-- +goose Up

-- One mail to many, and how far it has come.
CREATE TABLE mailing (
    id      TEXT COLLATE "C" PRIMARY KEY,
    meeting TEXT COLLATE "C" NOT NULL REFERENCES meeting (slug),
    kind    TEXT NOT NULL,
    due_at  BIGINT NOT NULL, -- not before
    note    TEXT NOT NULL, -- an organiser's message as JSON; '': none
    reached TEXT, -- the last sign-up that was looked at; NULL: none yet
    posted  BIGINT NOT NULL, -- mails so far
    done_at BIGINT -- NULL: some sign-ups have not been looked at
);

CREATE INDEX mailing_meeting ON mailing (meeting, id);

ALTER TABLE mail ADD COLUMN mailing TEXT COLLATE "C" REFERENCES mailing (id); -- NULL: a mail of its own

CREATE UNIQUE INDEX mail_once ON mail (mailing, signup) WHERE mailing IS NOT NULL;
