-- A session's end follows from when it began, when it was last used and what the organization allows now: stored, it would
-- outlive a changed setting.
DROP INDEX sessions_by_expiry;
ALTER TABLE sessions DROP COLUMN expires_at;
CREATE INDEX sessions_by_created ON sessions (created_at);
CREATE INDEX sessions_by_seen ON sessions (seen_at);
