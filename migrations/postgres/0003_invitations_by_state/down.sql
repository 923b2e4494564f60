DROP INDEX invitations_by_state;
