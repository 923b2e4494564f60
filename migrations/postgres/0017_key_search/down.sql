DROP INDEX api_keys_in_use;
DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id, revoked_at, expires_at);
