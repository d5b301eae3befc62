-- Country signing authorities and their revocation lists: published by states, about no person.

CREATE TABLE trust (
    fingerprint BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,                 -- 'authority' or 'revocation_list'
    bytes BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE trust_version (            -- one row, counted up with every change, so that a platform notices a command's
    id INTEGER NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

INSERT INTO trust_version (id, version) VALUES (1, 0);
