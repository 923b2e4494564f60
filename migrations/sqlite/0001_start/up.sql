-- One row: the organization. It stands before set-up, so that there is always something to lock.
CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    allowed_domains TEXT NOT NULL DEFAULT '',
    invitation_days INTEGER NOT NULL DEFAULT 7,
    session_idle_hours INTEGER NOT NULL DEFAULT 8,
    session_max_hours INTEGER NOT NULL DEFAULT 24,
    key_max_days INTEGER,
    support TEXT NOT NULL DEFAULT '',
    changed_at TIMESTAMP,
    changed_by TEXT,
    set_up_at TIMESTAMP,
    setup_token TEXT,
    master_key TEXT
);
INSERT INTO organization (id) VALUES ('organization');

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    scope TEXT NOT NULL,
    workspace_id TEXT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    permissions TEXT NOT NULL,
    built_in BOOLEAN NOT NULL DEFAULT FALSE,
    rank INTEGER NOT NULL DEFAULT 100,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT
);

INSERT INTO roles (id, scope, name, name_key, description, permissions, built_in, rank, created_at) VALUES
('00000000-0000-7000-8000-000000000001', 'organization', 'Org Admin', 'org admin', 'Everything: people, workspaces, roles and settings of the organization. Is an Admin in every workspace.', 'org_admin org_audit org_edit org_read settings_read users_delete users_edit users_read users_write workspace_delete workspace_edit workspace_read workspace_write', TRUE, 1, '2026-01-01 00:00:00'),
('00000000-0000-7000-8000-000000000002', 'organization', 'Org Base', 'org base', 'Sees people, workspaces, the organization and Settings. May create workspaces.', 'org_read settings_read users_read workspace_read workspace_write', TRUE, 2, '2026-01-01 00:00:00'),
('00000000-0000-7000-8000-000000000011', 'workspace', 'Admin', 'admin', 'Everything in the workspace: also deploys flows, manages members, integrations, settings and API keys.', 'agents_advanced agents_delete agents_edit agents_run flows_advanced flows_delete flows_edit flows_run integrations_edit kbs_advanced kbs_delete kbs_edit kbs_query users_delete users_edit workspace_admin', TRUE, 1, '2026-01-01 00:00:00'),
('00000000-0000-7000-8000-000000000012', 'workspace', 'Editor', 'editor', 'Creates, edits, runs and deletes flows and agents. Creates, edits, queries and deletes knowledge bases.', 'agents_delete agents_edit agents_run flows_delete flows_edit flows_run kbs_delete kbs_edit kbs_query', TRUE, 2, '2026-01-01 00:00:00'),
('00000000-0000-7000-8000-000000000013', 'workspace', 'Reader', 'reader', 'Runs flows and agents, queries knowledge bases.', 'agents_run flows_run kbs_query', TRUE, 3, '2026-01-01 00:00:00');

-- People and service accounts, from the invitation on. `seq` is the order they were added in, and what the search index points at.
CREATE TABLE users (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT,
    email_key TEXT UNIQUE,
    role_id TEXT NOT NULL REFERENCES roles (id),
    role_given_by TEXT,
    role_given_at TIMESTAMP NOT NULL,
    password TEXT,
    password_changed_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT,
    last_active_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00',
    status_changed_at TIMESTAMP NOT NULL,
    status_changed_by TEXT
);
CREATE INDEX users_by_name ON users (name_key, seq);
CREATE INDEX users_by_last_active ON users (last_active_at, seq);
CREATE INDEX users_by_status_and_name ON users (status, name_key, seq);
CREATE INDEX users_by_role_and_name ON users (role_id, name_key, seq);

-- One or two letters, for which trigrams cannot help: the beginnings of name words and of the address.
CREATE TABLE user_prefixes (
    prefix TEXT NOT NULL,
    seq BIGINT NOT NULL REFERENCES users (seq),
    PRIMARY KEY (prefix, seq)
) WITHOUT ROWID;
CREATE INDEX user_prefixes_by_user ON user_prefixes (seq);

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    hue INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT,
    archived_at TIMESTAMP,
    archived_by TEXT
);

