-- Losing a device: what is to be told to which phone, the numbers a person is still reached at, a change under way.

CREATE TABLE notices (                  -- the outbox: gone once the carrier has taken them
    notice_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    sealed BYTEA NOT NULL,              -- to whom and what, under the data key; associated data: person, notice
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX notices_by_due ON notices (due_at);
CREATE INDEX notices_by_expiry ON notices (expires_at);
CREATE INDEX notices_of_person ON notices (person_id);

CREATE TABLE former_phones (            -- still told, for a cool-down
    former_id BYTEA NOT NULL PRIMARY KEY,   -- the hash of the link by which the change is objected to
    person_id BYTEA NOT NULL,
    sealed BYTEA NOT NULL,              -- the number, under the data key; associated data: person, id
    until BIGINT NOT NULL
);
CREATE INDEX former_phones_of_person ON former_phones (person_id);
CREATE INDEX former_phones_by_end ON former_phones (until);

CREATE TABLE phone_changes (            -- a code was sent to the new number
    person_id BYTEA NOT NULL PRIMARY KEY,
    change_id BYTEA NOT NULL,           -- drawn for each, so that one is never taken for another
    sealed BYTEA NOT NULL,              -- number and code, under the data key; associated data: person, change
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX phone_changes_by_expiry ON phone_changes (expires_at);

CREATE TABLE sendings (                 -- how many codes a number or a person was sent within the hour
    counter BYTEA NOT NULL PRIMARY KEY,  -- HMAC of the number, or of the person
    sent BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sendings_by_expiry ON sendings (expires_at);

CREATE TABLE unissued (                 -- kept, and perhaps without a certificate: looked at an hour later
    person_id BYTEA NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
);
CREATE INDEX unissued_by_age ON unissued (since);
