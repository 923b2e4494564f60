-- Keys are found by their names as everything else is: folded, so that case and marks do not count. New names are folded by the
-- program; of those that were there already only the case is.
ALTER TABLE api_keys ADD COLUMN name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE api_keys SET name_key = lower(name);
