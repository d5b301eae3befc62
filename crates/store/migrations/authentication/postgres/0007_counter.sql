-- People without a device of their own: counters with two officers, recovery sheets, delegations.

CREATE TABLE officers (                 -- staff, not persons with net numbers
    officer_id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,                 -- as their office calls them
    office TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    joined_at BIGINT,                  -- when the first passkey was registered
    suspended_at BIGINT
);

CREATE TABLE staff_log (                -- what officers did, without whom it concerned
    entry_id BYTEA NOT NULL PRIMARY KEY,
    officer_id BYTEA NOT NULL,
    act TEXT NOT NULL,
    digest BYTEA NOT NULL,               -- commits to what was entered; its salt goes with the application
    at BIGINT NOT NULL                  -- to the minute
);

CREATE TABLE sheets (                   -- recovery sheets: the key is on paper only
    sheet_id BYTEA NOT NULL PRIMARY KEY, -- SHA-256 of the public key
    certificate_id BYTEA NOT NULL,
    public_key BYTEA NOT NULL,           -- Ed25519
    made_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX sheet_in_force ON sheets (certificate_id) WHERE revoked_at IS NULL;
CREATE INDEX sheets_of_certificate ON sheets (certificate_id);

CREATE TABLE delegations (
    delegation_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,            -- for whom
    delegate_id BYTEA NOT NULL,          -- by whom
    scenes TEXT NOT NULL,               -- space-separated
    organisations TEXT NOT NULL,        -- space-separated; empty: any
    sealed_names BYTEA NOT NULL,         -- what the two call each other, under the attribute key
    number TEXT,                        -- shown to the delegate until the person has typed it
    tries BIGINT NOT NULL,
    offered_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX delegations_of_person ON delegations (person_id);
CREATE INDEX delegations_of_delegate ON delegations (delegate_id);
