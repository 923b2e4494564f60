-- Every page offers the workspaces that are open, by name: read off an index that has all it tells of them.
CREATE INDEX workspaces_open ON workspaces (name_key, id, name, hue) WHERE archived_at IS NULL;
