-- What else a person may prove: passkeys and the dynamic code; and how the identity was proved at issue.

CREATE TABLE passkeys (
    credential_id BLOB NOT NULL PRIMARY KEY,  -- chosen by the authenticator, at most 1023 bytes
    owner_kind TEXT NOT NULL,                -- certificate or officer
    owner_id BLOB NOT NULL,
    user_handle BLOB NOT NULL,               -- random; the same for all passkeys of an owner
    public_key BLOB NOT NULL,                -- COSE
    name TEXT NOT NULL,                      -- the owner's own word for it
    sign_count INTEGER NOT NULL,
    synced INTEGER NOT NULL,                  -- whether it may be copied to the owner's other devices
    method TEXT NOT NULL,                    -- how the authenticator says it verified its user; empty where it does not
    added_at INTEGER NOT NULL,
    used_on INTEGER                           -- the day it was last used, as its first second (UTC)
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_of_owner ON passkeys (owner_kind, owner_id);

CREATE TABLE dynamic_codes (
    certificate_id BLOB NOT NULL PRIMARY KEY,
    sealed_key BLOB NOT NULL,                -- under the attribute key, bound to the certificate
    last_step INTEGER NOT NULL,               -- the last half minute whose code was taken
    failed_tries INTEGER NOT NULL,
    retry_at INTEGER,
    given_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE certificates ADD COLUMN proofing TEXT NOT NULL DEFAULT 'registry_card';
