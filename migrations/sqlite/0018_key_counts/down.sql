DROP TRIGGER key_counts_update;
DROP TRIGGER key_counts_delete;
DROP TRIGGER key_counts_insert;
DROP TABLE key_counts;
