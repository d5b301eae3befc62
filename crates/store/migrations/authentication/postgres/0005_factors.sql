-- What else a person may prove: passkeys and the dynamic code; and how the identity was proved at issue.

CREATE TABLE passkeys (
    credential_id BYTEA NOT NULL PRIMARY KEY,  -- chosen by the authenticator, at most 1023 bytes
    owner_kind TEXT NOT NULL,                -- certificate or officer
    owner_id BYTEA NOT NULL,
    user_handle BYTEA NOT NULL,               -- random; the same for all passkeys of an owner
    public_key BYTEA NOT NULL,                -- COSE
    name TEXT NOT NULL,                      -- the owner's own word for it
    sign_count BIGINT NOT NULL,
    synced BIGINT NOT NULL,                  -- whether it may be copied to the owner's other devices
    method TEXT NOT NULL,                    -- how the authenticator says it verified its user; empty where it does not
    added_at BIGINT NOT NULL,
    used_on BIGINT                           -- the day it was last used, as its first second (UTC)
);
CREATE INDEX passkeys_of_owner ON passkeys (owner_kind, owner_id);

CREATE TABLE dynamic_codes (
    certificate_id BYTEA NOT NULL PRIMARY KEY,
    sealed_key BYTEA NOT NULL,                -- under the attribute key, bound to the certificate
    last_step BIGINT NOT NULL,               -- the last half minute whose code was taken
    failed_tries BIGINT NOT NULL,
    retry_at BIGINT,
    given_at BIGINT NOT NULL
);

ALTER TABLE certificates ADD COLUMN proofing TEXT NOT NULL DEFAULT 'registry_card';
