-- Applications an officer entered at a counter, waiting for another officer and then for the person.

CREATE TABLE applications (             -- in flight; sealed, short-lived
    application_id BLOB NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    entered_by BLOB NOT NULL,           -- an officer
    step INTEGER NOT NULL,              -- 0 entered, 1 confirmed
    tries INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX applications_by_expiry ON applications (expires_at);
