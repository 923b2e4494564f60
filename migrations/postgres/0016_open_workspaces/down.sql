DROP INDEX workspaces_open;
