DROP TRIGGER member_counts_delete;
DROP TRIGGER member_counts_insert;
DROP TABLE member_counts;
DROP TRIGGER people_counts_update;
DROP TRIGGER people_counts_delete;
DROP TRIGGER people_counts_insert;
DROP TABLE people_counts;
