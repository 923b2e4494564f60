ALTER TABLE invitations DROP COLUMN asked_of;
