ALTER TABLE outbox DROP COLUMN workspace_id;
ALTER TABLE memberships DROP COLUMN announced;
