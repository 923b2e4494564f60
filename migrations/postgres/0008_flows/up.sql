-- `definition` is JSON as it was posted, byte for byte. Flows go with their workspace.
CREATE TABLE flows (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX flows_by_name ON flows (workspace_id, name_key, id);
CREATE INDEX flows_by_kind ON flows (workspace_id, kind, id);
CREATE INDEX flows_by_change ON flows (workspace_id, changed_at, id);
