-- A delegate's approval stands beside the person's own, and neither takes the other away.
DROP INDEX consents_in_force;
CREATE UNIQUE INDEX consents_in_force ON consents (person_id, purpose, client_id, scene, attributes, given_by)
    WHERE withdrawn_at IS NULL;
