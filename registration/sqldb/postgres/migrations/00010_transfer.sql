-- +goose Up

-- Raised with each change, so that two edits from the same page are told apart.
ALTER TABLE signup ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- To another address, asked for or done: registration.Transfer as JSON; '': none.
ALTER TABLE signup ADD COLUMN transfer TEXT NOT NULL DEFAULT '';

-- Whom a mail goes to where it is not the address of the sign-up, until it is sent; '': that address.
ALTER TABLE mail ADD COLUMN recipient TEXT NOT NULL DEFAULT '';
