DROP INDEX users_by_avatar;
ALTER TABLE users DROP COLUMN avatar;
DROP TABLE avatar_drafts;
DROP TABLE avatars;
