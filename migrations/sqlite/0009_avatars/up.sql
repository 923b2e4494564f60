-- A person's picture in each of its sizes, by the hash of both. It is there as long as somebody uses it.
CREATE TABLE avatars (
    hash TEXT NOT NULL,
    side INTEGER NOT NULL,
    jpeg BLOB NOT NULL,
    PRIMARY KEY (hash, side)
);

-- What somebody uploaded, reduced, until they have chosen the square: one a person, for a day.
CREATE TABLE avatar_drafts (
    id TEXT NOT NULL PRIMARY KEY,
    owner_id TEXT NOT NULL UNIQUE REFERENCES users (id),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    jpeg BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX avatar_drafts_by_age ON avatar_drafts (created_at);

ALTER TABLE users ADD COLUMN avatar TEXT;
CREATE INDEX users_by_avatar ON users (avatar) WHERE avatar IS NOT NULL;
