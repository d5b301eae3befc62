-- Losing a device: what is to be told to which phone, the numbers a person is still reached at, a change under way.

CREATE TABLE notices (                  -- the outbox: gone once the carrier has taken them
    notice_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    sealed BLOB NOT NULL,              -- to whom and what, under the data key; associated data: person, notice
    tries INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_due ON notices (due_at);
CREATE INDEX notices_by_expiry ON notices (expires_at);
CREATE INDEX notices_of_person ON notices (person_id);

CREATE TABLE former_phones (            -- still told, for a cool-down
    former_id BLOB NOT NULL PRIMARY KEY,   -- the hash of the link by which the change is objected to
    person_id BLOB NOT NULL,
    sealed BLOB NOT NULL,              -- the number, under the data key; associated data: person, id
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX former_phones_of_person ON former_phones (person_id);
CREATE INDEX former_phones_by_end ON former_phones (until);

CREATE TABLE phone_changes (            -- a code was sent to the new number
    person_id BLOB NOT NULL PRIMARY KEY,
    change_id BLOB NOT NULL,           -- drawn for each, so that one is never taken for another
    sealed BLOB NOT NULL,              -- number and code, under the data key; associated data: person, change
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_changes_by_expiry ON phone_changes (expires_at);

CREATE TABLE sendings (                 -- how many codes a number or a person was sent within the hour
    counter BLOB NOT NULL PRIMARY KEY,  -- HMAC of the number, or of the person
    sent INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sendings_by_expiry ON sendings (expires_at);

CREATE TABLE unissued (                 -- kept, and perhaps without a certificate: looked at an hour later
    person_id BLOB NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unissued_by_age ON unissued (since);
