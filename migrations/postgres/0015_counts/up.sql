-- How many people have which status and organization role, and how many members a workspace has: kept, since counting them takes
-- longer the more there are, and every list says its total. Added by the statement, not by the row: a row that one transaction
-- changes a thousand times is looked through a thousand times.
CREATE TABLE people_counts (
    status TEXT COLLATE "C" NOT NULL,
    role_id TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (status, role_id)
);
INSERT INTO people_counts SELECT status, role_id, count(*) FROM users WHERE kind = 'person' GROUP BY status, role_id;

CREATE FUNCTION people_counts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO people_counts (status, role_id, n) SELECT status, role_id, count(*) FROM added WHERE kind = 'person' GROUP BY status, role_id
        ON CONFLICT (status, role_id) DO UPDATE SET n = people_counts.n + EXCLUDED.n;
    RETURN NULL;
END $$;
CREATE TRIGGER people_counts_insert AFTER INSERT ON users REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION people_counts_insert();

CREATE FUNCTION people_counts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE people_counts SET n = people_counts.n - gone.n
        FROM (SELECT status, role_id, count(*) AS n FROM deleted WHERE kind = 'person' GROUP BY status, role_id) AS gone
        WHERE people_counts.status = gone.status AND people_counts.role_id = gone.role_id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_counts_delete AFTER DELETE ON users REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION people_counts_delete();

CREATE FUNCTION people_counts_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE people_counts SET n = n - 1 WHERE status = OLD.status AND role_id = OLD.role_id;
    INSERT INTO people_counts (status, role_id, n) VALUES (NEW.status, NEW.role_id, 1) ON CONFLICT (status, role_id) DO UPDATE SET n = people_counts.n + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER people_counts_update AFTER UPDATE OF status, role_id ON users FOR EACH ROW WHEN (NEW.kind = 'person') EXECUTE FUNCTION people_counts_update();

CREATE TABLE member_counts (
    workspace_id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    n BIGINT NOT NULL
);
INSERT INTO member_counts SELECT workspace_id, count(*) FROM memberships GROUP BY workspace_id;

CREATE FUNCTION member_counts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO member_counts (workspace_id, n) SELECT workspace_id, count(*) FROM added GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id) DO UPDATE SET n = member_counts.n + EXCLUDED.n;
    RETURN NULL;
END $$;
CREATE TRIGGER member_counts_insert AFTER INSERT ON memberships REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION member_counts_insert();

CREATE FUNCTION member_counts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE member_counts SET n = member_counts.n - gone.n
        FROM (SELECT workspace_id, count(*) AS n FROM deleted GROUP BY workspace_id) AS gone WHERE member_counts.workspace_id = gone.workspace_id;
    RETURN NULL;
END $$;
CREATE TRIGGER member_counts_delete AFTER DELETE ON memberships REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION member_counts_delete();
