-- Knocks: requests of relying parties that wait for a person on another device than the one on which they were asked.

CREATE TABLE knocks (                  -- a row goes minutes after it was made, whatever became of it
    knock_id BLOB NOT NULL PRIMARY KEY,
    way TEXT NOT NULL,                 -- device, backchannel, screen
    client_id TEXT NOT NULL,
    secret_hash BLOB NOT NULL,        -- SHA-256 of what whoever asked shows to hear the answer
    code_tag BLOB,                    -- keyed hash of the code a person types, where there is one
    request BLOB NOT NULL,            -- what is asked, sealed
    person_id BLOB,                   -- who looks at it, once it is known
    state TEXT NOT NULL,               -- waiting, opened, answered, taken
    answer BLOB,                      -- sealed, from the answer until it is taken
    tries INTEGER NOT NULL,            -- at the number
    pause INTEGER NOT NULL,            -- seconds between two polls
    polled_at INTEGER,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX knocks_by_secret ON knocks (secret_hash);
CREATE UNIQUE INDEX knocks_by_code ON knocks (code_tag);
CREATE INDEX knocks_of_person ON knocks (person_id);

CREATE TABLE reach_codes (
    code_tag BLOB NOT NULL PRIMARY KEY, -- keyed hash
    person_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reach_codes_of_person ON reach_codes (person_id);

CREATE TABLE unwelcome (
    person_id BLOB NOT NULL,
    organisation TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (person_id, organisation)
) STRICT, WITHOUT ROWID;

-- An organisation names a person by the identifier it knows.
CREATE INDEX app_identifiers_by_identifier ON app_identifiers (identifier, organisation);
