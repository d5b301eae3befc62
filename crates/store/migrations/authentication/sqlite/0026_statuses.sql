-- Credentials that persons carry: of each only its place in a status list.

CREATE TABLE status_lists (
    list INTEGER NOT NULL PRIMARY KEY,
    taken INTEGER NOT NULL,                 -- places given away, decoys among them
    opened_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE statuses (
    list INTEGER NOT NULL,
    place INTEGER NOT NULL,
    certificate_id BLOB,                    -- null: a decoy, or its person left
    flip_delay INTEGER NOT NULL,            -- seconds between a revocation and its being seen here, drawn when the place was
    flips_at INTEGER,                       -- from when on it reads revoked; null: it is good
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (list, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX statuses_of_certificate ON statuses (certificate_id);
CREATE INDEX statuses_by_end ON statuses (expires_at);
