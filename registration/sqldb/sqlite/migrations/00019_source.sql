-- +goose Up

-- Who made a sign-up: phone, import, desk; '': the person. What organisers did
-- before it was kept is in the history.
ALTER TABLE signup ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE signup SET source = 'phone' WHERE id IN (SELECT signup FROM event WHERE act = 'enlisted');
UPDATE signup SET source = 'desk' WHERE id IN (SELECT signup FROM event WHERE act = 'walk_in');
