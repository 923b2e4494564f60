-- Invitations that have ended or expired are few, and are counted and listed without looking at anybody else's.
CREATE INDEX invitations_by_state ON invitations (state, expires_at, user_id);
