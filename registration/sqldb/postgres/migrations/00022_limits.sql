-- +goose Up

-- What is counted of a sign-up while its address is not confirmed; '' afterwards.
ALTER TABLE signup ADD COLUMN network TEXT NOT NULL DEFAULT ''; -- keyed hash of where the form came from, for two days at most
ALTER TABLE signup ADD COLUMN mailbox TEXT NOT NULL DEFAULT ''; -- where its mails arrive: the folded address without tag

CREATE INDEX signup_network ON signup (meeting, network) WHERE network <> '';
CREATE INDEX signup_mailbox ON signup (meeting, mailbox) WHERE mailbox <> '';
CREATE INDEX signup_created ON signup (meeting, created_at, address_confirmed_at);

-- Who asks for a lost link, whether or not there is one, until it is answered.
CREATE TABLE link_ask (
    id          TEXT COLLATE "C" PRIMARY KEY,
    meeting     TEXT NOT NULL, -- '': every meeting
    address_key TEXT NOT NULL,
    first       BIGINT NOT NULL, -- 1: the first ask of the day for this address from its network
    UNIQUE (meeting, address_key)
);
