-- Applications of fourteen to eighteen that wait for the guardian, by the link the guardian is given.

CREATE TABLE waiting (
    link_hash BYTEA NOT NULL PRIMARY KEY, -- SHA-256 of the link's code
    enrolment_id BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX waiting_by_expiry ON waiting (expires_at);
