DROP TRIGGER key_counts_update ON api_keys;
DROP TRIGGER key_counts_delete ON api_keys;
DROP TRIGGER key_counts_insert ON api_keys;
DROP FUNCTION key_counts_update;
DROP FUNCTION key_counts_delete;
DROP FUNCTION key_counts_insert;
DROP TABLE key_counts;
