ALTER TABLE organization DROP COLUMN restored_from;
ALTER TABLE organization DROP COLUMN restored_at;
