-- `form` is the page a key was made with: sent twice, it makes one key.
ALTER TABLE api_keys ADD COLUMN form TEXT COLLATE "C";
CREATE UNIQUE INDEX api_keys_by_form ON api_keys (made_by, form) WHERE form IS NOT NULL;

-- The keys of a workspace that still work and those that ended are two lists, the newest first: told apart in the index.
DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id, revoked_at, expires_at);
