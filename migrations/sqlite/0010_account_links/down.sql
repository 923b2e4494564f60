ALTER TABLE outbox DROP COLUMN link_id;
DROP TABLE account_links;
