-- Credentials that persons carry: of each only its place in a status list.

CREATE TABLE status_lists (
    list BIGINT NOT NULL PRIMARY KEY,
    taken BIGINT NOT NULL,                 -- places given away, decoys among them
    opened_at BIGINT NOT NULL
);

CREATE TABLE statuses (
    list BIGINT NOT NULL,
    place BIGINT NOT NULL,
    certificate_id BYTEA,                    -- null: a decoy, or its person left
    flip_delay BIGINT NOT NULL,            -- seconds between a revocation and its being seen here, drawn when the place was
    flips_at BIGINT,                       -- from when on it reads revoked; null: it is good
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (list, place)
);
CREATE INDEX statuses_of_certificate ON statuses (certificate_id);
CREATE INDEX statuses_by_end ON statuses (expires_at);
