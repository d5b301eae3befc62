-- The authentication plane. No plain identity stands here.
-- Instants are seconds since 1970; growing tables are keyed by UUIDv7, so that new rows lie together.

CREATE TABLE net_numbers (              -- never reused: a row outlives its person
    net_number TEXT NOT NULL PRIMARY KEY,
    drawn_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    person_id BLOB NOT NULL PRIMARY KEY,
    net_number TEXT,
    salt BLOB,                         -- of the application identifiers
    sealed_birth BLOB,                 -- date of birth under the attribute key, for age predicates
    enrolled_at INTEGER NOT NULL,
    cancelled_at INTEGER,
    forgotten_at INTEGER                -- when the vault had forgotten the person as well
) STRICT, WITHOUT ROWID;

CREATE INDEX persons_to_forget ON persons (cancelled_at) WHERE cancelled_at IS NOT NULL AND forgotten_at IS NULL;

CREATE TABLE certificates (
    certificate_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    mode TEXT NOT NULL,                 -- what was proved at issue
    passcode_verifier TEXT NOT NULL,
    failed_tries INTEGER NOT NULL,
    retry_at INTEGER,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    locked_at INTEGER,
    unlocked_at INTEGER,                -- what was proved before counts no more
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX certificates_of_person ON certificates (person_id);

CREATE TABLE devices (
    device_id BLOB NOT NULL PRIMARY KEY,   -- SHA-256 thumbprint of its public key (RFC 7638)
    certificate_id BLOB NOT NULL,
    public_key TEXT NOT NULL,               -- JWK
    bound_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_of_certificate ON devices (certificate_id);

CREATE TABLE consents (
    consent_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    client_id TEXT NOT NULL,            -- empty where the purpose concerns no relying party
    scene TEXT NOT NULL,
    attributes TEXT NOT NULL,           -- space-separated, sorted
    notice_version INTEGER NOT NULL,
    given_at INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consents_in_force ON consents (person_id, purpose, client_id, scene, attributes)
    WHERE withdrawn_at IS NULL;
CREATE INDEX consents_of_person ON consents (person_id);

CREATE TABLE relying_parties (
    organisation TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    admitted_at INTEGER NOT NULL,
    suspended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,        -- one a line
    authentication TEXT NOT NULL,       -- client_secret_basic or private_key_jwt
    credential TEXT NOT NULL,           -- SHA-256 of the secret, in hexadecimal; or a JWK set
    admitted_at INTEGER NOT NULL,
    suspended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE scenes (
    client_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    scene TEXT NOT NULL,
    purpose_zh TEXT NOT NULL,
    purpose_en TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    asks TEXT NOT NULL,                 -- attributes, space-separated
    other_methods TEXT NOT NULL,        -- one a line
    mode TEXT NOT NULL,
    PRIMARY KEY (client_id, scene)
) STRICT, WITHOUT ROWID;

CREATE TABLE app_identifiers (
    person_id BLOB NOT NULL,
    organisation TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (                   -- a row is a redeemed code: its key makes it once only
    grant_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    redeemed_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    event_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    mode TEXT NOT NULL,
    passed INTEGER NOT NULL,
    at INTEGER NOT NULL                  -- to the minute
) STRICT, WITHOUT ROWID;
CREATE INDEX events_of_person ON events (person_id, event_id);

CREATE TABLE spent (                    -- once-only things, keyed by expiry and hash
    thing BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
