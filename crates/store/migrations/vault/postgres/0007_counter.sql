-- Applications an officer entered at a counter, waiting for another officer and then for the person.

CREATE TABLE applications (             -- in flight; sealed, short-lived
    application_id BYTEA NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    entered_by BYTEA NOT NULL,           -- an officer
    step BIGINT NOT NULL,              -- 0 entered, 1 confirmed
    tries BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX applications_by_expiry ON applications (expires_at);
