-- How many people have which status and organization role, and how many members a workspace has: kept, since counting them takes
-- longer the more there are, and every list says its total.
CREATE TABLE people_counts (
    status TEXT NOT NULL,
    role_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (status, role_id)
);
INSERT INTO people_counts SELECT status, role_id, count(*) FROM users WHERE kind = 'person' GROUP BY status, role_id;

CREATE TRIGGER people_counts_insert AFTER INSERT ON users WHEN NEW.kind = 'person' BEGIN
    INSERT INTO people_counts (status, role_id, n) VALUES (NEW.status, NEW.role_id, 1) ON CONFLICT (status, role_id) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER people_counts_delete AFTER DELETE ON users WHEN OLD.kind = 'person' BEGIN
    UPDATE people_counts SET n = n - 1 WHERE status = OLD.status AND role_id = OLD.role_id;
END;
CREATE TRIGGER people_counts_update AFTER UPDATE OF status, role_id ON users WHEN NEW.kind = 'person' BEGIN
    UPDATE people_counts SET n = n - 1 WHERE status = OLD.status AND role_id = OLD.role_id;
    INSERT INTO people_counts (status, role_id, n) VALUES (NEW.status, NEW.role_id, 1) ON CONFLICT (status, role_id) DO UPDATE SET n = n + 1;
END;

CREATE TABLE member_counts (
    workspace_id TEXT PRIMARY KEY NOT NULL,
    n BIGINT NOT NULL
);
INSERT INTO member_counts SELECT workspace_id, count(*) FROM memberships GROUP BY workspace_id;

CREATE TRIGGER member_counts_insert AFTER INSERT ON memberships BEGIN
    INSERT INTO member_counts (workspace_id, n) VALUES (NEW.workspace_id, 1) ON CONFLICT (workspace_id) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER member_counts_delete AFTER DELETE ON memberships BEGIN
    UPDATE member_counts SET n = n - 1 WHERE workspace_id = OLD.workspace_id;
END;
