DROP INDEX api_keys_by_workspace;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id);
DROP INDEX api_keys_by_form;
ALTER TABLE api_keys DROP COLUMN form;
