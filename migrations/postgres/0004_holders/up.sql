-- Who holds a role in a workspace, counted and by name, from the index alone.
CREATE INDEX memberships_by_place ON memberships (workspace_id, role_id, name_key, user_id);
