-- A search among the keys of a workspace looks at each: the index has what it looks at.
DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id, revoked_at, expires_at, owner_id, name_key);
-- How many there are, and how many of them are in use, is counted along one that is narrow.
CREATE INDEX api_keys_in_use ON api_keys (workspace_id, revoked_at, expires_at);

-- Whoever is left out of a list of people by their status is passed over within the index, however many were deactivated or removed.
DROP INDEX users_by_name;
CREATE INDEX users_by_name ON users (name_key, seq, status, kind);
DROP INDEX users_by_last_active;
CREATE INDEX users_by_last_active ON users (last_active_at, seq, status, kind);
