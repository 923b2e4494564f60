DROP INDEX users_by_last_active;
CREATE INDEX users_by_last_active ON users (last_active_at, seq);
DROP INDEX users_by_name;
CREATE INDEX users_by_name ON users (name_key, seq);
DROP INDEX api_keys_in_use;
DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id, revoked_at, expires_at);
