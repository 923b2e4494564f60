-- Whom the invited person asked for a fresh link.
ALTER TABLE invitations ADD COLUMN asked_of TEXT COLLATE "C";
