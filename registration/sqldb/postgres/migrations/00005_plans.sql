-- +goose Up

-- A party, and the offers that are over, are found without reading the others.
DROP INDEX signup_party;
CREATE INDEX signup_party ON signup (meeting, party, id);
DROP INDEX place_offer;
CREATE INDEX place_offer ON place (meeting, until, signup) WHERE state = 'offer';
