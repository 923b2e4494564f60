-- The first schema has nothing before it to go back to.
SELECT 1;
