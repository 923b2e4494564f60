-- When the console was restored from a backup, and of when that one was; empty once an organization admin has looked through
-- what came back with it.
ALTER TABLE organization ADD COLUMN restored_at TIMESTAMP;
ALTER TABLE organization ADD COLUMN restored_from TIMESTAMP;
