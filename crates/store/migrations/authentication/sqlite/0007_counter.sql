-- People without a device of their own: counters with two officers, recovery sheets, delegations.

CREATE TABLE officers (                 -- staff, not persons with net numbers
    officer_id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,                 -- as their office calls them
    office TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    joined_at INTEGER,                  -- when the first passkey was registered
    suspended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_log (                -- what officers did, without whom it concerned
    entry_id BLOB NOT NULL PRIMARY KEY,
    officer_id BLOB NOT NULL,
    act TEXT NOT NULL,
    digest BLOB NOT NULL,               -- commits to what was entered; its salt goes with the application
    at INTEGER NOT NULL                  -- to the minute
) STRICT, WITHOUT ROWID;

CREATE TABLE sheets (                   -- recovery sheets: the key is on paper only
    sheet_id BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the public key
    certificate_id BLOB NOT NULL,
    public_key BLOB NOT NULL,           -- Ed25519
    made_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sheet_in_force ON sheets (certificate_id) WHERE revoked_at IS NULL;
CREATE INDEX sheets_of_certificate ON sheets (certificate_id);

CREATE TABLE delegations (
    delegation_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,            -- for whom
    delegate_id BLOB NOT NULL,          -- by whom
    scenes TEXT NOT NULL,               -- space-separated
    organisations TEXT NOT NULL,        -- space-separated; empty: any
    sealed_names BLOB NOT NULL,         -- what the two call each other, under the attribute key
    number TEXT,                        -- shown to the delegate until the person has typed it
    tries INTEGER NOT NULL,
    offered_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX delegations_of_person ON delegations (person_id);
CREATE INDEX delegations_of_delegate ON delegations (delegate_id);
