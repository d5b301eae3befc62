-- The vault: plain identity, sealed under a data key of each person's own, and the blind index.

CREATE TABLE identities (
    person_id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,              -- under the data key; associated data: person, form
    form INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE data_keys (                -- destroyed with the person; give this table short-lived backups
    person_id BLOB NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,             -- under the key-encryption key; names its version
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    blind_index BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    class TEXT NOT NULL,
    proved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_of_person ON documents (person_id);

CREATE TABLE enrolments (               -- in flight; sealed, short-lived
    enrolment_id BLOB NOT NULL PRIMARY KEY,
    step INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_by_expiry ON enrolments (expires_at);
