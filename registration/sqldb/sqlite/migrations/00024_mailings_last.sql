-- +goose Up

-- Mails of a mailing, which everybody gets, are claimed after what one person waits for.
DROP INDEX mail_due;
CREATE INDEX mail_due ON mail ((CASE WHEN mailing IS NULL THEN 0 ELSE 1 END), due_at, id)
    WHERE sent_at IS NULL AND parked_at IS NULL;

-- Those that the server has put off, which are few.
CREATE INDEX mail_delayed ON mail (meeting, due_at, id)
    WHERE reply <> '' AND sent_at IS NULL AND parked_at IS NULL;
