-- A search among the keys of a workspace looks at each: the index has what it looks at.
DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id, revoked_at, expires_at, owner_id, name_key);
-- How many there are, and how many of them are in use, is counted along one that is narrow.
CREATE INDEX api_keys_in_use ON api_keys (workspace_id, revoked_at, expires_at);
