DROP INDEX sessions_by_seen;
DROP INDEX sessions_by_created;
ALTER TABLE sessions ADD COLUMN expires_at TIMESTAMP NOT NULL DEFAULT '9999-12-31 00:00:00';
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
