-- The authentication plane. No plain identity stands here.
-- Instants are seconds since 1970; growing tables are keyed by UUIDv7, so that new rows lie together.

CREATE TABLE net_numbers (              -- never reused: a row outlives its person
    net_number TEXT NOT NULL PRIMARY KEY,
    drawn_at BIGINT NOT NULL
);

CREATE TABLE persons (
    person_id BYTEA NOT NULL PRIMARY KEY,
    net_number TEXT,
    salt BYTEA,                         -- of the application identifiers
    sealed_birth BYTEA,                 -- date of birth under the attribute key, for age predicates
    enrolled_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    forgotten_at BIGINT                -- when the vault had forgotten the person as well
);

CREATE INDEX persons_to_forget ON persons (cancelled_at) WHERE cancelled_at IS NOT NULL AND forgotten_at IS NULL;

CREATE TABLE certificates (
    certificate_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    mode TEXT NOT NULL,                 -- what was proved at issue
    passcode_verifier TEXT NOT NULL,
    failed_tries BIGINT NOT NULL,
    retry_at BIGINT,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    locked_at BIGINT,
    unlocked_at BIGINT,                -- what was proved before counts no more
    ended_at BIGINT
);
CREATE INDEX certificates_of_person ON certificates (person_id);

CREATE TABLE devices (
    device_id BYTEA NOT NULL PRIMARY KEY,   -- SHA-256 thumbprint of its public key (RFC 7638)
    certificate_id BYTEA NOT NULL,
    public_key TEXT NOT NULL,               -- JWK
    bound_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX device_of_certificate ON devices (certificate_id);

CREATE TABLE consents (
    consent_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    client_id TEXT NOT NULL,            -- empty where the purpose concerns no relying party
    scene TEXT NOT NULL,
    attributes TEXT NOT NULL,           -- space-separated, sorted
    notice_version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE UNIQUE INDEX consents_in_force ON consents (person_id, purpose, client_id, scene, attributes)
    WHERE withdrawn_at IS NULL;
CREATE INDEX consents_of_person ON consents (person_id);

CREATE TABLE relying_parties (
    organisation TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    admitted_at BIGINT NOT NULL,
    suspended_at BIGINT
);

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,        -- one a line
    authentication TEXT NOT NULL,       -- client_secret_basic or private_key_jwt
    credential TEXT NOT NULL,           -- SHA-256 of the secret, in hexadecimal; or a JWK set
    admitted_at BIGINT NOT NULL,
    suspended_at BIGINT
);

CREATE TABLE scenes (
    client_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    scene TEXT NOT NULL,
    purpose_zh TEXT NOT NULL,
    purpose_en TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    asks TEXT NOT NULL,                 -- attributes, space-separated
    other_methods TEXT NOT NULL,        -- one a line
    mode TEXT NOT NULL,
    PRIMARY KEY (client_id, scene)
);

CREATE TABLE app_identifiers (
    person_id BYTEA NOT NULL,
    organisation TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation)
);

CREATE TABLE grants (                   -- a row is a redeemed code: its key makes it once only
    grant_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    client_id TEXT NOT NULL,
    redeemed_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE events (
    event_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    mode TEXT NOT NULL,
    passed BIGINT NOT NULL,
    at BIGINT NOT NULL                  -- to the minute
);
CREATE INDEX events_of_person ON events (person_id, event_id);

CREATE TABLE spent (                    -- once-only things, keyed by expiry and hash
    thing BYTEA NOT NULL PRIMARY KEY
);
