-- Relying parties that may ask again without the person, and what else a client registers.

CREATE TABLE standing_access (          -- a row is a family of refresh tokens; it goes when the access ends
    access_id BYTEA NOT NULL PRIMARY KEY, -- random: it stands in the tokens
    grant_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    certificate_id BYTEA NOT NULL,
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    told TEXT NOT NULL,                 -- what was agreed to, as the consent names it
    scope TEXT NOT NULL,
    mode TEXT NOT NULL,
    methods TEXT NOT NULL,              -- space-separated
    signed_in_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,            -- to the minute
    expires_at BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,          -- SHA-256 of the token in force
    former_hash BYTEA,                  -- of the one before it
    successor BYTEA,                    -- the token in force, sealed: for who presents the former again
    rotated_at BIGINT
);
CREATE UNIQUE INDEX standing_access_of_grant ON standing_access (grant_id);
CREATE INDEX standing_access_of_person ON standing_access (person_id, client_id);

ALTER TABLE scenes ADD COLUMN access TEXT NOT NULL DEFAULT 'once';
