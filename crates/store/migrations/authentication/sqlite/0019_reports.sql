-- What persons report of relying parties, and what relying parties asked that they were told not to ask.

CREATE TABLE reports (
    report_id BLOB NOT NULL PRIMARY KEY,   -- sorts with its minute
    person_id BLOB NOT NULL,               -- shown to no operator; it bounds, and it goes with the person
    event_id BLOB NOT NULL,                -- the use it is about
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    mode TEXT NOT NULL,
    asked TEXT NOT NULL,                -- what the person was asked to have told: claims, space-separated
    used_at INTEGER NOT NULL,                -- to the minute
    grievance TEXT NOT NULL,
    registration TEXT NOT NULL,         -- the scene as it was registered then, JSON
    with_words INTEGER NOT NULL,             -- whether words of the person's lie in the vault
    named INTEGER NOT NULL,                  -- whether the person lets the operator know who reported
    filed_at INTEGER NOT NULL,               -- to the minute
    closed_at INTEGER,
    finding TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reports_of_use ON reports (person_id, event_id);
CREATE INDEX reports_of_client ON reports (client_id);

CREATE TABLE over_asking (              -- requests their client proved and that asked what may not be asked
    client_id TEXT NOT NULL,
    scene TEXT NOT NULL,
    rule TEXT NOT NULL,
    day INTEGER NOT NULL,                    -- its first second
    times INTEGER NOT NULL,
    PRIMARY KEY (client_id, scene, rule, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE native_spent (             -- transactions of the native interface that were completed
    transaction_hash BLOB NOT NULL PRIMARY KEY, -- of client and bizSeq
    spent_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX native_spent_by_time ON native_spent (spent_at);

CREATE INDEX standing_access_of_client ON standing_access (client_id);
