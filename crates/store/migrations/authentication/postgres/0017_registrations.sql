-- Registrations that clients made of themselves, in the sandbox profile only.
CREATE TABLE registrations (
    client_id TEXT NOT NULL PRIMARY KEY,
    access_hash BYTEA NOT NULL,           -- SHA-256 of the token by which it is managed
    made_at BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL
);
CREATE INDEX registrations_lapsing ON registrations (lapses_at);
