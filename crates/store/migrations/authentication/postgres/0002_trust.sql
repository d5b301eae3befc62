-- Country signing authorities and their revocation lists: published by states, about no person.

CREATE TABLE trust (
    fingerprint BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,                 -- 'authority' or 'revocation_list'
    bytes BYTEA NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE TABLE trust_version (            -- one row, counted up with every change, so that a platform notices a command's
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

INSERT INTO trust_version (id, version) VALUES (1, 0);
