-- The vault: plain identity, sealed under a data key of each person's own, and the blind index.

CREATE TABLE identities (
    person_id BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,              -- under the data key; associated data: person, form
    form BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE data_keys (                -- destroyed with the person; give this table short-lived backups
    person_id BYTEA NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,             -- under the key-encryption key; names its version
    made_at BIGINT NOT NULL
);

CREATE TABLE documents (
    blind_index BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    class TEXT NOT NULL,
    proved_at BIGINT NOT NULL
);
CREATE INDEX documents_of_person ON documents (person_id);

CREATE TABLE enrolments (               -- in flight; sealed, short-lived
    enrolment_id BYTEA NOT NULL PRIMARY KEY,
    step BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX enrolments_by_expiry ON enrolments (expires_at);
