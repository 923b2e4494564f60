DROP INDEX memberships_by_place;
