-- +goose Up

-- Calendar entries were numbered by the seconds since the confirmation before
-- they were counted. The next one is above every one of those.
UPDATE signup SET sequence = sequence + unixepoch() - address_confirmed_at / 1000000
WHERE address_confirmed_at IS NOT NULL AND address_confirmed_at / 1000000 < unixepoch();
