-- What was asked for by links in mail about one's own account: a new password, another address, the old address back. No link
-- is stored: it is derived from kind and id. `email` is the address it went to, `other_email` the one it is about besides;
-- `password_at` is when the password was set that was there at the time: with another one the link is dead.
CREATE TABLE account_links (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    email TEXT COLLATE "C" NOT NULL,
    other_email TEXT COLLATE "C",
    password_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT COLLATE "C",
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE INDEX account_links_by_user ON account_links (user_id, kind, created_at);
CREATE INDEX account_links_by_expiry ON account_links (expires_at);

-- The link that a mail carries.
ALTER TABLE outbox ADD COLUMN link_id TEXT COLLATE "C";
