-- How many keys a workspace ever had, and how many of them are in use without an end: kept, since the keys that have ended grow in
-- number for as long as there is a workspace. Those with an end are counted by the clock.
--
-- Acts of an older release that go on meanwhile wait: what they add would be counted neither here nor by a trigger. What is kept of
-- people and members began without that, and is counted anew.
SELECT 1 FROM organization FOR UPDATE;
DELETE FROM people_counts;
INSERT INTO people_counts SELECT status, role_id, count(*) FROM users WHERE kind = 'person' GROUP BY status, role_id;
DELETE FROM member_counts;
INSERT INTO member_counts SELECT workspace_id, count(*) FROM memberships GROUP BY workspace_id;

CREATE TABLE key_counts (
    workspace_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    n BIGINT NOT NULL,
    endless BIGINT NOT NULL
);
INSERT INTO key_counts SELECT workspace_id, count(*), count(*) FILTER (WHERE revoked_at IS NULL AND expires_at IS NULL)
    FROM api_keys WHERE workspace_id IS NOT NULL GROUP BY workspace_id;

CREATE FUNCTION key_counts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO key_counts (workspace_id, n, endless)
        SELECT workspace_id, count(*), count(*) FILTER (WHERE revoked_at IS NULL AND expires_at IS NULL)
        FROM added WHERE workspace_id IS NOT NULL GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id) DO UPDATE SET n = key_counts.n + EXCLUDED.n, endless = key_counts.endless + EXCLUDED.endless;
    RETURN NULL;
END $$;
CREATE TRIGGER key_counts_insert AFTER INSERT ON api_keys REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION key_counts_insert();

CREATE FUNCTION key_counts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE key_counts SET n = key_counts.n - gone.n, endless = key_counts.endless - gone.endless
        FROM (SELECT workspace_id, count(*) AS n, count(*) FILTER (WHERE revoked_at IS NULL AND expires_at IS NULL) AS endless
            FROM deleted GROUP BY workspace_id) AS gone WHERE key_counts.workspace_id = gone.workspace_id;
    RETURN NULL;
END $$;
CREATE TRIGGER key_counts_delete AFTER DELETE ON api_keys REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION key_counts_delete();

CREATE FUNCTION key_counts_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE key_counts SET endless = endless + (NEW.revoked_at IS NULL AND NEW.expires_at IS NULL)::int - (OLD.revoked_at IS NULL AND OLD.expires_at IS NULL)::int
        WHERE workspace_id = NEW.workspace_id;
    RETURN NULL;
END $$;
CREATE TRIGGER key_counts_update AFTER UPDATE OF revoked_at, expires_at ON api_keys FOR EACH ROW
    WHEN ((OLD.revoked_at IS NULL AND OLD.expires_at IS NULL) <> (NEW.revoked_at IS NULL AND NEW.expires_at IS NULL)) EXECUTE FUNCTION key_counts_update();
