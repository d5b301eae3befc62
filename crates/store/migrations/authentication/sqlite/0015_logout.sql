-- Messages to relying parties, which of them a session served, and sessions that were ended before their time.

CREATE TABLE deliveries (               -- a row is a message; it goes when it was taken, or is worth nothing any more
    delivery_id BLOB NOT NULL PRIMARY KEY, -- random
    person_id BLOB,                    -- NULL once the person left
    client_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,              -- what it says, with the id as associated data
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (due_at);
CREATE INDEX deliveries_of_client ON deliveries (client_id, due_at);
CREATE INDEX deliveries_of_person ON deliveries (person_id);

CREATE TABLE served_sessions (          -- only at clients that registered where they are told of a logout
    session BLOB NOT NULL,             -- SHA-256 of the session's id, which is a secret
    client_id TEXT NOT NULL,
    person_id BLOB NOT NULL,           -- about whom the client was told
    certificate_id BLOB NOT NULL,      -- with which certificate somebody signed in
    sid TEXT NOT NULL,                  -- what the client calls the session
    identifier TEXT NOT NULL,           -- what the client calls the person
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (session, client_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX served_sessions_of_person ON served_sessions (person_id, client_id);
CREATE INDEX served_sessions_of_certificate ON served_sessions (certificate_id);
CREATE INDEX served_sessions_over ON served_sessions (expires_at);

CREATE TABLE ended_sessions (           -- signed out of: the sealed cookie would live on in a copy
    session BLOB NOT NULL PRIMARY KEY, -- SHA-256 of its id
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ended_sessions_over ON ended_sessions (expires_at);
