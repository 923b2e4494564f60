ALTER TABLE organization DROP COLUMN restored_from;
ALTER TABLE organization DROP COLUMN restored_at;
ALTER TABLE api_keys ALTER CONSTRAINT api_keys_parent_id_fkey NOT DEFERRABLE;
