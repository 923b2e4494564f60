ALTER TABLE api_keys DROP COLUMN name_key;
