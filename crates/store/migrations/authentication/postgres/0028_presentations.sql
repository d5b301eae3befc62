-- What wallets answered to questions that the platform asks for relying parties, until it is fetched.

CREATE TABLE presentations (
    question BYTEA NOT NULL PRIMARY KEY,
    code_hash BYTEA NOT NULL,                  -- of what the browser brings back, or of nothing
    result BYTEA,                              -- sealed; null: it was fetched
    expires_at BIGINT NOT NULL
);
CREATE INDEX presentations_by_end ON presentations (expires_at);
