-- `secret_hash` is SHA-256 of the key, `hint` its two ends. No workspace: a system key. `made_by` is empty for one made on the
-- command line. No permissions: whatever the owner may. A key made through another one (`parent_id`) ends with it.
CREATE TABLE api_keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    hint TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    workspace_id TEXT COLLATE "C" REFERENCES workspaces (id),
    owner_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    made_by TEXT COLLATE "C",
    parent_id TEXT COLLATE "C" REFERENCES api_keys (id),
    permissions TEXT COLLATE "C",
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    revoked_by TEXT COLLATE "C",
    used_at TIMESTAMP,
    used_address TEXT COLLATE "C",
    used_client TEXT COLLATE "C"
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id);
CREATE INDEX api_keys_by_owner ON api_keys (owner_id, id);
CREATE INDEX api_keys_by_maker ON api_keys (made_by, id);
CREATE INDEX api_keys_by_parent ON api_keys (parent_id);

-- The key that an act came through.
ALTER TABLE audit ADD COLUMN key_id TEXT COLLATE "C";
CREATE INDEX audit_by_key ON audit (key_id, id) WHERE key_id IS NOT NULL;
