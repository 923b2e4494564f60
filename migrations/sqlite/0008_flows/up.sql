-- `definition` is JSON as it was posted, byte for byte. Flows go with their workspace.
CREATE TABLE flows (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX flows_by_name ON flows (workspace_id, name_key, id);
CREATE INDEX flows_by_kind ON flows (workspace_id, kind, id);
CREATE INDEX flows_by_change ON flows (workspace_id, changed_at, id);
