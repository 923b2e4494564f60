-- Whether the member was told that they were added: on their next page they are, once.
ALTER TABLE memberships ADD COLUMN announced BOOLEAN NOT NULL DEFAULT TRUE;

-- The workspace a mail is about.
ALTER TABLE outbox ADD COLUMN workspace_id TEXT COLLATE "C";
