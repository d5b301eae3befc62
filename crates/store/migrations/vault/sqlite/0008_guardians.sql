-- Applications of fourteen to eighteen that wait for the guardian, by the link the guardian is given.

CREATE TABLE waiting (
    link_hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the link's code
    enrolment_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_expiry ON waiting (expires_at);
