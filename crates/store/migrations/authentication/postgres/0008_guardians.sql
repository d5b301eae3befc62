-- Guardians: who stands behind which child, what each said about which organisation, what children asked them.

CREATE TABLE guardianships (
    guardianship_id BYTEA NOT NULL PRIMARY KEY,
    guardian_id BYTEA NOT NULL,
    child_id BYTEA NOT NULL,
    confirmed_by TEXT NOT NULL,         -- registry or counter
    since BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    looked_on BIGINT NOT NULL,          -- the day, counted from 1970, on which the child's age was last looked at
    ended_at BIGINT
);
CREATE UNIQUE INDEX guardianships_in_force ON guardianships (child_id, guardian_id) WHERE ended_at IS NULL;
CREATE INDEX guardianships_of_guardian ON guardianships (guardian_id);
CREATE INDEX guardianships_to_look_at ON guardianships (looked_on) WHERE ended_at IS NULL;

CREATE TABLE guardian_approvals (       -- one guardian's word on one organisation for one child
    approval_id BYTEA NOT NULL PRIMARY KEY,
    guardianship_id BYTEA NOT NULL,
    guardian_id BYTEA NOT NULL,
    child_id BYTEA NOT NULL,
    organisation TEXT NOT NULL,
    word TEXT NOT NULL,                 -- yes or no
    scenes TEXT NOT NULL,               -- of a yes, space-separated
    until BIGINT,                       -- of a yes
    said_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX guardian_approvals_in_force ON guardian_approvals (guardianship_id, organisation)
    WHERE ended_at IS NULL;
CREATE INDEX guardian_approvals_of_child ON guardian_approvals (child_id);
CREATE INDEX guardian_approvals_of_guardian ON guardian_approvals (guardian_id);

CREATE TABLE guardian_requests (        -- a child asks its guardians
    request_id BYTEA NOT NULL PRIMARY KEY,
    child_id BYTEA NOT NULL,
    organisation TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE UNIQUE INDEX guardian_requests_open ON guardian_requests (child_id, organisation, scene)
    WHERE answered_at IS NULL;

ALTER TABLE consents ADD COLUMN given_by TEXT NOT NULL DEFAULT 'person'; -- or guardian
