-- How many keys a workspace ever had, and how many of them are in use without an end: kept, since the keys that have ended grow in
-- number for as long as there is a workspace. Those with an end are counted by the clock.
CREATE TABLE key_counts (
    workspace_id TEXT PRIMARY KEY NOT NULL,
    n BIGINT NOT NULL,
    endless BIGINT NOT NULL
);
INSERT INTO key_counts SELECT workspace_id, count(*), count(*) FILTER (WHERE revoked_at IS NULL AND expires_at IS NULL)
    FROM api_keys WHERE workspace_id IS NOT NULL GROUP BY workspace_id;

CREATE TRIGGER key_counts_insert AFTER INSERT ON api_keys WHEN NEW.workspace_id IS NOT NULL BEGIN
    INSERT INTO key_counts (workspace_id, n, endless) VALUES (NEW.workspace_id, 1, NEW.revoked_at IS NULL AND NEW.expires_at IS NULL)
        ON CONFLICT (workspace_id) DO UPDATE SET n = n + 1, endless = endless + excluded.endless;
END;
CREATE TRIGGER key_counts_delete AFTER DELETE ON api_keys BEGIN
    UPDATE key_counts SET n = n - 1, endless = endless - (OLD.revoked_at IS NULL AND OLD.expires_at IS NULL) WHERE workspace_id = OLD.workspace_id;
END;
CREATE TRIGGER key_counts_update AFTER UPDATE OF revoked_at, expires_at ON api_keys
    WHEN (OLD.revoked_at IS NULL AND OLD.expires_at IS NULL) <> (NEW.revoked_at IS NULL AND NEW.expires_at IS NULL) BEGIN
    UPDATE key_counts SET endless = endless + (NEW.revoked_at IS NULL AND NEW.expires_at IS NULL) - (OLD.revoked_at IS NULL AND OLD.expires_at IS NULL)
        WHERE workspace_id = NEW.workspace_id;
END;
