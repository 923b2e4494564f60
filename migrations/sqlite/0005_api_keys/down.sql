DROP INDEX audit_by_key;
ALTER TABLE audit DROP COLUMN key_id;
DROP TABLE api_keys;