-- `name_key` is the person's, copied: members are listed by it.
CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    role_id TEXT NOT NULL REFERENCES roles (id),
    given_by TEXT,
    given_at TIMESTAMP NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
);
CREATE INDEX memberships_by_workspace ON memberships (workspace_id, name_key, user_id);
CREATE INDEX memberships_by_role ON memberships (role_id, name_key, user_id);

-- What was to be given at acceptance and was not, because its giver no longer could. No workspace: the organization role.
CREATE TABLE withheld (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT REFERENCES workspaces (id),
    role_id TEXT NOT NULL REFERENCES roles (id),
    given_by TEXT,
    withheld_at TIMESTAMP NOT NULL
);
CREATE INDEX withheld_by_user ON withheld (user_id);

-- `id_hash` is SHA-256 of the cookie's id. `confirmed_at`: when the password was last given. `notice` is shown once, on the
-- next page; `workspace_id` is the workspace one was in last.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    notice TEXT,
    workspace_id TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Failed sign-ins, by account and address.
CREATE TABLE throttles (
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TIMESTAMP NOT NULL
);
CREATE INDEX throttles_by_last ON throttles (last_at);

-- One for each invited person. The link carries no secret that is stored: it is derived from id and generation.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    state TEXT NOT NULL,
    generation INTEGER NOT NULL,
    invited_by TEXT,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT,
    asked_at TIMESTAMP,
    mail_state TEXT NOT NULL,
    mail_problem TEXT
);
CREATE INDEX invitations_by_mail_state ON invitations (mail_state, user_id);

-- Mails to be sent: kind and references, never a rendered mail or a link.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    invitation_id TEXT REFERENCES invitations (id),
    generation INTEGER,
    subject_id TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TIMESTAMP NOT NULL,
    problem TEXT,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP
);
CREATE INDEX outbox_by_due ON outbox (state, next_at);
CREATE INDEX outbox_by_user ON outbox (user_id);

-- A wizard's answers so far.
CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    owner_id TEXT NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX drafts_by_expiry ON drafts (expires_at);
CREATE INDEX drafts_by_owner ON drafts (owner_id);

-- Who did what, without a name in it: ids and impersonal facts. It stays when a person is removed.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    workspace_id TEXT,
    facts TEXT NOT NULL DEFAULT '{}',
    request_id TEXT NOT NULL
);
CREATE INDEX audit_by_actor ON audit (actor_id, id);
CREATE INDEX audit_by_subject ON audit (subject_id, id);

-- Names, addresses and the like before and after; deleted with the person they are about.
CREATE TABLE audit_personal (
    audit_id TEXT NOT NULL REFERENCES audit (id),
    user_id TEXT NOT NULL,
    field TEXT NOT NULL,
    before_text TEXT,
    after_text TEXT,
    PRIMARY KEY (audit_id, user_id, field)
);
CREATE INDEX audit_personal_by_user ON audit_personal (user_id);

-- Search by any part of a name or an address, from three letters on.
CREATE VIRTUAL TABLE users_search USING fts5(name_key, email_key, content='users', content_rowid='seq', tokenize='trigram');
CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_search (rowid, name_key, email_key) VALUES (new.seq, new.name_key, new.email_key);
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_search (users_search, rowid, name_key, email_key) VALUES ('delete', old.seq, old.name_key, old.email_key);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF name_key, email_key ON users BEGIN
    INSERT INTO users_search (users_search, rowid, name_key, email_key) VALUES ('delete', old.seq, old.name_key, old.email_key);
    INSERT INTO users_search (rowid, name_key, email_key) VALUES (new.seq, new.name_key, new.email_key);
END;
