-- Where somebody is in the tour of a workspace: `stop` is the one they are at while it is open. `list_hidden`: they put the list
-- of first steps away. Nothing here says what anybody may do.
CREATE TABLE tours (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    state TEXT COLLATE "C" NOT NULL,
    stop TEXT COLLATE "C" NOT NULL DEFAULT '',
    list_hidden BOOLEAN NOT NULL DEFAULT FALSE,
    changed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
);
CREATE INDEX tours_by_workspace ON tours (workspace_id);
