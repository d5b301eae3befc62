-- What wallets answered to questions that the platform asks for relying parties, until it is fetched.

CREATE TABLE presentations (
    question BLOB NOT NULL PRIMARY KEY,
    code_hash BLOB NOT NULL,                  -- of what the browser brings back, or of nothing
    result BLOB,                              -- sealed; null: it was fetched
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX presentations_by_end ON presentations (expires_at);
