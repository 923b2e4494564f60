-- `secret_hash` is SHA-256 of the key, `hint` its two ends. No workspace: a system key. `made_by` is empty for one made on the
-- command line. No permissions: whatever the owner may. A key made through another one (`parent_id`) ends with it.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    name TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id),
    owner_id TEXT NOT NULL REFERENCES users (id),
    made_by TEXT,
    parent_id TEXT REFERENCES api_keys (id),
    permissions TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    revoked_by TEXT,
    used_at TIMESTAMP,
    used_address TEXT,
    used_client TEXT
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id);
CREATE INDEX api_keys_by_owner ON api_keys (owner_id, id);
CREATE INDEX api_keys_by_maker ON api_keys (made_by, id);
CREATE INDEX api_keys_by_parent ON api_keys (parent_id);

-- The key that an act came through.
ALTER TABLE audit ADD COLUMN key_id TEXT;
CREATE INDEX audit_by_key ON audit (key_id, id) WHERE key_id IS NOT NULL;
