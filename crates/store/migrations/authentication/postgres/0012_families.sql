-- Counters for families, signed acts of officers, and what is to be told to whom.

ALTER TABLE guardianships ADD COLUMN paper TEXT NOT NULL DEFAULT '';     -- the class of the paper officers saw; empty: the registry said so
ALTER TABLE guardianships ADD COLUMN end_paper TEXT NOT NULL DEFAULT ''; -- the same, of its end

ALTER TABLE officers ADD COLUMN person_index BYTEA; -- HMAC of the person the officer is; one person is one officer
CREATE UNIQUE INDEX officers_are_persons ON officers (person_index) WHERE suspended_at IS NULL;

ALTER TABLE staff_log ADD COLUMN evidence BYTEA;    -- what the officer's passkey signed, and with which key; absent where nothing was signed
CREATE INDEX staff_log_of_officer ON staff_log (officer_id);

CREATE TABLE tidings (                  -- what is to be told to a person's phone; the number is in the vault, and no name is anywhere
    tiding_id BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL,
    about TEXT NOT NULL,
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tidings_by_due ON tidings (due_at);
CREATE INDEX tidings_by_expiry ON tidings (expires_at);
CREATE INDEX tidings_of_person ON tidings (person_id);
