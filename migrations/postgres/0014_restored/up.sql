-- When the console was restored from a backup, and of when that one was; empty once an organization admin has looked through
-- what came back with it.
ALTER TABLE organization ADD COLUMN restored_at TIMESTAMP;
ALTER TABLE organization ADD COLUMN restored_from TIMESTAMP;

-- Rows of a backup come in any order: a key may come before the one it was made through.
ALTER TABLE api_keys ALTER CONSTRAINT api_keys_parent_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
