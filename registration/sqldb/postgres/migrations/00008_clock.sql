-- +goose Up

-- What is known of the clock by which data is deleted: one row. Instants are
-- in microseconds since 1970, UTC.
CREATE TABLE clock (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    trusted   BIGINT,                    -- last tick without doubt; NULL: none yet
    doubted   BIGINT,                    -- tick that opened the doubt; NULL: no doubt
    last      BIGINT,                    -- last tick counted in the doubt
    ticks     BIGINT NOT NULL DEFAULT 0, -- counted since the doubt was opened
    confirmed BIGINT NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))
);

INSERT INTO clock (id) VALUES (1);

-- The retention of a meeting, beside its configuration.
ALTER TABLE meeting ADD COLUMN shortened_at BIGINT;               -- when an end was last moved earlier; NULL: never
ALTER TABLE meeting ADD COLUMN kept_before TEXT NOT NULL DEFAULT ''; -- ends that held until then, as JSON; '': none
ALTER TABLE meeting ADD COLUMN swept TEXT NOT NULL DEFAULT '';     -- what has been deleted of everybody; '': unknown

-- Mails that were sent and sign-in links that are spent are deleted after a while.
CREATE INDEX mail_sent ON mail (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX mail_signin ON mail (signin) WHERE signin IS NOT NULL;
CREATE INDEX signin_expires ON signin (expires_at);
